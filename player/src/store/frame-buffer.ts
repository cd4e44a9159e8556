import { WINDOW_LEASE_MS, type WindowId } from "@reeltime/recorder/protocol";
import { type BufferedFrame, isCheckout } from "./buffered-frame.js";
import type { FrameRange } from "./frame-range.js";
import { KEEP_BEHIND_MS, LOAD_AHEAD_MS, MAX_BUFFER_BYTES } from "./limits.js";

/** What is kept of a session's stream: ranges without holes, merged where they meet, bounded in bytes. */
export class FrameBuffer {
  #ranges: FrameRange[] = [];
  readonly #maxBytes: number;

  constructor(maxBytes: number = MAX_BUFFER_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** In the order of the stream; none meets another. */
  get ranges(): readonly FrameRange[] {
    return this.#ranges;
  }

  /** Bytes kept. */
  get bytes(): number {
    return this.#ranges.reduce((sum, range) => sum + range.bytes, 0);
  }

  /** Whether no more should be fetched ahead of need. */
  get full(): boolean {
    return this.bytes >= this.#maxBytes;
  }

  /** Adds a range, and merges what meets it: the answer is the range that now holds it all. Each frame is kept once. */
  insert(added: FrameRange): FrameRange {
    const meeting = this.#ranges.filter((range) => range.from <= added.to && added.from <= range.to);
    const rest = this.#ranges.filter((range) => !meeting.includes(range));
    // Into the one that is there, so that whoever plays from it keeps what it holds.
    const whole = meeting[0] ?? added;
    for (const other of [...meeting.slice(1), added]) if (other !== whole) mergeInto(whole, other);
    this.#ranges = [...rest, whole].sort((a, b) => a.from - b.from);
    return whole;
  }

  /** The range from which a window plays at a time without asking anybody. */
  playableAt(window: WindowId, atMs: number): FrameRange | undefined {
    return this.#ranges.find(
      (range) => range.coversUntilMs >= atMs && range.checkoutAt(window, atMs) !== undefined,
    );
  }

  /** The range from which some window plays at a time. */
  anyPlayableAt(atMs: number): FrameRange | undefined {
    return this.#ranges.find(
      (range) => range.coversUntilMs >= atMs && range.lastCheckout(atMs) !== undefined,
    );
  }

  /**
   * Drops what is far from the playhead until it fits: whole ranges first, the farthest first, then what lies
   * behind in the range that plays and in the one that grows, then what lies far ahead. A range that grew, and is cut
   * there, grows no longer. Where checkouts come too seldom to begin at one, what was played goes all the same.
   */
  trim(playing: FrameRange | undefined, atMs: number, growing: FrameRange | undefined): void {
    let excess = this.bytes - this.#maxBytes;
    if (excess <= 0) return;
    const spare = this.#ranges
      .filter((range) => range !== playing && range !== growing)
      .sort((a, b) => distanceMs(b, atMs) - distanceMs(a, atMs));
    for (const range of spare) {
      if (excess <= 0) return;
      excess -= range.bytes;
      this.#ranges = this.#ranges.filter((other) => other !== range);
    }
    if (growing !== undefined && growing !== playing) excess -= dropBehind(growing, growing.endMs);
    if (playing === undefined) return;
    if (excess > 0) excess -= dropBehind(playing, atMs);
    if (excess > 0) excess -= dropAhead(playing, atMs, excess);
    if (excess > this.#maxBytes) dropPlayed(playing, atMs);
  }
}

function mergeInto(whole: FrameRange, other: FrameRange): void {
  const frames = new Map<number, BufferedFrame>();
  for (const frame of [...whole.frames, ...other.frames])
    if (!frames.has(frame.seqNum)) frames.set(frame.seqNum, frame);
  const appended =
    (whole.frames.at(-1)?.seqNum ?? -1) < (other.frames[0]?.seqNum ?? Number.POSITIVE_INFINITY);
  if (appended) whole.frames.push(...other.frames);
  else whole.frames = [...frames.values()].sort((a, b) => a.seqNum - b.seqNum);
  for (const [seqNum, frame] of other.late) whole.late.set(seqNum, frame);
  for (const seqNum of whole.late.keys()) if (frames.has(seqNum)) whole.late.delete(seqNum);
  if (other.to >= whole.to)
    whole.complete = other.to > whole.to ? other.complete : whole.complete || other.complete;
  whole.from = Math.min(whole.from, other.from);
  whole.to = Math.max(whole.to, other.to);
  other.mergedInto = whole;
}

const distanceMs = (range: FrameRange, atMs: number): number =>
  Math.max(range.startMs - atMs, atMs - range.endMs, 0);

/**
 * Drops what no window needs to play from `KEEP_BEHIND_MS` before `atMs` on; one that had been silent past its lease by then
 * holds nothing back. Gives the bytes it freed.
 */
function dropBehind(range: FrameRange, atMs: number): number {
  const keepMs = atMs - KEEP_BEHIND_MS;
  const needed = new Map<WindowId, number>();
  const seenMs = new Map<WindowId, number>();
  for (const buffered of range.frames) {
    const { frame, firstMs, lastMs, seqNum } = buffered;
    if (frame === undefined) continue;
    seenMs.set(frame.window, Math.max(lastMs, seenMs.get(frame.window) ?? lastMs));
    if (isCheckout(buffered) && firstMs <= keepMs) needed.set(frame.window, seqNum);
  }
  const alive = [...needed].filter(([window]) => (seenMs.get(window) ?? 0) >= keepMs - WINDOW_LEASE_MS);
  const from = (alive.length > 0 ? alive : [...needed].slice(-1)).map(([, seqNum]) => seqNum);
  return from.length === 0 ? 0 : freed(range, () => range.dropBefore(Math.min(...from)));
}

/** Drops from its end what is far ahead, as much as is too much. Gives the bytes it freed. */
function dropAhead(range: FrameRange, atMs: number, excess: number): number {
  let index = range.frames.length;
  for (let bytes = 0; index > 0 && bytes < excess; index--) {
    const last = range.frames[index - 1];
    if (last === undefined || last.timestampMs <= atMs + 2 * LOAD_AHEAD_MS) break;
    bytes += last.bytes;
  }
  return index === 0 ? 0 : freed(range, () => range.dropFrom(index));
}

/** Drops all that was played: who plays it has it. */
function dropPlayed(range: FrameRange, atMs: number): void {
  const next = range.frames.find(({ timestampMs }) => timestampMs > atMs) ?? range.frames.at(-1);
  if (next !== undefined) range.dropBefore(next.seqNum);
}

function freed(range: FrameRange, drop: () => void): number {
  const before = range.bytes;
  drop();
  return before - range.bytes;
}

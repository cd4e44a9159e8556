import type { WindowId } from "@reeltime/recorder/protocol";
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
   * behind in the range that plays and in the one that grows, then what lies far ahead.
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
    if (excess > 0 && playing !== undefined) excess -= dropBehind(playing, atMs);
    if (excess > 0 && playing !== undefined && playing !== growing) dropAhead(playing, atMs);
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

/** Drops what no window needs to play from `KEEP_BEHIND_MS` before `atMs` on. Gives the bytes it freed. */
function dropBehind(range: FrameRange, atMs: number): number {
  const before = range.bytes;
  const keepMs = atMs - KEEP_BEHIND_MS;
  const needed = new Map<WindowId, number>();
  for (const frame of range.frames) {
    if (frame.frame !== undefined && isCheckout(frame) && frame.firstMs <= keepMs) {
      needed.set(frame.frame.window, frame.seqNum);
    }
  }
  if (needed.size > 0) range.dropBefore(Math.min(...needed.values()));
  return before - range.bytes;
}

function dropAhead(range: FrameRange, atMs: number): void {
  const index = range.frames.findIndex((frame) => frame.timestampMs > atMs + 2 * LOAD_AHEAD_MS);
  if (index > 0) range.dropFrom(index);
}

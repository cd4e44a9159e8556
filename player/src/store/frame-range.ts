import type { WindowId } from "@reeltime/recorder/protocol";
import { type BufferedFrame, isCheckout } from "./buffered-frame.js";

/**
 * A stretch of a session's stream without holes, and beside it the late frames that belong into its time but
 * lie elsewhere in the stream.
 */
export class FrameRange {
  /** First seqNum it covers. */
  from: number;
  /** seqNum after the last it covers. */
  to: number;
  /** In the order of the stream. */
  frames: BufferedFrame[];
  /** Late frames from elsewhere, by seqNum. */
  readonly late: Map<number, BufferedFrame>;
  /** True when nothing follows it: the end of a closed session, or the tail of one that is followed live. */
  complete: boolean;
  /** The range that took this one's frames over when they met; `undefined` while it stands for itself. */
  mergedInto: FrameRange | undefined;

  constructor(
    from: number,
    to: number,
    frames: readonly BufferedFrame[],
    options: { readonly late?: readonly BufferedFrame[]; readonly complete?: boolean } = {},
  ) {
    this.from = from;
    this.to = to;
    this.frames = [...frames];
    this.late = new Map(options.late?.map((frame) => [frame.seqNum, frame]));
    this.complete = options.complete ?? false;
  }

  /** The range that holds its frames now. */
  get current(): FrameRange {
    return this.mergedInto?.current ?? this;
  }

  /** Bytes it keeps. */
  get bytes(): number {
    let sum = 0;
    for (const frame of this.frames) sum += frame.bytes;
    for (const frame of this.late.values()) sum += frame.bytes;
    return sum;
  }

  /** Everything up to this time is here, but what is later than late. */
  get coversUntilMs(): number {
    if (this.complete) return Number.POSITIVE_INFINITY;
    return this.frames.at(-1)?.timestampMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Time of its first frame. */
  get startMs(): number {
    return this.frames[0]?.firstMs ?? Number.POSITIVE_INFINITY;
  }

  /** Time of its last frame. */
  get endMs(): number {
    return this.frames.at(-1)?.lastMs ?? Number.NEGATIVE_INFINITY;
  }

  /** The checkout from which a window plays at `atMs`: its last one at or before. */
  checkoutAt(window: WindowId, atMs: number): BufferedFrame | undefined {
    let found: BufferedFrame | undefined;
    for (const frame of this.#all()) {
      if (!isCheckout(frame) || frame.frame?.window !== window || frame.firstMs > atMs) continue;
      if (found === undefined || frame.firstMs >= found.firstMs) found = frame;
    }
    return found;
  }

  /** The first checkout of a window, or of any window. */
  firstCheckout(window?: WindowId): BufferedFrame | undefined {
    let found: BufferedFrame | undefined;
    for (const frame of this.#all()) {
      if (!isCheckout(frame) || (window !== undefined && frame.frame?.window !== window)) continue;
      if (found === undefined || frame.firstMs < found.firstMs) found = frame;
    }
    return found;
  }

  /** The latest checkout at or before `atMs` of whichever window. */
  lastCheckout(atMs: number): BufferedFrame | undefined {
    let found: BufferedFrame | undefined;
    for (const frame of this.#all()) {
      if (!isCheckout(frame) || frame.firstMs > atMs) continue;
      if (found === undefined || frame.firstMs >= found.firstMs) found = frame;
    }
    return found;
  }

  /** Index of the first frame after a seqNum. */
  indexAfter(seqNum: number): number {
    let low = 0;
    let high = this.frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.frames[middle]?.seqNum ?? 0) <= seqNum) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Drops what lies before a seqNum. */
  dropBefore(seqNum: number): void {
    if (seqNum <= this.from) return;
    this.frames.splice(0, this.indexAfter(seqNum - 1));
    this.from = seqNum;
    for (const [late, frame] of this.late) if (frame.lastMs < this.startMs) this.late.delete(late);
  }

  /** Drops a frame and all after it. */
  dropFrom(index: number): void {
    const first = this.frames[index];
    if (first === undefined) return;
    this.to = first.seqNum;
    this.frames.length = index;
    this.complete = false;
  }

  *#all(): Iterable<BufferedFrame> {
    yield* this.late.values();
    yield* this.frames;
  }
}

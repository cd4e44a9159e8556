import type { AppendedFrame } from "@reeltime/recorder";
import { frameJson } from "./event-bytes.js";

/** A frame in a ring, ready to be sent. */
export interface RingFrame {
  readonly seqNum: number;
  readonly nextSeqNum: number;
  readonly json: Buffer;
}

/** Bytes over all rings. */
export interface RingBudget {
  usedBytes: number;
  readonly maxBytes: number;
}

/** What a ring may hold. */
export interface RingLimits {
  readonly frames: number;
  readonly bytes: number;
}

/**
 * The newest frames of a session, without a gap: from `floor` to `next`. What is older than that has to be read
 * from S2.
 */
export class Ring {
  readonly #limits: RingLimits;
  readonly #budget: RingBudget;
  #frames: RingFrame[] = [];
  #bytes = 0;
  #floor: number;
  #next: number;

  constructor(fromSeqNum: number, limits: RingLimits, budget: RingBudget) {
    this.#floor = fromSeqNum;
    this.#next = fromSeqNum;
    this.#limits = limits;
    this.#budget = budget;
  }

  /** Every frame from this seqNum on is here. */
  get floor(): number {
    return this.#floor;
  }

  /** seqNum after the newest frame. */
  get next(): number {
    return this.#next;
  }

  /** Adds the next frame; the oldest leave. One that was added before is passed over. */
  add(frame: AppendedFrame): void {
    if (frame.seqNum < this.#next) return;
    const json = frameJson(frame);
    this.#frames.push({ seqNum: frame.seqNum, nextSeqNum: frame.nextSeqNum, json });
    this.#next = frame.nextSeqNum;
    this.#grow(json.length);
    while (this.#isOver()) this.#drop();
  }

  /** The stream ends at `seqNum`: what lies between the newest frame and that is no frame. */
  end(seqNum: number): void {
    this.#next = Math.max(this.#next, seqNum);
  }

  /** Frames from a seqNum on, at least one when there is any, else as many as fit. `undefined` when they are not all here. */
  from(seqNum: number, maxBytes: number): readonly RingFrame[] | undefined {
    if (seqNum < this.#floor) return undefined;
    const found: RingFrame[] = [];
    let bytes = 0;
    for (let at = this.#find(seqNum); at < this.#frames.length; at++) {
      const frame = this.#frames[at] as RingFrame;
      bytes += frame.json.length;
      if (found.length > 0 && bytes > maxBytes) break;
      found.push(frame);
    }
    return found;
  }

  /** Lets everything go. */
  clear(): void {
    this.#grow(-this.#bytes);
    this.#frames = [];
    this.#floor = this.#next;
  }

  #find(seqNum: number): number {
    let at = this.#frames.length;
    while (at > 0 && (this.#frames[at - 1] as RingFrame).seqNum >= seqNum) at -= 1;
    return at;
  }

  #isOver(): boolean {
    const { frames, bytes } = this.#limits;
    const count = this.#frames.length;
    // The newest stays even when it is larger than the ring: a great checkout is read from S2 once, not by each viewer.
    if (count > 1 && (count > frames || this.#bytes > bytes)) return true;
    return count > 0 && this.#budget.usedBytes > this.#budget.maxBytes;
  }

  #drop(): void {
    const oldest = this.#frames.shift();
    if (oldest === undefined) return;
    this.#floor = oldest.nextSeqNum;
    this.#grow(-oldest.json.length);
  }

  #grow(bytes: number): void {
    this.#bytes += bytes;
    this.#budget.usedBytes += bytes;
  }
}

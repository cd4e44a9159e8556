import type { WindowId } from "@reeltime/recorder/protocol";
import type { BodyDecoder, DecodedBody } from "./body-decoder.js";
import { type BufferedFrame, surfaceKindOf } from "./buffered-frame.js";
import type { FrameRange } from "./frame-range.js";
import { dueMs, FULL_SNAPSHOT, META, type PlayEvent } from "./play-event.js";
import type { SurfaceKind } from "./surface-port.js";

/** An event that waits for its time. */
export interface Queued {
  readonly event: PlayEvent;
  readonly dueMs: number;
  readonly seqNum: number;
}

/** Told of each body that was read, or could not be. */
export type BodyListener = (frame: BufferedFrame, body: DecodedBody) => void;

/**
 * One window playing on from one of its checkouts: takes the window's frames out of a range as the playhead
 * nears them, decodes them, and gives their events in the order of their time, each once.
 */
export class Scene {
  readonly window: WindowId;
  /** The frame it starts from. */
  readonly checkout: BufferedFrame;
  /** What shows it: the window's frames of another kind play no part. */
  readonly kind: SurfaceKind;
  readonly #range: FrameRange;
  readonly #decoder: BodyDecoder;
  readonly #read: BodyListener;
  readonly #decoding = new Map<number, { readonly firstMs: number; readonly done: Promise<void> }>();
  readonly #queue: Queued[] = [];
  #scannedSeqNum: number;
  /** Frames from elsewhere that were there when it began; those that came since were not looked at. */
  readonly #late: ReadonlySet<number>;
  /** Late frames beyond what is scanned that are taken already. */
  readonly #takenAhead = new Set<number>();
  /** Times before the checkout's snapshot play no part: it holds what they did. */
  #startMs = Number.NEGATIVE_INFINITY;
  #early: Queued[] | undefined = [];
  #snapshotMs: number | undefined;

  constructor(
    window: WindowId,
    range: FrameRange,
    checkout: BufferedFrame,
    decoder: BodyDecoder,
    read: BodyListener,
  ) {
    this.window = window;
    this.#range = range;
    this.checkout = checkout;
    this.#decoder = decoder;
    this.kind = surfaceKindOf(checkout) ?? "dom";
    this.#read = read;
    this.#scannedSeqNum = checkout.seqNum;
    this.#decode(checkout);
    this.#late = new Set(range.late.keys());
    for (const frame of range.late.values()) {
      if (frame.seqNum !== checkout.seqNum && frame.lastMs >= checkout.firstMs) this.#take(frame);
    }
  }

  /** The range it plays from. */
  get range(): FrameRange {
    return this.#range.current;
  }

  /**
   * Time of the snapshot it starts with; `undefined` before it is decoded, and when there is none. A picture can do
   * without one: it may be recorded by its inputs alone, or hidden just then.
   */
  get snapshotMs(): number | undefined {
    return this.#snapshotMs;
  }

  /** Up to this time every event is at hand. */
  get readyUntilMs(): number {
    let ready = this.#nextFrame()?.timestampMs ?? this.range.coversUntilMs;
    for (const { firstMs } of this.#decoding.values()) ready = Math.min(ready, firstMs);
    return ready;
  }

  /** Whether a scene made now from a checkout of a range would be this one, so that it may go on instead. */
  isFrom(checkout: BufferedFrame, range: FrameRange): boolean {
    if (checkout.seqNum !== this.checkout.seqNum || range.current !== this.range) return false;
    return [...this.range.late.keys()].every((seqNum) => this.#late.has(seqNum));
  }

  /** Begins to decode the frames up to a time. */
  advance(untilMs: number): void {
    for (let next = this.#nextFrame(); next !== undefined; next = this.#nextFrame()) {
      if (next.timestampMs > untilMs && next.firstMs > untilMs) return;
      this.#scannedSeqNum = next.seqNum;
      this.#take(next);
    }
  }

  /** Resolves when everything in the range up to a time is decoded. */
  async settle(untilMs: number): Promise<void> {
    this.advance(untilMs);
    const { range } = this;
    // What came late lies behind frames of later times, however far.
    for (let index = range.indexAfter(this.#scannedSeqNum); index < range.frames.length; index++) {
      const frame = range.frames[index];
      if (frame === undefined || frame.firstMs > untilMs || this.#takenAhead.has(frame.seqNum)) continue;
      this.#takenAhead.add(frame.seqNum);
      this.#take(frame);
    }
    await Promise.all([...this.#decoding.values()].map(({ done }) => done));
  }

  /** How many events happened up to a time that were not given yet. */
  countHappened(untilMs: number): number {
    return this.#queue.filter(({ event }) => event.timestamp <= untilMs).length;
  }

  /** The events that happened up to a time, in their order: what a surface opens with. */
  takeHappened(untilMs: number): readonly Queued[] {
    const happened = this.#queue.filter(({ event }) => event.timestamp <= untilMs);
    const rest = this.#queue.filter(({ event }) => event.timestamp > untilMs);
    this.#queue.splice(0, this.#queue.length, ...rest);
    return happened.sort(inTime);
  }

  /** The events that begin to show up to a time, in their order. Late ones come as soon as they are known. */
  takeDue(untilMs: number): readonly Queued[] {
    let count = 0;
    while (count < this.#queue.length && (this.#queue[count]?.dueMs ?? 0) <= untilMs) count += 1;
    return count === 0 ? [] : this.#queue.splice(0, count);
  }

  #nextFrame(): BufferedFrame | undefined {
    const { range } = this;
    const { frames } = range;
    for (let index = range.indexAfter(this.#scannedSeqNum); index < frames.length; index++) {
      const frame = frames[index];
      if (frame === undefined) return undefined;
      if (this.#isOwn(frame) && !this.#takenAhead.delete(frame.seqNum)) return frame;
      this.#scannedSeqNum = frame.seqNum;
    }
    return undefined;
  }

  #isOwn(frame: BufferedFrame): boolean {
    return frame.frame?.window === this.window && surfaceKindOf(frame) === this.kind;
  }

  #take(frame: BufferedFrame): void {
    if (!this.#isOwn(frame)) return;
    if (frame.lastMs >= this.checkout.firstMs && !this.#decoding.has(frame.seqNum)) this.#decode(frame);
  }

  #decode(frame: BufferedFrame): void {
    const done = this.#decoder.decode(frame).then((body) => {
      this.#decoding.delete(frame.seqNum);
      this.#read(frame, body);
      this.#add(frame, body.events);
    });
    this.#decoding.set(frame.seqNum, { firstMs: frame.firstMs, done });
  }

  #add(frame: BufferedFrame, events: readonly PlayEvent[]): void {
    const queued = events.map((event) => ({ event, dueMs: dueMs(event), seqNum: frame.seqNum }));
    if (frame.seqNum === this.checkout.seqNum) {
      const metaMs = events.find(({ type }) => type === META)?.timestamp;
      const snapshotMs = events.find(({ type }) => type === FULL_SNAPSHOT)?.timestamp;
      this.#snapshotMs = snapshotMs ?? (this.kind === "screen" ? metaMs : undefined);
      this.#startMs = metaMs ?? frame.firstMs;
      // The snapshot and what follows it in its own frame, whatever their times say.
      const start = Math.max(
        0,
        events.findIndex(({ type }) => type === META),
      );
      this.#push(queued.slice(start));
      const early = this.#early ?? [];
      this.#early = undefined;
      this.#push(early.filter(({ event }) => event.timestamp >= this.#startMs));
    } else if (this.#early !== undefined) this.#early.push(...queued);
    else this.#push(queued.filter(({ event }) => event.timestamp >= this.#startMs));
  }

  #push(added: readonly Queued[]): void {
    for (const entry of added) {
      let index = this.#queue.length;
      while (index > 0 && isAfter(this.#queue[index - 1], entry)) index -= 1;
      this.#queue.splice(index, 0, entry);
    }
  }
}

/** In the order of time, what came first in the stream first. */
export const inTime = (a: Queued, b: Queued): number =>
  a.event.timestamp - b.event.timestamp || a.seqNum - b.seqNum;

function isAfter(before: Queued | undefined, entry: Queued): boolean {
  if (before === undefined) return false;
  return before.dueMs > entry.dueMs || (before.dueMs === entry.dueMs && before.seqNum > entry.seqNum);
}

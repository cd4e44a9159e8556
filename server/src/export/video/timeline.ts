import type { ScreenEvent, WindowId } from "@reeltime/recorder/protocol";
import { MAX_PENDING_BYTES, MAX_PENDING_EVENTS } from "../limits.js";
import { eventsOf, type FrameStore, type ListedFrame, type PlacedEvent } from "./frames.js";

/** What {@link eventsInOrder} goes through. */
export interface TimelineOptions {
  readonly frames: readonly ListedFrame[];
  readonly store: FrameStore;
  readonly startMs: number;
  /** Hears of a frame that cannot be read. */
  readonly onDropped: () => void;
}

/**
 * The events of all windows in the order of time, and those of one window in the order it said them. A frame spans some time, so
 * an event waits until no later frame can hold an earlier one; how many may wait is bounded.
 */
export async function* eventsInOrder(options: TimelineOptions): AsyncGenerator<PlacedEvent> {
  const { frames, store, startMs, onDropped } = options;
  const waiting = new Waiting();
  const latest = new Map<WindowId, number>();
  for (const { seqNum, window, orderMs } of frames) {
    yield* waiting.before(orderMs);
    const found = await store.frame(seqNum);
    if (found === undefined) {
      onDropped();
      continue;
    }
    for (const event of eventsOf(found.frame, found.offsetMs, startMs)) {
      const atMs = Math.max(event.atMs, latest.get(window) ?? 0);
      latest.set(window, atMs);
      waiting.add({ window, event: { ...event, atMs } });
    }
    yield* waiting.pastLimits();
  }
  yield* waiting.before(Number.POSITIVE_INFINITY);
}

/** Events that wait for earlier ones, in the order of time; of the same time, in that in which they came. */
class Waiting {
  #events: PlacedEvent[] = [];
  /** How many at the front are gone: taking from the front of a long list one by one is dear. */
  #taken = 0;
  #bytes = 0;

  add(placed: PlacedEvent): void {
    const events = this.#events;
    let index = events.length;
    while (index > this.#taken && (events[index - 1]?.event.atMs ?? 0) > placed.event.atMs) index -= 1;
    if (index === events.length) events.push(placed);
    else events.splice(index, 0, placed);
    this.#bytes += bytesOf(placed.event);
  }

  /** Those before a time, in order; they wait no longer. */
  *before(atMs: number): Generator<PlacedEvent> {
    yield* this.#take((event) => event.atMs < atMs);
  }

  /** As many as are too many. */
  *pastLimits(): Generator<PlacedEvent> {
    yield* this.#take(
      () => this.#bytes > MAX_PENDING_BYTES || this.#events.length - this.#taken > MAX_PENDING_EVENTS,
    );
  }

  *#take(due: (event: ScreenEvent) => boolean): Generator<PlacedEvent> {
    for (let next = this.#events[this.#taken]; next !== undefined; next = this.#events[this.#taken]) {
      if (!due(next.event)) break;
      this.#bytes -= bytesOf(next.event);
      this.#taken += 1;
      yield next;
    }
    this.#events.splice(0, this.#taken);
    this.#taken = 0;
  }
}

const bytesOf = (event: ScreenEvent): number =>
  event.type === "paint" ? event.rectangles.reduce((sum, { image }) => sum + image.length, 64) : 64;

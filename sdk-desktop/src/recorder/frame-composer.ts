import {
  type DisplayEvent,
  encodeScreenBody,
  type Fact,
  MAX_FACTS_PER_FRAME,
  type PaintEvent,
  type PointerEvent,
  type ScreenEvent,
  type WindowId,
} from "@reeltime/recorder/protocol";
import type { Draft } from "@reeltime/recorder/uploader";
import {
  EVENT_BYTES,
  FLUSH_BYTES,
  FLUSH_EVENTS,
  FLUSH_MS,
  MAX_SPAN_MS,
  WATCHED_FLUSH_MS,
} from "../limits.js";
import type { Timers } from "./timers.js";

/** What a composer stands on. */
export interface ComposerOptions {
  readonly window: WindowId;
  /** Epoch ms. */
  readonly nowMs: () => number;
  readonly timers: Timers;
  /** When a person last did something in this picture, epoch ms. */
  readonly inputMs: () => number | undefined;
  /** Takes frames in their order. */
  readonly push: (draft: Draft) => void;
}

const isPaint = (event: ScreenEvent): boolean => event.type === "display" || event.type === "paint";

const bytesOf = (event: ScreenEvent): number =>
  event.type === "paint"
    ? event.rectangles.reduce((sum, { image }) => sum + image.length + EVENT_BYTES, EVENT_BYTES)
    : EVENT_BYTES;

/**
 * Gathers what happens in one picture into frames: given away about every second, every 50 ms while somebody watches, at
 * once after a quiet spell, and when full. Within a frame events are in the order of their times.
 */
export class FrameComposer {
  readonly #options: ComposerOptions;
  #events: ScreenEvent[] = [];
  #facts: Fact[] = [];
  #bytes = 0;
  #firstMs = 0;
  #timer: unknown;
  #flushedMs = Number.NEGATIVE_INFINITY;
  #flushMs = FLUSH_MS;

  constructor(options: ComposerOptions) {
    this.#options = options;
  }

  /** Bytes gathered and not yet given away, about. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds an event. Times may be out of order by as long as the helpers take to say them. */
  add(event: ScreenEvent): void {
    this.#make(event.atMs);
    this.#events.push(event);
    this.#bytes += bytesOf(event);
    if (this.#bytes > FLUSH_BYTES || this.#events.length >= FLUSH_EVENTS) this.flush();
  }

  /** Adds a fact; in a loop in the app the first of each frame. False: it was one too many. */
  tell(fact: Fact): boolean {
    this.#make(fact.atMs);
    if (this.#facts.length >= MAX_FACTS_PER_FRAME) return false;
    this.#facts.push(fact);
    return true;
  }

  /**
   * Begins a frame of its own with what playback can start from, and gives it away: what the picture is, all of it, and where
   * the pointer is when that is in it.
   */
  checkout(display: DisplayEvent, paint: PaintEvent, pointer?: PointerEvent): void {
    this.flush();
    this.#firstMs = display.atMs;
    this.#events = pointer ? [display, paint, pointer] : [display, paint];
    this.#give(true);
  }

  /** Gives away what was gathered. */
  flush(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    if (this.#events.length === 0 && this.#facts.length === 0) return;
    this.#give(false);
  }

  /** Somebody is watching, or nobody is any more. */
  setWatched(watched: boolean): void {
    const beforeMs = this.#flushMs;
    this.#flushMs = watched ? WATCHED_FLUSH_MS : FLUSH_MS;
    if (this.#flushMs < beforeMs) this.flush();
  }

  /** A draft of this picture's window with nothing in it. */
  empty(kind: Draft["kind"]): Draft {
    const nowMs = this.#options.nowMs();
    return {
      window: this.#options.window,
      kind,
      firstMs: nowMs,
      lastMs: nowMs,
      inputMs: this.#options.inputMs(),
      checkout: false,
      codec: "json",
      keyId: undefined,
      events: 0,
      rawBytes: 0,
      facts: [],
      body: new Uint8Array(),
    };
  }

  /** Makes sure that there is a frame that a time fits into, and a time at which it is given away. */
  #make(atMs: number): void {
    const { timers, nowMs } = this.#options;
    const isEmpty = this.#events.length === 0 && this.#facts.length === 0;
    if (!isEmpty && Math.abs(atMs - this.#firstMs) > MAX_SPAN_MS) this.flush();
    if (this.#events.length === 0 && this.#facts.length === 0) this.#firstMs = atMs;
    const waitMs = Math.min(this.#flushedMs + this.#flushMs - nowMs(), this.#flushMs);
    this.#timer ??= timers.set(() => this.flush(), waitMs);
  }

  #give(checkout: boolean): void {
    const { push, nowMs } = this.#options;
    // Stable, and what is painted stays where it came: each of them builds on the one before.
    const events = inOrder(this.#events);
    const facts = this.#facts;
    const times = [...events, ...facts].map(({ atMs }) => atMs);
    const firstMs = Math.min(...times);
    const body = encodeScreenBody(events, firstMs);
    this.#events = [];
    this.#facts = [];
    this.#bytes = 0;
    this.#flushedMs = nowMs();
    push({
      ...this.empty("screen"),
      firstMs,
      lastMs: Math.max(...times),
      checkout,
      codec: "screen",
      events: events.length,
      rawBytes: body.length,
      facts,
      body,
    });
  }
}

/** By time; of what is painted none before the one that came before it, whatever their times say. */
function inOrder(events: readonly ScreenEvent[]): readonly ScreenEvent[] {
  let paintedMs = Number.NEGATIVE_INFINITY;
  return events
    .map((event) => {
      if (!isPaint(event)) return event;
      paintedMs = Math.max(paintedMs, event.atMs);
      return event.atMs === paintedMs ? event : { ...event, atMs: paintedMs };
    })
    .sort((one, other) => one.atMs - other.atMs);
}

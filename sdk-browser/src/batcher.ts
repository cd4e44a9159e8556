import { type Fact, MAX_FACTS_PER_FRAME, type WindowId } from "@reeltime/recorder/protocol/page";
import { type Draft, emptyDraft } from "@reeltime/recorder/uploader";
import { native } from "./native.js";

/** Milliseconds between two frames of a session nobody watches, and of one that is watched. */
const FLUSH_MS = 1_000;
const WATCHED_FLUSH_MS = 50;
/** Units of JSON after which a frame is full, so that an unload has little to send and a frame little to lose. */
const FLUSH_UNITS = 64 * 1024;
/** Milliseconds one frame may span: a clock that jumps or a laptop that slept begins a new one. */
const MAX_SPAN_MS = 60_000;

/** What a batcher needs. */
export interface BatcherOptions {
  readonly window: WindowId;
  readonly inputMs: () => number | undefined;
  readonly push: (draft: Draft) => void;
}

/** Gathers events and facts into frames: the first after a quiet spell goes at once, then one each interval or 64 KiB. */
export class Batcher {
  /** Somebody is watching. */
  watched = false;
  readonly #o: BatcherOptions;
  #parts: string[] = [];
  #facts: Fact[] = [];
  #units = 0;
  #firstMs: number | undefined;
  #lastMs = 0;
  #checkout = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #flushedMs = 0;

  constructor(options: BatcherOptions) {
    this.#o = options;
  }

  /** Takes one event as JSON. `checkout`: it is a full snapshot. */
  add(json: string, atMs: number, checkout: boolean): void {
    this.#at(atMs);
    this.#parts.push(json);
    this.#checkout ||= checkout;
    this.#units += json.length;
    if (this.#units >= FLUSH_UNITS) this.flush();
    else this.#later();
  }

  /** Takes one fact; in a loop in the page the hundred first of each frame. */
  fact(fact: Fact): void {
    this.#at(fact.atMs);
    if (this.#facts.length < MAX_FACTS_PER_FRAME) this.#facts.push(fact);
    this.#later();
  }

  /** Ends the frame and gives it away, when there is anything in it. */
  flush(): void {
    native("clearTimeout")(this.#timer);
    this.#timer = undefined;
    const firstMs = this.#firstMs;
    if (firstMs === undefined) return;
    this.#flushedMs = Date.now();
    const body = new TextEncoder().encode(`[${this.#parts.join()}]`);
    const draft: Draft = {
      ...emptyDraft("dom", this.#o.window, firstMs),
      lastMs: this.#lastMs,
      inputMs: this.#o.inputMs(),
      checkout: this.#checkout,
      events: this.#parts.length,
      rawBytes: body.length,
      facts: this.#facts,
      body,
    };
    this.#parts = [];
    this.#facts = [];
    this.#units = 0;
    this.#firstMs = undefined;
    this.#checkout = false;
    this.#o.push(draft);
  }

  /** Makes room for something of this time. */
  #at(atMs: number): void {
    if (this.#firstMs !== undefined && Math.abs(atMs - this.#firstMs) > MAX_SPAN_MS) this.flush();
    this.#lastMs = this.#firstMs === undefined ? atMs : Math.max(atMs, this.#lastMs);
    this.#firstMs = Math.min(atMs, this.#firstMs ?? atMs);
  }

  #later(): void {
    const waitMs = this.#flushedMs + (this.watched ? WATCHED_FLUSH_MS : FLUSH_MS) - Date.now();
    this.#timer ??= native("setTimeout")(() => this.flush(), Math.min(Math.max(waitMs, 0), FLUSH_MS));
  }
}

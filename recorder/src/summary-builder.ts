import {
  MAX_SESSION_SUMMARY_BYTES,
  MAX_SUMMARY_CHECKOUTS,
  MAX_SUMMARY_FACT_BYTES,
  MAX_SUMMARY_WINDOWS,
} from "./limits.js";
import {
  type Activity,
  addActivity,
  type Checkout,
  emptyActivity,
  type Fact,
  type FactType,
  MAX_SUMMARY_FACTS,
  type OpenedRecord,
  type PlacedFact,
  type SessionState,
  type Summary,
  utf8Length,
  type WindowId,
  type WindowSpan,
} from "./protocol/index.js";
import { frameTimes, type PlacedFrame } from "./session-state.js";

/**
 * Gathers a session's summary frame by frame, in the order of the stream. It depends on nothing but what is stored,
 * so the one kept in memory and the one made by reading the stream are the same.
 */
export class SummaryBuilder {
  readonly #opened: OpenedRecord;
  readonly #windows = new Map<WindowId, WindowSpan>();
  readonly #facts: PlacedFact[] = [];
  readonly #factCounts: Partial<Record<FactType, number>> = {};
  #checkouts: Checkout[] = [];
  #checkoutsSeen = 0;
  #checkoutStep = 1;
  #factBytes = 0;
  #factsCut = 0;
  #lostEvents = 0;
  #activity: Activity;

  constructor(opened: OpenedRecord) {
    this.#opened = opened;
    this.#activity = emptyActivity(opened.openedMs);
  }

  /** UTF-8 bytes of the facts held, about: what weighs in memory. */
  get heldBytes(): number {
    return this.#factBytes;
  }

  /** Adds the next frame. */
  add(frame: PlacedFrame): void {
    const { envelope, offsetMs, seqNum } = frame;
    const { firstMs, lastMs } = frameTimes(envelope, offsetMs, this.#opened.openedMs);
    const span = this.#windows.get(envelope.window);
    if (span !== undefined || this.#windows.size < MAX_SUMMARY_WINDOWS) {
      this.#windows.set(envelope.window, {
        window: envelope.window,
        firstMs: Math.min(span?.firstMs ?? firstMs, firstMs),
        lastMs: Math.max(span?.lastMs ?? lastMs, lastMs),
        events: (span?.events ?? 0) + envelope.events,
      });
    }
    if (envelope.checkout) this.#addCheckout({ seqNum, window: envelope.window, atMs: firstMs });
    for (const fact of envelope.facts) this.#addFact(fact, frame, lastMs);
    if (envelope.events > 0) this.#activity = addActivity(this.#activity, firstMs, envelope.events);
    this.#lostEvents += envelope.lost?.events ?? 0;
  }

  /** The summary of a session that ends in `state`. */
  build(state: SessionState): Summary {
    return {
      opened: this.#opened,
      totals: state.totals,
      windows: [...this.#windows.values()],
      checkouts: this.#checkouts,
      facts: this.#facts,
      factsCut: this.#factsCut,
      factCounts: this.#factCounts,
      lateRuns: state.lateRuns,
      activity: this.#activity,
      lostEvents: this.#lostEvents,
    };
  }

  /** Keeps every `step`th checkout, and doubles the step whenever there are too many. */
  #addCheckout(checkout: Checkout): void {
    const keep = this.#checkoutsSeen % this.#checkoutStep === 0;
    this.#checkoutsSeen += 1;
    if (!keep) return;
    this.#checkouts.push(checkout);
    if (this.#checkouts.length <= MAX_SUMMARY_CHECKOUTS) return;
    this.#checkouts = this.#checkouts.filter((_, index) => index % 2 === 0);
    this.#checkoutStep *= 2;
  }

  #addFact(fact: Fact, { envelope, offsetMs, seqNum }: PlacedFrame, lastMs: number): void {
    this.#factCounts[fact.type] = (this.#factCounts[fact.type] ?? 0) + 1;
    const bytes = factBytes(fact);
    const full = this.#facts.length >= MAX_SUMMARY_FACTS || this.#factBytes + bytes > MAX_SUMMARY_FACT_BYTES;
    // Once one is cut all later ones are: the list is the session's first facts, without holes.
    if (full || this.#factsCut > 0) {
      this.#factsCut += 1;
      return;
    }
    this.#factBytes += bytes;
    const atMs = Math.min(lastMs, Math.max(this.#opened.openedMs, Math.floor(fact.atMs + offsetMs)));
    this.#facts.push({ ...fact, atMs, seqNum, window: envelope.window });
  }
}

/** Bytes of a fact's words, and a little for its numbers. */
function factBytes(fact: Fact): number {
  let bytes = 32 + utf8Length(fact.text);
  for (const [name, value] of Object.entries(fact.detail ?? {})) {
    bytes += utf8Length(name) + (typeof value === "string" ? utf8Length(value) : 8);
  }
  return bytes;
}

/** Bytes of summaries in memory, over all sessions this process holds. */
export class SummaryBudget {
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Takes what a builder has grown by; false when it is too much, and then nothing was taken. */
  take(grownBytes: number, heldBytes: number): boolean {
    if (heldBytes > MAX_SESSION_SUMMARY_BYTES || this.#bytes + grownBytes > this.#maxBytes) return false;
    this.#bytes += grownBytes;
    return true;
  }

  /** Gives back what was taken. */
  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

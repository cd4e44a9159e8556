import type { OpenedRecord, SessionState, Summary } from "./protocol/index.js";
import type { PlacedFrame } from "./session-state.js";
import { type SummaryBudget, SummaryBuilder } from "./summary-builder.js";

/**
 * The summary of a session that this process has held since it was opened, kept in memory within a budget. Once it
 * is over the budget, or something was missed, it is gone for good, and closing reads the stream instead.
 */
export class HeldSummary {
  readonly #budget: SummaryBudget;
  #builder: SummaryBuilder | undefined;
  #takenBytes = 0;
  /** It is not counted: the stream is about to be closed. */
  #adopted = false;

  constructor(budget: SummaryBudget, opened: OpenedRecord | undefined) {
    this.#budget = budget;
    this.#builder = opened === undefined ? undefined : new SummaryBuilder(opened);
  }

  /** Adds the next durable frame. */
  add(frame: PlacedFrame): void {
    if (this.#builder === undefined) return;
    this.#builder.add(frame);
    const held = this.#builder.heldBytes;
    if (this.#adopted || held === this.#takenBytes) return;
    if (this.#budget.take(held - this.#takenBytes, held)) this.#takenBytes = held;
    else this.drop();
  }

  /** Takes one that was made by reading the stream, which is about to be closed. */
  adopt(builder: SummaryBuilder): void {
    this.drop();
    this.#builder = builder;
    this.#adopted = true;
  }

  /** The summary, or `undefined` when the stream must be read. */
  build(state: SessionState): Summary | undefined {
    return this.#builder?.build(state);
  }

  /** Lets it go: because a part was missed, or the session leaves memory. */
  drop(): void {
    this.#builder = undefined;
    this.#adopted = false;
    this.#budget.release(this.#takenBytes);
    this.#takenBytes = 0;
  }
}

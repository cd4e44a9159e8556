import { bytesInWords, countInWords } from "../words.js";
import type { CopyListener } from "./copy-basin.js";
import type { StreamOutcome } from "./copy-stream.js";

/** What a copy came to, as its one line on standard output says it. */
export interface CopySummary {
  /** Streams that were copied, or copied on, and read back. */
  readonly copied: number;
  /** Streams that were there and equal already. */
  readonly equal: number;
  /** Of both, streams whose numbers are others in the target. */
  readonly renumbered: number;
  /** Streams that got more records meanwhile: copy again. */
  readonly grew: number;
  /** Streams that the target has as others, and basins too. */
  readonly refused: number;
  /** Streams that an endpoint stood in the way of: copy again. */
  readonly failed: number;
  readonly records: number;
  readonly bytes: number;
}

/** Counts what is copied, and says at once what somebody must know. */
export class CopyProgress implements CopyListener {
  readonly #log: (line: string) => void;
  #summary: CopySummary = {
    copied: 0,
    equal: 0,
    renumbered: 0,
    grew: 0,
    refused: 0,
    failed: 0,
    records: 0,
    bytes: 0,
  };

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  /** What it has come to so far. */
  get summary(): CopySummary {
    return this.#summary;
  }

  /** Whether the target has everything. */
  get complete(): boolean {
    const { refused, failed, grew } = this.#summary;
    return refused + failed + grew === 0;
  }

  appended(records: number, meteredBytes: number): void {
    this.#add({ records, bytes: meteredBytes });
  }

  stream(name: string, ended: StreamOutcome | { readonly outcome: "failed"; readonly why: string }): void {
    if (ended.outcome === "gone") return;
    if (ended.outcome === "refused" || ended.outcome === "failed") {
      this.#add({ [ended.outcome]: 1 });
      this.#log(`${name} ${ended.outcome === "refused" ? "is not copied" : "failed"}: ${ended.why}`);
      return;
    }
    const { outcome, offset, grew } = ended;
    this.#add({ [outcome]: 1, renumbered: offset > 0 ? 1 : 0, grew: grew ? 1 : 0 });
    if (offset > 0 && outcome === "copied")
      this.#log(`${name} was trimmed or has expired records: its numbers are ${offset} less in the target`);
    if (grew) this.#log(`${name} got more records while it was copied: copy it again`);
  }

  /** A basin of which nothing was copied. */
  basinRefused(name: string, why: string): void {
    this.#add({ refused: 1 });
    this.#log(`${name} is not copied: ${why}`);
  }

  /** Says how far it is. */
  tell(): void {
    const { copied, equal, records, bytes } = this.#summary;
    const streams = `${countInWords(copied, "stream")} copied, ${equal} equal already`;
    this.#log(`${streams}; ${countInWords(records, "record")} appended, ${bytesInWords(bytes)}`);
  }

  #add(more: Partial<CopySummary>): void {
    const sums = Object.entries(this.#summary).map(([field, value]) => [
      field,
      value + (more[field as keyof CopySummary] ?? 0),
    ]);
    this.#summary = Object.fromEntries(sums) as CopySummary;
  }
}

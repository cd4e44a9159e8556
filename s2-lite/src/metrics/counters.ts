import type { CommitOutcome } from "../store/committer.js";
import { counter, type Metric } from "./exposition.js";
import { Histogram } from "./histogram.js";

/** Seconds a commit takes: a tenth of a millisecond on a fast disk, seconds on one that is overloaded. */
const COMMIT_SECONDS = [
  0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 4.096,
];

/** What is counted as it happens. A few additions an append: all else is looked up when it is asked for. */
export class Counters {
  #appends = 0;
  #records = 0;
  #bytes = 0;
  #requests = 0;
  #failedCommits = 0;
  readonly #commitSeconds = new Histogram(COMMIT_SECONDS);

  /** A batch became durable. */
  appended(records: number, meteredBytes: number): void {
    this.#appends++;
    this.#records += records;
    this.#bytes += meteredBytes;
  }

  /** A commit is over. */
  committed({ durationMs, error }: CommitOutcome): void {
    if (error === undefined) this.#commitSeconds.observe(durationMs / 1_000);
    else this.#failedCommits++;
  }

  /** A request came. */
  requested(): void {
    this.#requests++;
  }

  /** All of them as metrics. */
  metrics(): Metric[] {
    return [
      counter("s2_lite_requests_total", "Requests that came, sessions among them.", this.#requests),
      counter("s2_lite_appends_total", "Batches that became durable.", this.#appends),
      counter("s2_lite_appended_records_total", "Records that became durable.", this.#records),
      counter("s2_lite_appended_bytes_total", "Metered bytes of records that became durable.", this.#bytes),
      counter("s2_lite_failed_commits_total", "Transactions that storage refused.", this.#failedCommits),
      {
        name: "s2_lite_commit_duration_seconds",
        type: "histogram",
        help: "Time from giving a transaction to storage until it is synced.",
        samples: this.#commitSeconds.samples(),
      },
    ];
  }
}

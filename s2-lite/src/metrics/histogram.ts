import type { Sample } from "./exposition.js";

/** Counts values by how large they are: one increment a value. */
export class Histogram {
  readonly #bounds: readonly number[];
  /** Values up to each bound and above the one before; the last are above all bounds. */
  readonly #counts: number[];
  #sum = 0;

  /** `bounds` are the largest values of each bucket, ascending. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = new Array<number>(bounds.length + 1).fill(0);
  }

  /** Counts a value. */
  observe(value: number): void {
    let bucket = 0;
    while (bucket < this.#bounds.length && value > (this.#bounds[bucket] ?? 0)) bucket++;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** What Prometheus wants of a histogram: cumulative buckets, their sum and their count. */
  samples(): Sample[] {
    let count = 0;
    const buckets = this.#counts.map((inBucket, index): Sample => {
      count += inBucket;
      const bound = this.#bounds[index];
      return {
        suffix: "_bucket",
        labels: { le: bound === undefined ? "+Inf" : String(bound) },
        value: count,
      };
    });
    return [...buckets, { suffix: "_sum", value: this.#sum }, { suffix: "_count", value: count }];
  }
}

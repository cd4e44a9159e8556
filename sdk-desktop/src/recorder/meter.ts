/** Counts over the last second, by tenths of it: so that a figure is smooth and its memory bounded. */
export class Meter {
  readonly #nowMs: () => number;
  /** What was added in each tenth of a second, by the tenth's number. */
  readonly #tenths = new Map<number, number>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Adds something now. */
  add(amount: number): void {
    const tenth = Math.floor(this.#nowMs() / 100);
    this.#forget(tenth);
    this.#tenths.set(tenth, (this.#tenths.get(tenth) ?? 0) + amount);
  }

  /** The sum over the last second. */
  get perSecond(): number {
    this.#forget(Math.floor(this.#nowMs() / 100));
    let sum = 0;
    for (const amount of this.#tenths.values()) sum += amount;
    return sum;
  }

  #forget(now: number): void {
    for (const tenth of this.#tenths.keys()) if (tenth <= now - 10 || tenth > now) this.#tenths.delete(tenth);
  }
}

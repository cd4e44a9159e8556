import { BURST_MS, MAX_THINNED_MS, REFINE_RESERVE, SHORT_SHARE } from "./limits.js";

/** How much is left to spend. `short`: what moves goes coarser. `spent`: so does what is new, and captures thin out. */
export type BudgetLevel = "plenty" | "short" | "spent";

/**
 * Bytes of pictures that may be spent: so many a second, saved up for some seconds. All pictures share one. It never says
 * no: it says how to spend less, and may be in debt.
 */
export class ByteBudget {
  readonly #bytesPerSecond: number;
  readonly #mostBytes: number;
  #bytes: number;
  #atMs: number;

  /** Begins full. Times are `monotonicMs`. */
  constructor(bytesPerSecond: number, nowMs: number) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#mostBytes = (bytesPerSecond * BURST_MS) / 1_000;
    this.#bytes = this.#mostBytes;
    this.#atMs = nowMs;
  }

  /** Takes bytes that were sent, or, below 0, gives back those of a paint that was refused. */
  spend(bytes: number, nowMs: number): void {
    this.#earn(nowMs);
    this.#bytes = Math.min(this.#bytes - bytes, this.#mostBytes);
  }

  level(nowMs: number): BudgetLevel {
    this.#earn(nowMs);
    if (this.#bytes <= 0) return "spent";
    return this.#bytes < this.#mostBytes * SHORT_SHARE ? "short" : "plenty";
  }

  /** Bytes that may go into what was sent before, coarser: what is left above a reserve for what is new. */
  spareBytes(nowMs: number): number {
    this.#earn(nowMs);
    return Math.max(this.#bytes - this.#mostBytes * REFINE_RESERVE, 0);
  }

  /** Milliseconds until debts are paid, and captures worth making; bounded, so that no change waits for ever. */
  waitMs(nowMs: number): number {
    this.#earn(nowMs);
    return Math.min(Math.max((-this.#bytes * 1_000) / this.#bytesPerSecond, 0), MAX_THINNED_MS);
  }

  #earn(nowMs: number): void {
    const earned = ((nowMs - this.#atMs) * this.#bytesPerSecond) / 1_000;
    this.#bytes = Math.min(this.#bytes + Math.max(earned, 0), this.#mostBytes);
    this.#atMs = Math.max(nowMs, this.#atMs);
  }
}

import type { PlayerClock } from "./clock.js";
import { MAX_STEP_MS } from "./limits.js";

/** Calls a step before each picture for as long as it says that there is more to do. */
export class Ticker {
  readonly #clock: PlayerClock;
  readonly #step: (stepMs: number) => boolean;
  #cancel: (() => void) | undefined;
  #tickedAt = 0;
  #closed = false;

  /** @param step given the ms since the step before; `true`: call again before the next picture */
  constructor(clock: PlayerClock, step: (stepMs: number) => boolean) {
    this.#clock = clock;
    this.#step = step;
  }

  /** Something changed: it is looked at before the next picture. Time that nobody ticked does not count. */
  wake(): void {
    if (this.#closed || this.#cancel !== undefined) return;
    this.#tickedAt = this.#clock.now();
    this.#next();
  }

  /** No step any more. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #next(): void {
    this.#cancel = this.#clock.frame(() => {
      const nowMs = this.#clock.now();
      const stepMs = Math.min(MAX_STEP_MS, Math.max(0, nowMs - this.#tickedAt));
      this.#tickedAt = nowMs;
      // Whatever wakes it meanwhile need not: it decides below.
      if (this.#step(stepMs) && !this.#closed) this.#next();
      else this.#cancel = undefined;
    });
  }
}

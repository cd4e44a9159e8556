import type { Timers } from "../../src/recorder/timers.js";

interface Due {
  readonly atMs: number;
  readonly work: () => void;
}

/** Time that passes when a test says so, and timers by it. */
export class ManualTimers implements Timers {
  #nowMs: number;
  readonly #due: Due[] = [];

  constructor(nowMs = 0) {
    this.#nowMs = nowMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly set = (work: () => void, ms: number): unknown => {
    const timer = { atMs: this.#nowMs + Math.max(0, ms), work };
    this.#due.push(timer);
    return timer;
  };

  readonly clear = (timer: unknown): void => {
    const place = this.#due.indexOf(timer as Due);
    if (place >= 0) this.#due.splice(place, 1);
  };

  /** Lets time pass: what is due on the way happens in its order, each at its time. */
  readonly pass = (ms: number): void => {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const [next] = this.#due
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((one, other) => one.atMs - other.atMs);
      if (!next) break;
      this.clear(next);
      this.#nowMs = next.atMs;
      next.work();
    }
    this.#nowMs = untilMs;
  };
}

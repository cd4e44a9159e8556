import type { PlayerClock } from "../../src/store/index.js";

/** Milliseconds between two pictures. */
const FRAME_MS = 16;

/** A clock that moves when told to. */
export class ManualClock implements PlayerClock {
  #nowMs = 1_000;
  #frames = new Set<() => void>();
  #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  now = (): number => this.#nowMs;

  frame = (callback: () => void): (() => void) => {
    this.#frames.add(callback);
    return () => {
      this.#frames.delete(callback);
    };
  };

  timeout = (callback: () => void, delayMs: number): (() => void) => {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  /** Waits that are set. */
  get waits(): readonly number[] {
    return [...this.#timers].map(({ atMs }) => atMs - this.#nowMs).sort((a, b) => a - b);
  }

  /** Time passes without a picture, as for a page that nobody sees. */
  skip(ms: number): void {
    this.#nowMs += ms;
  }

  /** Lets time pass: pictures are drawn, and between them whatever waits for anything else gets its turn. */
  async pass(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await idle();
    while (this.#nowMs < untilMs) {
      this.#nowMs = Math.min(untilMs, this.#nowMs + FRAME_MS);
      for (const timer of [...this.#timers]) {
        if (timer.atMs > this.#nowMs) continue;
        this.#timers.delete(timer);
        timer.callback();
      }
      const due = [...this.#frames];
      this.#frames.clear();
      for (const callback of due) callback();
      await idle();
    }
  }
}

/** Lets everything that can go on without time go on: inflating takes several turns of the event loop. */
export async function idle(turns = 3): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

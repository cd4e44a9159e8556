import { MAX_SLICE_REST_MS } from "../limits.js";

/**
 * Gives work in the background its turns: one slice at a time, over all streams, and after each a rest as long as it
 * took. So an append waits for one slice at most, however much there is to delete.
 */
export class Slices {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** How long the last slice took. */
  #tookMs = 0;

  /** How many slices wait for their turn or are under way. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Runs a slice in its turn; settles as it does, without the rest. */
  run(slice: () => Promise<void>): Promise<void> {
    this.#waiting++;
    const running = this.#last.then(async () => {
      const startMs = performance.now();
      try {
        await slice();
      } finally {
        this.#waiting--;
        this.#tookMs = performance.now() - startMs;
      }
    });
    this.#last = running.then(
      () => this.#rest(),
      () => this.#rest(), // its own caller hears of it
    );
    return running;
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, Math.min(MAX_SLICE_REST_MS, this.#tookMs)));
  }
}

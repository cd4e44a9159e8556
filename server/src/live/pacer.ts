/** Runs something at once when it is asked after a quiet spell, else once at the end of the interval. */
export class Pacer {
  readonly #everyMs: number;
  readonly #run: () => void;
  #timer: NodeJS.Timeout | undefined;
  #asked = false;
  #closed = false;

  constructor(everyMs: number, run: () => void) {
    this.#everyMs = everyMs;
    this.#run = run;
  }

  /** Wants it run. */
  ask(): void {
    if (this.#timer === undefined) this.now();
    else this.#asked = true;
  }

  /** Runs it, whatever the interval. */
  now(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#asked = false;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#asked) this.now();
    }, this.#everyMs);
    this.#run();
  }

  /** Runs nothing more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }
}

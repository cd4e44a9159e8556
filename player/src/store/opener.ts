import type { Prepared } from "./reel.js";

/** What an opener is given to work with. */
export interface OpenerOptions {
  readonly prepare: (at: number | "end", signal: AbortSignal) => Promise<Prepared | undefined>;
  readonly show: (prepared: Prepared | undefined, at: number | "end") => void;
  readonly failed: (error: unknown) => void;
  /** Nothing is left to open. */
  readonly done: () => void;
}

/**
 * Opens times one after the other, of several wanted meanwhile only the last: a request under way for another
 * time is given up, but what is already being built is shown, so that dragging shows pictures.
 */
export class Opener {
  readonly #options: OpenerOptions;
  #target: number | "end" | undefined;
  #abort = new AbortController();
  #busy = false;
  #closed = false;

  constructor(options: OpenerOptions) {
    this.#options = options;
  }

  /** True while something is being opened. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Opens a time, or the end. */
  open(at: number | "end"): void {
    this.#target = at;
    this.#abort.abort();
    if (!this.#busy) void this.#run();
  }

  /** Gives up for good. */
  close(): void {
    this.#closed = true;
    this.#abort.abort();
  }

  async #run(): Promise<void> {
    this.#busy = true;
    while (this.#target !== undefined && !this.#closed) {
      const at = this.#target;
      const abort = new AbortController();
      this.#target = undefined;
      this.#abort = abort;
      try {
        const prepared = await this.#options.prepare(at, abort.signal);
        if (!this.#closed) this.#options.show(prepared, at);
      } catch (error) {
        if (!abort.signal.aborted) this.#options.failed(error);
      }
    }
    this.#busy = false;
    if (!this.#closed) this.#options.done();
  }
}

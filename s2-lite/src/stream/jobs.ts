import { toS2LiteError } from "../errors.js";
import { BACKGROUND_RETRY_MS, MAX_BACKGROUND_RETRY_MS } from "../limits.js";

/** The work in the background of one server: begun later, tried again when it fails, stopped with the server. */
export class Jobs {
  readonly #log: (message: string) => void;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;
  /** The last failure that was logged: one full disk fails a thousand jobs, and is told once. */
  #told = "";

  constructor(log: (message: string) => void) {
    this.#log = log;
  }

  /** Whether work under way should stop at its next slice. */
  get closed(): boolean {
    return this.#closed;
  }

  /** How many jobs wait for their time or are under way. */
  get pending(): number {
    return this.#timers.size + this.#running.size;
  }

  /** Does work after a while; again, after longer and longer pauses, until it succeeds. */
  later(ms: number, work: () => Promise<void>, pauseMs = BACKGROUND_RETRY_MS): void {
    this.#after(ms, async () => {
      try {
        await work();
      } catch (error) {
        this.tell(error);
        this.later(pauseMs, work, Math.min(2 * pauseMs, MAX_BACKGROUND_RETRY_MS));
      }
    });
  }

  /** Does work again and again, after a pause each time, whether it succeeds or not. */
  every(pauseMs: () => number, work: () => Promise<void>): void {
    this.#after(pauseMs(), async () => {
      try {
        await work();
      } catch (error) {
        this.tell(error);
      }
      this.every(pauseMs, work);
    });
  }

  /** Logs a failure, unless it is the one logged last. */
  tell(error: unknown): void {
    const { message, cause } = toS2LiteError(error);
    const text = cause instanceof Error ? `${message} (${cause.message})` : message;
    if (this.#closed || text === this.#told) return;
    this.#told = text;
    this.#log(`work in the background failed and is tried again: ${text}`);
  }

  /** Starts nothing more; resolves when what is under way has stopped. The next process goes on with it. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** `work` must not throw. */
  #after(ms: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const running = work().finally(() => this.#running.delete(running));
      this.#running.add(running);
    }, ms);
    this.#timers.add(timer);
  }
}

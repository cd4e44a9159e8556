import type { Log } from "./log.js";

/** What was opened, to be closed in the opposite order, whether everything was opened or not. */
export class Closers {
  readonly #log: Log;
  readonly #closers: { readonly name: string; readonly close: () => Promise<void> }[] = [];
  #closing: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Notes how to close what was just opened. */
  add(name: string, close: () => Promise<void>): void {
    this.#closers.push({ name, close });
  }

  /** Closes everything once, the last opened first. One that fails is told of and does not keep the others open. */
  closeAll(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (let next = this.#closers.pop(); next !== undefined; next = this.#closers.pop()) {
      try {
        await next.close();
      } catch (error) {
        this.#log.error({ err: error }, `${next.name} did not close`);
      }
    }
  }
}

import { S2LiteError } from "../errors.js";
import { describeKey } from "../keys/any-row.js";
import { MAX_TOLD_DAMAGES } from "../limits.js";

/** Tells of damage once, in words, to whoever runs the server; clients get it as the error `storage`. */
export class DamageLog {
  readonly #log: (message: string) => void;
  readonly #told = new Set<string>();
  readonly #known = new WeakSet<S2LiteError>();

  constructor(log: (message: string) => void) {
    this.#log = log;
  }

  /** An error that says what is damaged; told unless it was before. */
  found(words: string): S2LiteError {
    const error = new S2LiteError("storage", words);
    this.#known.add(error);
    if (!this.#told.has(words) && this.#told.size < MAX_TOLD_DAMAGES) {
      this.#told.add(words);
      this.#log(`the store is damaged: ${words}; stop the server and run \`reeltime-s2-lite check\``);
    }
    return error;
  }

  /** What was thrown while a row was decoded: damage, with the row it is in; anything else as it is. */
  inRow(key: Buffer, thrown: unknown): unknown {
    if (!(thrown instanceof S2LiteError) || thrown.code !== "storage" || this.#known.has(thrown))
      return thrown;
    return this.found(`${describeKey(key)}: ${thrown.message}`);
  }

  /** What LMDB threw while it read: it found its pages inconsistent. Our own errors as they are. */
  inPages(thrown: unknown): unknown {
    if (thrown instanceof S2LiteError) return thrown;
    if (!(thrown instanceof Error) || typeof (thrown as NodeJS.ErrnoException).code !== "number")
      return thrown;
    return this.found(`LMDB cannot read it (${thrown.message.split("\n", 1)[0]})`);
  }
}

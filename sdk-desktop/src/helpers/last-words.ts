import { MAX_LAST_WORDS } from "../limits.js";

/** What a process wrote to its standard error, the end of it. */
export class LastWords {
  #text = "";

  /** Takes what it wrote. */
  hear(chunk: { toString(): string }): void {
    this.#text = (this.#text + chunk.toString()).slice(-MAX_LAST_WORDS);
  }

  /** How it ended, and its last line that is not empty. */
  after(why: string): string {
    const line = this.#text.trim().split("\n").at(-1)?.trim();
    return line ? `${why}: ${line}` : why;
  }
}

import { MAX_LAST_WORDS } from "../limits.js";

/** What a process wrote to its standard error, the end of it. */
export class LastWords {
  #text = "";

  /** Takes what it wrote. */
  hear(chunk: { toString(): string }): void {
    this.#text = (this.#text + chunk.toString()).slice(-MAX_LAST_WORDS);
  }

  /** How it ended, and the last line that says what went wrong; where none does, the last one. */
  after(why: string): string {
    const lines: readonly string[] = this.#text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
      .reverse();
    const line = lines.find((one) => /error|fail|cannot|denied|refused/i.test(one)) ?? lines[0];
    return line === undefined ? why : `${why}: ${line}`;
  }
}

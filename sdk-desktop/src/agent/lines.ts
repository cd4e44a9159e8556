import { MAX_LINE_BYTES } from "./limits.js";

/** A line, without its end; or that one was too long, and has been passed over. */
export type Line = { readonly text: string } | { readonly tooLong: true };

const NEWLINE = 0x0a;

/**
 * Cuts bytes into lines, which end with `\n` or `\r\n`. A line past `MAX_LINE_BYTES` is never held: it is told as too long
 * when it ends. What comes after the last line's end is no line: whoever wrote it died while writing.
 */
export class LineCutter {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #isTooLong = false;

  /** The lines that end in this. */
  push(chunk: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      this.#hold(chunk.subarray(from, end));
      lines.push(this.#line());
      from = end + 1;
    }
    this.#hold(chunk.subarray(from));
    return lines;
  }

  #hold(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_LINE_BYTES) {
      this.#isTooLong = true;
      this.#parts = [];
    } else if (part.length > 0) this.#parts.push(part);
  }

  #line(): Line {
    const line: Line = this.#isTooLong
      ? { tooLong: true }
      : {
          text: Buffer.concat(this.#parts)
            .toString("utf8")
            .replace(/^\uFEFF/, "")
            .replace(/\r$/, ""),
        };
    this.#parts = [];
    this.#bytes = 0;
    this.#isTooLong = false;
    return line;
  }
}

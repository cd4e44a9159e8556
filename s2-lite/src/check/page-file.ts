import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { MAX_CHECK_READ_BYTES } from "../limits.js";

/** Pages this far apart are read at once: a page more is cheaper than a call more. */
const MAX_GAP_PAGES = 8;

/** LMDB's file, read plainly: nothing is mapped, so that damage is data and never a signal. */
export class PageFile {
  readonly #descriptor: number;
  readonly sizeBytes: number;
  /** Bytes of a page; set once the headers have told. */
  pageBytes = 4_096;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
    this.sizeBytes = fstatSync(this.#descriptor).size;
  }

  /** Whole pages that the file has. */
  get pages(): number {
    return Math.floor(this.sizeBytes / this.pageBytes);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** Bytes from anywhere; fewer than asked for where the file ends. */
  readBytes(offset: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const read = readSync(this.#descriptor, bytes, filled, length - filled, offset + filled);
      if (read === 0) break;
      filled += read;
    }
    return bytes.subarray(0, filled);
  }

  /** Consecutive pages as one piece, or undefined where the file ends before. */
  read(page: number, count = 1): Buffer | undefined {
    if (page + count > this.pages) return undefined;
    return this.readBytes(page * this.pageBytes, count * this.pageBytes);
  }

  /** Calls `visit` for each page in the order given; pages that lie together are read together. */
  readEach(pages: readonly number[], visit: (page: number, bytes: Buffer | undefined) => void): void {
    const found = new Map<number, Buffer>();
    const sorted = [...pages].sort((a, b) => a - b);
    for (let from = 0; from < sorted.length; ) {
      const first = sorted[from] ?? 0;
      let to = from + 1;
      while (this.#joins(first, sorted[to - 1] ?? 0, sorted[to])) to++;
      const last = sorted[to - 1] ?? first;
      const count = Math.min(last, this.pages - 1) - first + 1;
      const bytes = count > 0 ? this.read(first, count) : undefined; // undefined: beyond the file's end
      for (; from < to; from++) {
        const page = sorted[from] ?? 0;
        const at = (page - first) * this.pageBytes;
        if (bytes !== undefined && at + this.pageBytes <= bytes.length)
          found.set(page, bytes.subarray(at, at + this.pageBytes));
      }
    }
    for (const page of pages) visit(page, found.get(page));
  }

  #joins(first: number, previous: number, next: number | undefined): boolean {
    if (next === undefined || next - previous > MAX_GAP_PAGES) return false;
    return (next - first + 1) * this.pageBytes <= MAX_CHECK_READ_BYTES;
  }
}

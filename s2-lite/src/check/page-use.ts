const IN_USE = 1;
const FREE = 2;
const MAX_PAGES = 2 ** 32;

/** Which pages of the file are in use and which are free: each can be one of them, once. */
export class PageUse {
  readonly #states: Uint8Array;

  /** `lastPage` is the last one the file's header knows. The two header pages are in use. */
  constructor(lastPage: number) {
    this.#states = new Uint8Array(Math.min(lastPage + 1, MAX_PAGES));
    this.#states.fill(IN_USE, 0, 2);
  }

  /** Takes consecutive pages into use, or says why that cannot be. */
  claim(page: number, count: number): string | undefined {
    return this.#set(page, count, IN_USE);
  }

  /** Counts consecutive pages as free, or says why that cannot be. */
  free(page: number, count: number): string | undefined {
    return this.#set(page, count, FREE);
  }

  /** Pages that are in use but begin at or after `page`: what a file that ends there lacks. */
  countInUseFrom(page: number): number {
    let count = 0;
    for (let at = page; at < this.#states.length; at++) if (this.#states[at] === IN_USE) count++;
    return count;
  }

  /** Pages that are neither in use nor free. */
  get lost(): number {
    return this.#count(0);
  }

  /** Pages that are free. */
  get freed(): number {
    return this.#count(FREE);
  }

  /** All pages. */
  get pages(): number {
    return this.#states.length;
  }

  #count(state: number): number {
    let count = 0;
    for (const one of this.#states) if (one === state) count++;
    return count;
  }

  #set(page: number, count: number, state: number): string | undefined {
    if (page < 2 || count < 1 || page + count > this.#states.length) return "is not a page that the file has";
    for (let at = page; at < page + count; at++) {
      const before = this.#states[at];
      if (before === state) return state === FREE ? "is free twice" : "is in use twice";
      if (before !== 0) return "is both free and in use";
    }
    this.#states.fill(state, page, page + count);
    return undefined;
  }
}

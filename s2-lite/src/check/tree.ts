import type { TreeHeader } from "./headers.js";
import { type Node, parseBigValue, parsePage } from "./page.js";
import type { PageFile } from "./page-file.js";
import type { PageUse } from "./page-use.js";

/** A key within a page. */
interface KeyAt {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The order of a tree's keys: negative when `a` comes first. */
export type KeyOrder = (a: KeyAt, b: KeyAt) => number;

/** Bytes, and a prefix before what it begins: the order of rows. */
export const byBytes: KeyOrder = (a, b) => a.bytes.compare(b.bytes, b.start, b.end, a.start, a.end);
/** Numbers of eight bytes, little endian: the order of the free list. */
export const byNumber: KeyOrder = (a, b) => {
  if (a.end - a.start !== 8 || b.end - b.start !== 8) return 1;
  const left = a.bytes.readBigUInt64LE(a.start);
  const right = b.bytes.readBigUInt64LE(b.start);
  return left < right ? -1 : Number(left > right);
};

/** A tree to walk, and what to tell of it. */
export interface TreeWalk {
  readonly file: PageFile;
  readonly use: PageUse;
  readonly header: TreeHeader;
  /** The newest commit there is. */
  readonly commit: number;
  readonly order: KeyOrder;
  /** Says what is wrong with a page. */
  readonly problem: (page: number, words: string) => void;
  /** A row, in order. `value` reads it, and tells and gives undefined when that is damaged. */
  readonly row: (key: Buffer, value: () => Buffer | undefined) => void;
  /** Whether to leave out a leaf with keys from `low` up to, not including, `high`. */
  readonly skip?: (low: Buffer | undefined, high: Buffer | undefined) => boolean;
}

/** What was seen of a tree. */
export interface WalkedTree {
  readonly leafPages: number;
  readonly skippedLeaves: number;
  readonly entries: number;
}

interface Place {
  readonly page: number;
  readonly commit: number;
  readonly low: KeyAt | undefined;
  readonly high: KeyAt | undefined;
}

/** Walks a whole tree, checking every page against its parent and every key against its neighbours. */
export function walkTree(walk: TreeWalk): WalkedTree {
  return new Walker(walk).run();
}

class Walker {
  readonly #walk: TreeWalk;
  #branchPages = 0;
  #leafPages = 0;
  #overflowPages = 0;
  #entries = 0;
  #skipped = 0;
  #damaged = false;

  constructor(walk: TreeWalk) {
    this.#walk = walk;
  }

  run(): WalkedTree {
    const { header, commit } = this.#walk;
    if (header.root !== undefined)
      this.#descend([{ page: header.root, commit, low: undefined, high: undefined }], 1);
    this.#compareCounts();
    return { leafPages: this.#leafPages, skippedLeaves: this.#skipped, entries: this.#entries };
  }

  /** Goes on with pages of one level, in key order. */
  #descend(places: readonly Place[], level: number): void {
    const { file, use, header, skip } = this.#walk;
    const leaf = level >= header.depth;
    const wanted = new Map<number, Place>();
    for (const place of places) {
      const conflict = use.claim(place.page, 1);
      if (conflict !== undefined) this.#tell(place.page, conflict);
      else if (leaf && skip?.(keyOf(place.low), keyOf(place.high)) === true) this.#skipped++;
      else wanted.set(place.page, place);
    }
    if (leaf) this.#leafPages += wanted.size;
    else this.#branchPages += wanted.size;
    file.readEach([...wanted.keys()], (page, bytes) => {
      const place = wanted.get(page);
      if (place === undefined) return;
      if (bytes === undefined) this.#tell(page, "is beyond the end of the file");
      else this.#visit(place, bytes, leaf, level);
    });
  }

  #visit(place: Place, bytes: Buffer, leaf: boolean, level: number): void {
    const { page, low, high } = place;
    const parsed = parsePage(bytes, { page, leaf, commit: place.commit });
    if ("problem" in parsed) {
      this.#tell(page, parsed.problem);
      return;
    }
    const { nodes, commit } = parsed;
    const key = (node: Node): KeyAt => ({ bytes, start: node.keyStart, end: node.keyEnd });
    // A branch's first key stands for everything below the second and is not looked at.
    const keys = nodes.map((node, index) => (!leaf && index === 0 ? low : key(node)));
    if (!this.#inOrder(keys, low, high)) {
      this.#tell(page, "has keys out of order");
      return;
    }
    if (!leaf) {
      const below = nodes.map((node, index) => {
        const upper = index + 1 < keys.length ? keys[index + 1] : high;
        return { page: node.child, commit, low: keys[index], high: upper };
      });
      this.#descend(below, level + 1);
      return;
    }
    this.#entries += nodes.length;
    for (const node of nodes) this.#row(page, bytes, node);
  }

  #inOrder(keys: readonly (KeyAt | undefined)[], low: KeyAt | undefined, high: KeyAt | undefined): boolean {
    const { order } = this.#walk;
    let previous: KeyAt | undefined;
    for (const [index, key] of keys.entries()) {
      if (key === undefined) continue; // the lowest branch has no lower bound
      if (index === 0 && low !== undefined && key !== low && order(key, low) < 0) return false;
      if (previous !== undefined && order(previous, key) >= 0) return false;
      previous = key;
    }
    return previous === undefined || high === undefined || order(previous, high) < 0;
  }

  #row(page: number, bytes: Buffer, node: Node): void {
    const { use, row } = this.#walk;
    const key = bytes.subarray(node.keyStart, node.keyEnd);
    if (node.big === undefined) {
      row(key, () => bytes.subarray(node.keyEnd, node.keyEnd + node.valueBytes));
      return;
    }
    const { big } = node;
    const enough = big.pages > 0 && node.valueBytes <= big.pages * bytes.length - 24;
    const conflict = enough ? use.claim(big.page, big.pages) : "are fewer than the value needs";
    if (conflict !== undefined) {
      this.#tell(page, `refers to pages for a value which ${conflict}`);
      return;
    }
    this.#overflowPages += big.pages;
    row(key, () => this.#bigValue(node, big));
  }

  #bigValue(node: Node, big: { readonly page: number; readonly pages: number }): Buffer | undefined {
    const pages = this.#walk.file.read(big.page, big.pages);
    if (pages === undefined) {
      this.#tell(big.page, "is beyond the end of the file");
      return undefined;
    }
    const parsed = parseBigValue(pages, node);
    if ("value" in parsed) return parsed.value;
    this.#tell(big.page, parsed.problem);
    return undefined;
  }

  /** The header counts pages and rows: a whole leaf that went unnoticed would be missed here. */
  #compareCounts(): void {
    const { header } = this.#walk;
    if (this.#damaged) return; // then they cannot agree, and it was told why
    const leaves = this.#leafPages + this.#skipped;
    if (this.#branchPages !== header.branchPages || leaves !== header.leafPages)
      this.#tell(0, "counts other pages of the tree than there are");
    else if (
      this.#skipped === 0 &&
      (this.#entries !== header.entries || this.#overflowPages !== header.overflowPages)
    )
      this.#tell(0, "counts other rows of the tree than there are");
  }

  #tell(page: number, words: string): void {
    this.#damaged = true;
    this.#walk.problem(page, words);
  }
}

function keyOf(at: KeyAt | undefined): Buffer | undefined {
  return at?.bytes.subarray(at.start, at.end);
}

import type { PageFile } from "./page-file.js";

/** One of the file's trees, as a header describes it. */
export interface TreeHeader {
  readonly flags: number;
  readonly depth: number;
  readonly branchPages: number;
  readonly leafPages: number;
  readonly overflowPages: number;
  readonly entries: number;
  /** Undefined when the tree is empty. */
  readonly root: number | undefined;
}

/** The newest state of the file: what its headers lead to. */
export interface FileState {
  readonly pageBytes: number;
  /** Counts commits. */
  readonly commit: number;
  readonly lastPage: number;
  readonly free: TreeHeader;
  readonly main: TreeHeader;
}

/** Bytes in front of a page's content. */
export const PAGE_HEADER_BYTES = 24;
const MAGIC = 0xbeefc0de;
const VERSION = 2;
const META_FLAG = 0x08;
const INTEGER_KEYS = 0x08;
const TREE_BYTES = 48;
/** Where the two trees stand behind a header page's start. */
const TREES_AT = PAGE_HEADER_BYTES + 24;
const HEADER_BYTES = TREES_AT + 2 * TREE_BYTES + 24;
const NO_ROOT = 0xffff_ffff_ffff_ffffn;

/**
 * Reads the two header pages, which commits write in turn, and finds the newer state; or says what is wrong with
 * them. LMDB takes whichever claims the higher commit and checks little: a flipped bit there would bring back the
 * state before the last commit, and nobody would miss it. So both must be whole, each where its commit's parity
 * puts it, one commit apart, and each must lead to a root that its own commit wrote: every commit writes rows, and
 * LMDB keeps the pages of the state before the last one until the next is in place.
 */
export function readFileState(file: PageFile): { readonly state: FileState } | { readonly problem: string } {
  const first = parseHeader(file, 0, 0);
  if ("problem" in first) return first;
  file.pageBytes = first.state.pageBytes;
  const second = parseHeader(file, 1, first.state.pageBytes);
  if ("problem" in second) return second;
  const states = [first.state, second.state] as const;
  const [even, odd] = states;
  if (odd.pageBytes !== even.pageBytes) return { problem: "its two header pages say different page sizes" };
  if (even.commit === 0 && odd.commit === 0) return { state: even };
  const paired = even.commit % 2 === 0 && Math.abs(even.commit - odd.commit) === 1;
  if (!paired) {
    const said = `${even.commit} and ${odd.commit}`;
    return { problem: `its header pages are of commits ${said}, which cannot follow each other` };
  }
  for (const [index, state] of states.entries()) {
    const written = rootCommit(file, state);
    if (written !== undefined && written !== state.commit)
      return {
        problem: `its header page ${index} is of commit ${state.commit} and leads to rows of ${written}`,
      };
  }
  return { state: even.commit > odd.commit ? even : odd };
}

function parseHeader(
  file: PageFile,
  index: 0 | 1,
  offset: number,
): { readonly state: FileState } | { readonly problem: string } {
  const page = index === 0 ? "the first header page" : "the second header page";
  const bytes = file.readBytes(offset, HEADER_BYTES);
  if (bytes.length < HEADER_BYTES) return { problem: `the file ends within ${page}` };
  const content = bytes.subarray(PAGE_HEADER_BYTES);
  const whole =
    bytes.readBigUInt64LE(0) === BigInt(index) &&
    bytes.readUInt16LE(18) === META_FLAG &&
    content.readUInt32LE(0) === MAGIC &&
    content.readUInt32LE(4) === VERSION;
  if (!whole) return { problem: `${page} is not one of LMDB's` };
  const pageBytes = bytes.readUInt32LE(TREES_AT);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0)
    return { problem: `${page} says a page size of ${pageBytes}` };
  const free = parseTree(bytes, TREES_AT);
  const main = parseTree(bytes, TREES_AT + TREE_BYTES);
  const lastPage = safe(bytes, TREES_AT + 2 * TREE_BYTES);
  const commit = safe(bytes, TREES_AT + 2 * TREE_BYTES + 8);
  if (lastPage === undefined || commit === undefined || free === undefined || main === undefined)
    return { problem: `${page} has numbers that cannot be` };
  if (free.flags !== INTEGER_KEYS || main.flags !== 0 || bytes.readUInt32LE(TREES_AT + TREE_BYTES) !== 0)
    return { problem: `${page} describes trees that s2-lite does not make` };
  return { state: { pageBytes, commit, lastPage, free, main } };
}

/** The commit that wrote the root of a state's rows; undefined when there are none, or their page is not itself. */
function rootCommit(file: PageFile, { main, pageBytes }: FileState): number | undefined {
  if (main.root === undefined) return undefined;
  const bytes = file.readBytes(main.root * pageBytes, PAGE_HEADER_BYTES);
  const itself = bytes.length === PAGE_HEADER_BYTES && bytes.readBigUInt64LE(0) === BigInt(main.root);
  return itself ? Number(bytes.readBigUInt64LE(8)) : undefined;
}

function parseTree(bytes: Buffer, at: number): TreeHeader | undefined {
  const branchPages = safe(bytes, at + 8);
  const leafPages = safe(bytes, at + 16);
  const overflowPages = safe(bytes, at + 24);
  const entries = safe(bytes, at + 32);
  const empty = bytes.readBigUInt64LE(at + 40) === NO_ROOT;
  const root = empty ? undefined : safe(bytes, at + 40);
  if (branchPages === undefined || leafPages === undefined || overflowPages === undefined) return undefined;
  if (entries === undefined || (root === undefined && !empty)) return undefined;
  const flags = bytes.readUInt16LE(at + 4);
  return { flags, depth: bytes.readUInt16LE(at + 6), branchPages, leafPages, overflowPages, entries, root };
}

/** Eight bytes as a number; undefined when it is none that a file of this world has. */
function safe(bytes: Buffer, at: number): number | undefined {
  const value = bytes.readBigUInt64LE(at);
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}

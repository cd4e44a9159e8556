import { MAX_CHECK_FINDINGS } from "../limits.js";
import { readFileState } from "./headers.js";
import { PageFile } from "./page-file.js";
import { PageUse } from "./page-use.js";
import { byBytes, byNumber, type WalkedTree, walkTree } from "./tree.js";

/** What was found of a file's structure: everything that LMDB itself would rely on unseen. */
export interface Structure {
  /** What is wrong, in words that say where. Empty when it is whole. */
  readonly problems: readonly string[];
  /** How many more there were than are told. */
  readonly untold: number;
  /** Whether somebody wrote to the file meanwhile: then what was found says nothing. */
  readonly moved: boolean;
  readonly fileBytes: number;
  readonly pageBytes: number;
  /** Commits since the file was made. */
  readonly commits: number;
  readonly rows: number;
  /** Leaf pages seen, and those left out for time. */
  readonly leafPages: number;
  readonly skippedLeaves: number;
  readonly freePages: number;
  /** Pages that are neither in use nor free: lost space, no damage. */
  readonly lostPages: number;
}

/** How to look at a file. */
export interface StructureOptions {
  /** Hears of every row in order. `value` is undefined when its pages are damaged, which is told apart. */
  readonly row?: (key: Buffer, value: () => Buffer | undefined) => void;
  /** Whether to leave out a leaf with keys from `low` up to, not including, `high`. */
  readonly skip?: (low: Buffer | undefined, high: Buffer | undefined) => boolean;
}

/**
 * Looks at LMDB's file without mapping it: both headers, every page of both trees, every key's place, and that each
 * page is in use once or free once. LMDB keeps no checksums and trusts all of this: damaged, it serves other rows
 * than were asked for, leaves some out, or takes its process along.
 */
export function inspectStructure(path: string, options: StructureOptions = {}): Structure {
  const file = new PageFile(path);
  try {
    return inspect(file, options);
  } finally {
    file.close();
  }
}

function inspect(file: PageFile, options: StructureOptions): Structure {
  const problems: string[] = [];
  let untold = 0;
  const tell = (words: string) => {
    if (problems.length < MAX_CHECK_FINDINGS) problems.push(words);
    else untold++;
  };
  const parsed = readFileState(file);
  if ("problem" in parsed) return { ...nothing(file), problems: [parsed.problem], untold };
  const { state } = parsed;
  const { pageBytes, commit, lastPage } = state;
  if (lastPage * pageBytes > 2 * file.sizeBytes + 2 ** 30) {
    const problem = `it should have ${lastPage + 1} pages and is ${file.sizeBytes} bytes long`;
    return { ...nothing(file), problems: [problem], untold };
  }
  const use = new PageUse(lastPage);
  const problem = (what: string) => (page: number, words: string) => tell(`page ${page} (${what}) ${words}`);
  walkTree({
    file,
    use,
    commit,
    header: state.free,
    order: byNumber,
    problem: problem("the list of free pages"),
    row: (_key, value) => readFreePages(value() ?? Buffer.alloc(0), use, problem("the list of free pages")),
  });
  const rows: WalkedTree = walkTree({
    file,
    use,
    commit,
    header: state.main,
    order: byBytes,
    problem: problem("rows"),
    row: options.row ?? (() => undefined),
    ...(options.skip === undefined ? {} : { skip: options.skip }),
  });
  const cutOff = use.countInUseFrom(file.pages);
  if (cutOff > 0)
    tell(`it is cut short: it ends after ${file.sizeBytes} bytes, and ${cutOff} pages in use are missing`);
  const after = readFileState(file);
  return {
    problems,
    untold,
    moved: "state" in after && after.state.commit !== commit,
    fileBytes: file.sizeBytes,
    pageBytes,
    commits: commit,
    rows: rows.entries,
    leafPages: rows.leafPages,
    skippedLeaves: rows.skippedLeaves,
    freePages: use.freed,
    lostPages: rows.skippedLeaves > 0 ? 0 : use.lost,
  };
}

/** A list of numbers, its length first; a negative one is how many pages the next one stands for. */
function readFreePages(list: Buffer, use: PageUse, problem: (page: number, words: string) => void): void {
  const length = list.length < 8 ? -1 : Number(list.readBigUInt64LE(0));
  if (length < 0 || (length + 1) * 8 > list.length) {
    problem(0, "has a list that is cut off");
    return;
  }
  let count = 1;
  for (let at = 8; at < (length + 1) * 8; at += 8) {
    const entry = Number(list.readBigInt64LE(at));
    if (entry < 0) {
      count = -entry;
    } else if (entry > 0) {
      const conflict = use.free(entry, count);
      if (conflict !== undefined) problem(entry, conflict);
      count = 1;
    }
  }
}

function nothing(file: PageFile): Omit<Structure, "problems" | "untold"> {
  return {
    moved: false,
    fileBytes: file.sizeBytes,
    pageBytes: file.pageBytes,
    commits: 0,
    rows: 0,
    leafPages: 0,
    skippedLeaves: 0,
    freePages: 0,
    lostPages: 0,
  };
}

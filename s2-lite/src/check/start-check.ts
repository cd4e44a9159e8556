import { statSync, truncateSync } from "node:fs";
import { S2LiteError } from "../errors.js";
import { describeKey, verifyAnyRow } from "../keys/any-row.js";
import { afterPrefix, Kind } from "../keys/kind.js";
import { decodeOwnerRow, type OwnerRow } from "../keys/owner.js";
import { START_CHECK_LEAVES } from "../limits.js";
import { readFileState } from "./headers.js";
import { PageFile } from "./page-file.js";
import { inspectStructure } from "./structure.js";

/** What was seen of a store before it was opened. */
export interface StartCheck {
  /** Damaged rows, in words. They are known to be unreadable; the tree around them is whole. */
  readonly damaged: readonly string[];
  /** Kinds in which a row is damaged: one that is not found there may be that one. */
  readonly distrusted: ReadonlySet<number>;
  /** Whether every row was looked at: batches beyond a bound are checked when they are read. */
  readonly wholly: boolean;
  /** Who has the folder, or had it last. */
  readonly owner: OwnerRow | undefined;
  readonly tookMs: number;
}

const BATCHES = Buffer.from([Kind.batch]);
const AFTER_BATCHES = afterPrefix(BATCHES);

/**
 * Looks at LMDB's file before it is mapped: a map that is cut short or inconsistent ends its process, or shows
 * other rows than were asked for. Every page that leads to rows, and every row but batches of records is checked;
 * of the leaves with batches a bounded number, so that a large store starts soon: those are numbered without gaps
 * and carry checksums, so damage to them shows when they are read. Throws `storage` when the structure is damaged.
 */
export function checkBeforeOpening(path: string, usedBefore: boolean): StartCheck {
  const startedMs = performance.now();
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  const damaged: string[] = [];
  const distrusted = new Set<number>();
  let owner: OwnerRow | undefined;
  if (bytes === undefined || bytes === 0) {
    if (usedBefore) throw cannotServe(path, [bytes === 0 ? "it is empty" : "it is gone"]);
    return { damaged, distrusted, wholly: true, owner, tookMs: 0 };
  }
  if (!usedBefore && neverUsed(path, bytes)) {
    truncateSync(path); // a process that ended while it made the file: nothing was ever stored
    return { damaged, distrusted, wholly: true, owner, tookMs: 0 };
  }
  let batchLeaves = 0;
  const structure = inspectStructure(path, {
    skip: (low, high) => isBatches(low, high) && ++batchLeaves > START_CHECK_LEAVES,
    row: (key, value) => {
      if (key[0] === Kind.batch) return;
      try {
        const row = value();
        if (row === undefined) return;
        if (key[0] === Kind.owner) owner = decodeOwnerRow(key, row);
        else verifyAnyRow(key, row);
      } catch (error) {
        if (!(error instanceof S2LiteError)) throw error;
        damaged.push(`${describeKey(key)}: ${error.message}`);
        distrusted.add(key[0] ?? 0);
      }
    },
  });
  if (structure.moved)
    throw new S2LiteError("folder_in_use", `the store ${path} is being written by another`);
  if (structure.problems.length > 0) throw cannotServe(path, structure.problems);
  const tookMs = performance.now() - startedMs;
  return { damaged, distrusted, wholly: structure.skippedLeaves === 0, owner, tookMs };
}

/** Whether only batches are between these keys. */
function isBatches(low: Buffer | undefined, high: Buffer | undefined): boolean {
  return (
    low !== undefined && low.compare(BATCHES) >= 0 && high !== undefined && high.compare(AFTER_BATCHES) <= 0
  );
}

/** Whether a file is no more than the headers of one that was just being made. */
function neverUsed(path: string, bytes: number): boolean {
  const file = new PageFile(path);
  try {
    return bytes <= 2 * 65_536 && bytes <= 2 * file.pageBytes && "problem" in readFileState(file);
  } finally {
    file.close();
  }
}

function cannotServe(path: string, problems: readonly string[]): S2LiteError {
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : "";
  const words = `the store ${path} is damaged and is not opened: ${problems[0]}${more}; \`reeltime-s2-lite check\` tells all`;
  return new S2LiteError("storage", words);
}

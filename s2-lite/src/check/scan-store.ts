import { join } from "node:path";
import { MAX_CHECK_FINDINGS } from "../limits.js";
import { DATA_FILE } from "../store/data-file.js";
import { RowCheck, type StoreTotals } from "./row-check.js";
import { inspectStructure } from "./structure.js";

/** What a scan of a whole store found. */
export interface StoreScan extends StoreTotals {
  /** What is wrong, in words that say where. Empty when the store is sound. */
  readonly findings: readonly string[];
  /** How many more there were than are told. */
  readonly untold: number;
  /** Whether somebody wrote to the file meanwhile: then what was found says nothing. */
  readonly moved: boolean;
  readonly fileBytes: number;
  readonly freeBytes: number;
  readonly tookMs: number;
}

/** Scans a folder's store from end to end, reading its file plainly. Throws only what the file system throws. */
export function scanStore(dir: string): StoreScan {
  const startedMs = performance.now();
  const findings: string[] = [];
  let untold = 0;
  const rows = new RowCheck((words) => {
    if (findings.length < MAX_CHECK_FINDINGS) findings.push(words);
    else untold++;
  });
  const structure = inspectStructure(join(dir, DATA_FILE), { row: (key, value) => rows.row(key, value) });
  // Rows of a broken tree are not all there: what they lack says nothing more.
  const totals =
    structure.problems.length === 0 ? rows.finish() : { basins: 0, streams: 0, batches: 0, records: 0 };
  return {
    ...totals,
    findings: [...structure.problems, ...findings].slice(0, MAX_CHECK_FINDINGS),
    untold:
      untold +
      structure.untold +
      Math.max(0, structure.problems.length + findings.length - MAX_CHECK_FINDINGS),
    moved: structure.moved,
    fileBytes: structure.fileBytes,
    freeBytes: structure.freePages * structure.pageBytes,
    tookMs: Math.round(performance.now() - startedMs),
  };
}

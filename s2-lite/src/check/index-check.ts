import { type Batch, isGap, NEVER_MS } from "../keys/batch.js";
import type { ExpiryKey, ExpiryRow } from "../keys/expiry.js";

/** Consecutive batches of a stream that expire at the same moment. */
interface Run {
  readonly first: number;
  end: number;
  readonly expiresAtMs: number;
}

interface Group {
  readonly expiresAtMs: number;
  readonly first: number;
  readonly end: number;
}

/**
 * Holds the indexes of work that is due against what they index: every batch that expires is in a group that says
 * when, every group is found both ways, and every check of an empty stream stands where its stream says. A batch
 * in no group would never go.
 */
export class IndexCheck {
  readonly #tell: (words: string) => void;
  readonly #runs = new Map<number, Run[]>();
  readonly #groups = new Map<number, Group[]>();
  readonly #groupKeys = new Set<string>();
  readonly #groupsOf = new Set<string>();
  readonly #checks = new Set<string>();
  readonly #checksOf = new Set<string>();

  constructor(tell: (words: string) => void) {
    this.#tell = tell;
  }

  batch(streamId: number, batch: Batch): void {
    if (isGap(batch) || batch.expiresAtMs === NEVER_MS) return;
    const { seqNum, expiresAtMs } = batch;
    const runs = listOf(this.#runs, streamId);
    const last = runs.at(-1);
    if (last?.end === seqNum && last.expiresAtMs === expiresAtMs) last.end += batch.count;
    else runs.push({ first: seqNum, end: seqNum + batch.count, expiresAtMs });
  }

  group({ streamId, first, expiresAtMs }: ExpiryKey, { end }: ExpiryRow): void {
    const groups = listOf(this.#groups, streamId);
    groups.push({ expiresAtMs, first, end: end ?? Number.POSITIVE_INFINITY });
    this.#groupKeys.add(`${streamId}/${first}/${expiresAtMs}`);
  }

  groupOf(streamId: number, first: number, expiresAtMs: number): void {
    this.#groupsOf.add(`${streamId}/${first}/${expiresAtMs}`);
  }

  emptyCheck(streamId: number, dueMs: number): void {
    this.#checks.add(`${streamId}/${dueMs}`);
  }

  emptyCheckOf(streamId: number, dueMs: number): void {
    this.#checksOf.add(`${streamId}/${dueMs}`);
  }

  /** Tells what does not agree. `nameOf` names a stream; undefined for one that is going or gone. */
  finish(nameOf: (streamId: number) => string | undefined): void {
    for (const key of this.#groupKeys)
      if (!this.#groupsOf.has(key)) this.#tell(`the group of records ${key} is not found by its stream`);
    for (const key of this.#groupsOf)
      if (!this.#groupKeys.has(key)) this.#tell(`the group of records ${key} is not found by its moment`);
    for (const key of this.#checksOf)
      if (!this.#checks.has(key)) this.#tell(`the check whether a stream is empty, ${key}, is not found`);
    for (const [streamId, runs] of this.#runs) {
      const name = nameOf(streamId);
      if (name !== undefined)
        for (const run of runs) this.#checkRun(name, run, listOf(this.#groups, streamId));
    }
  }

  #checkRun(name: string, run: Run, groups: readonly Group[]): void {
    for (let at = run.first; at < run.end; ) {
      const group = groups.find(
        ({ expiresAtMs, first, end }) => expiresAtMs === run.expiresAtMs && first <= at && end > at,
      );
      if (group === undefined) {
        this.#tell(`${name}: records from ${at} on are in no group that expires with them`);
        return;
      }
      at = group.end;
    }
  }
}

function listOf<T>(lists: Map<number, T[]>, id: number): T[] {
  const list = lists.get(id) ?? [];
  lists.set(id, list);
  return list;
}

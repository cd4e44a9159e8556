import {
  BATCH_HEADER_BYTES,
  type Batch,
  decodeBatchKey,
  encodeBatchKey,
  isGap,
  sealBatchRow,
} from "../keys/batch.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";
import { batchAtOrBefore } from "./batches.js";
import { takeFrom } from "./budget.js";
import type { Slices } from "./slices.js";

/** The most records one row can stand for. */
const MAX_ROW_COUNT = 2 ** 32 - 1;

/** What deleting in slices works with. */
export interface RemovalPorts {
  readonly store: LmdbStore;
  readonly slices: Slices;
  readonly write: (writes: readonly Write[]) => Promise<void>;
}

/** Deletes a stream's batches that end at or before `below`, slice by slice, until it is told to stop. */
export async function removeBelow(
  { store, slices, write }: RemovalPorts,
  streamId: number,
  below: number,
  stopped: () => boolean,
): Promise<void> {
  const prepare = (rows: number) => (stopped() ? [] : removalBelow(store, streamId, below, rows));
  while (await slices.run(prepare, write));
}

/** The writes that delete up to `rows` of a stream's batches that end at or before `below`; none when all are gone. */
function removalBelow(store: LmdbStore, streamId: number, below: number, rows: number): Write[] {
  const writes: Write[] = [];
  let previous: Buffer | undefined;
  // A batch ends where the next one begins: keys alone tell, but for the last.
  const range = { start: encodeBatchKey(streamId, 0), end: encodeBatchKey(streamId, below) };
  store.scanKeys(range, (key) => {
    if (previous !== undefined) writes.push({ key: previous, value: undefined });
    previous = key;
    return writes.length < rows;
  });
  if (previous !== undefined && writes.length < rows) {
    const last = batchAtOrBefore(store, streamId, decodeBatchKey(previous).seqNum);
    if (last !== undefined && last.seqNum + last.count <= below)
      writes.push({ key: previous, value: undefined });
  }
  return writes;
}

/** The writes that put a batch with records on both sides of `at` anew, without those before; none when there is none. */
export function cutAt(store: LmdbStore, streamId: number, at: number): Write[] {
  const batch = at === 0 ? undefined : batchAtOrBefore(store, streamId, at - 1);
  if (batch === undefined || batch.seqNum + batch.count <= at) return [];
  const key = encodeBatchKey(streamId, at);
  const old = { key: encodeBatchKey(streamId, batch.seqNum), value: undefined };
  if (isGap(batch)) {
    const count = batch.seqNum + batch.count - at;
    return [gapWrite(streamId, { ...batch, seqNum: at, count }), old];
  }
  const unlimited = {
    count: Number.POSITIVE_INFINITY,
    bytes: Number.POSITIVE_INFINITY,
    until: Number.POSITIVE_INFINITY,
  };
  const { piece } = takeFrom(batch, at, unlimited);
  if (piece === undefined) return [];
  const row = Buffer.concat([Buffer.alloc(BATCH_HEADER_BYTES), piece.run]);
  const { count, metered } = piece;
  sealBatchRow(key, row, { ...batch, count, metered, firstTimestamp: timestampAt(batch, at) });
  return [{ key, value: row }, old];
}

/** The next slice of making a gap of what is stored from `first` up to, not including, `end`. */
export interface GapSlice {
  readonly writes: readonly Write[];
  /** Where the next slice begins; `end` after the last. */
  readonly next: number;
}

/**
 * The next slice, of up to `rows`, of making a gap of the batches from `first` on that begin before `end`, where a batch must begin or
 * the stream end; undefined when nothing is stored there. Gaps beside it become part of it.
 */
export function gapSlice(
  store: LmdbStore,
  streamId: number,
  first: number,
  end: number,
  rows: number,
): GapSlice | undefined {
  const keys: Buffer[] = [];
  let next = end;
  const range = { start: encodeBatchKey(streamId, first), end: encodeBatchKey(streamId, end) };
  store.scanKeys(range, (key) => {
    if (keys.length === rows) {
      next = decodeBatchKey(key).seqNum;
      return false;
    }
    keys.push(key);
    return true;
  });
  const firstKey = keys[0];
  if (firstKey === undefined) return undefined;
  const begin = decodeBatchKey(firstKey).seqNum;
  const head = batchAtOrBefore(store, streamId, begin);
  const tail = batchAtOrBefore(store, streamId, next - 1);
  if (head === undefined || tail === undefined) return undefined;
  let gap = joined(head, tail);
  const before = begin === 0 ? undefined : batchAtOrBefore(store, streamId, begin - 1);
  if (before !== undefined && isGap(before) && before.seqNum + before.count === begin && fits(before, gap))
    gap = joined(before, gap);
  const after = batchAtOrBefore(store, streamId, next);
  if (after !== undefined && isGap(after) && after.seqNum === next && fits(gap, after)) {
    keys.push(encodeBatchKey(streamId, next));
    gap = joined(gap, after);
  }
  const put = gapWrite(streamId, gap);
  const removed = keys.filter((key) => !key.equals(put.key)).map((key) => ({ key, value: undefined }));
  return { writes: [put, ...removed], next };
}

function fits(head: Batch, tail: Batch): boolean {
  return tail.seqNum + tail.count - head.seqNum <= MAX_ROW_COUNT;
}

function joined(head: Batch, tail: Batch): Batch {
  const count = tail.seqNum + tail.count - head.seqNum;
  return { ...tail, seqNum: head.seqNum, count, firstTimestamp: head.firstTimestamp };
}

function gapWrite(streamId: number, gap: Batch): Write {
  const key = encodeBatchKey(streamId, gap.seqNum);
  const row = Buffer.alloc(BATCH_HEADER_BYTES);
  sealBatchRow(key, row, { ...gap, metered: 0 });
  return { key, value: row };
}

function timestampAt(batch: Batch, seqNum: number): Batch["firstTimestamp"] {
  const budget = { count: 1, bytes: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  return takeFrom(batch, seqNum, budget).piece?.lastTimestamp ?? batch.lastTimestamp;
}

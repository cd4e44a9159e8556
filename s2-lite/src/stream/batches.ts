import type { S2LiteError } from "../errors.js";
import { type Batch, decodeBatchRow, encodeBatchKey, isGap } from "../keys/batch.js";
import { READ_SLICE_ROWS } from "../limits.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { walkRecords } from "../wire/proto-records.js";
import type { U64 } from "../wire/u64.js";

/** The first key behind all batches of a stream. */
function endKey(streamId: number): Buffer {
  return encodeBatchKey(streamId + 1, 0);
}

/** The batch that has record `seqNum`, or else the last one before it. It may be a gap. */
export function batchAtOrBefore(store: LmdbStore, streamId: number, seqNum: number): Batch | undefined {
  let found: Batch | undefined;
  // The low end of a reverse scan is not included: one below the stream's first key.
  const end = encodeBatchKey(streamId - 1, Number.MAX_SAFE_INTEGER);
  store.scan({ start: encodeBatchKey(streamId, seqNum), end, reverse: true }, ({ key, value }) => {
    found = decodeBatchRow(key, value);
    return false;
  });
  return found;
}

/** The last batch of a stream. It may be a gap. */
export function lastBatch(store: LmdbStore, streamId: number): Batch | undefined {
  return batchAtOrBefore(store, streamId, Number.MAX_SAFE_INTEGER);
}

/**
 * Batches with records from `from`, not below the stream's floor, up to, not including, `to`: at most about
 * `maxBytes` of them, at least one when there is one. The first may begin before `from`. Gaps are left out. Between
 * its floor and its tail a stream has every record, or a gap: throws `storage` when one is missing.
 */
export function readBatches(
  store: LmdbStore,
  streamId: number,
  from: number,
  to: number,
  maxBytes: number,
): Batch[] {
  const batches: Batch[] = [];
  let bytes = 0;
  let next = from;
  let begun = false;
  const add = (batch: Batch) => {
    if (batch.seqNum > next || (begun && batch.seqNum !== next))
      throw recordsMissing(store, streamId, next, batch.seqNum);
    begun = true;
    if (!isGap(batch)) batches.push(batch);
    bytes += batch.run.length;
    next = batch.seqNum + batch.count;
    return bytes < maxBytes && batches.length < READ_SLICE_ROWS;
  };
  const addBefore = () => {
    const before = batchAtOrBefore(store, streamId, from);
    if (before !== undefined && before.seqNum + before.count > from) add(before);
  };
  let more = true;
  store.scan({ start: encodeBatchKey(streamId, from), end: encodeBatchKey(streamId, to) }, (row) => {
    const batch = decodeBatchRow(row.key, row.value);
    // Whoever reads on from a batch's end finds the next one by its key; others start inside one.
    if (!begun && batch.seqNum > from) addBefore();
    more = add(batch);
    return more;
  });
  if (!begun) addBefore();
  if (more && next < to) throw recordsMissing(store, streamId, next, to);
  return batches;
}

function recordsMissing(store: LmdbStore, streamId: number, from: number, to: number): S2LiteError {
  return store.damaged(`of the stream with id ${streamId}, records ${from} to ${to - 1} are missing`);
}

/**
 * Where the batches from `from` on end that expire at `expiresAtMs`, gaps among them left aside, as far as about
 * `maxBytes` of them; `done` when another follows, or none.
 */
export function expiringTogether(
  store: LmdbStore,
  streamId: number,
  from: number,
  expiresAtMs: number,
  maxBytes: number,
): { readonly end: number; readonly done: boolean } {
  let end = from;
  let done = true;
  let bytes = 0;
  store.scan({ start: encodeBatchKey(streamId, from), end: endKey(streamId) }, ({ key, value }) => {
    const batch = decodeBatchRow(key, value);
    if (isGap(batch)) return true;
    if (batch.expiresAtMs !== expiresAtMs) return false;
    end = batch.seqNum + batch.count;
    bytes += value.length;
    done = bytes < maxBytes;
    return done;
  });
  return { end, done };
}

/**
 * The number of the first record at or after `timestamp`, among those from `floor` up to `tail`; `tail`
 * when there is none. Timestamps never go back, so this is a binary search: no index is kept for it. Throws
 * `storage` when a record it looks at is missing.
 */
export function seqNumAtTimestamp(
  store: LmdbStore,
  streamId: number,
  timestamp: U64,
  floor: number,
  tail: number,
): number {
  let low = floor;
  let high = tail;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const batch = batchAtOrBefore(store, streamId, middle);
    if (batch === undefined || batch.seqNum + batch.count <= middle)
      throw recordsMissing(store, streamId, middle, middle + 1);
    if (batch.lastTimestamp < timestamp) {
      low = batch.seqNum + batch.count;
    } else if (batch.firstTimestamp < timestamp) {
      low = Math.max(low, firstInBatch(batch, timestamp));
      break;
    } else {
      high = Math.max(low, batch.seqNum);
    }
  }
  return behindGaps(store, streamId, Math.min(low, tail), tail);
}

/** The number of the first record from `seqNum` on that is not in a gap; `tail` when there is none. */
function behindGaps(store: LmdbStore, streamId: number, seqNum: number, tail: number): number {
  for (let at = seqNum; at < tail; ) {
    const batch = batchAtOrBefore(store, streamId, at);
    if (batch === undefined || !isGap(batch)) return at;
    at = batch.seqNum + batch.count;
  }
  return tail;
}

function firstInBatch(batch: Batch, timestamp: U64): number {
  let found = batch.seqNum + batch.count;
  walkRecords(batch.run, (span) => {
    if (span.timestamp < timestamp) return true;
    found = span.seqNum;
    return false;
  });
  return found;
}

import type { Batch } from "../keys/batch.js";
import { walkRecords } from "../wire/proto-records.js";
import type { U64 } from "../wire/u64.js";

/** What a read may still take. */
export interface Budget {
  count: number;
  bytes: number;
  /** Only records before this timestamp. */
  readonly until: U64;
}

/** Consecutive records as they go out. */
export interface Piece {
  /** As a ReadBatch carries them: see wire/proto-records.ts. */
  readonly run: Buffer;
  readonly count: number;
  readonly metered: number;
  readonly lastSeqNum: number;
  readonly lastTimestamp: U64;
}

/**
 * Takes from a batch the records from `from` on that the budget allows, and charges the budget. `ended`
 * says that a limit was reached, or would be exceeded: nothing may follow.
 */
export function takeFrom(
  batch: Batch,
  from: number,
  budget: Budget,
): { readonly piece: Piece | undefined; readonly ended: boolean } {
  if (
    from <= batch.seqNum &&
    batch.count <= budget.count &&
    batch.metered <= budget.bytes &&
    batch.lastTimestamp < budget.until
  ) {
    budget.count -= batch.count;
    budget.bytes -= batch.metered;
    const piece = {
      run: batch.run,
      count: batch.count,
      metered: batch.metered,
      lastSeqNum: batch.seqNum + batch.count - 1,
      lastTimestamp: batch.lastTimestamp,
    };
    return { piece, ended: budget.count === 0 || budget.bytes === 0 };
  }
  return takePart(batch, from, budget);
}

function takePart(batch: Batch, from: number, budget: Budget): { piece: Piece | undefined; ended: boolean } {
  let start = -1;
  let end = 0;
  let count = 0;
  let metered = 0;
  let lastTimestamp: U64 = 0;
  let ended = false;
  walkRecords(batch.run, (span) => {
    if (span.seqNum < from) return true;
    if (count === budget.count || metered + span.metered > budget.bytes || span.timestamp >= budget.until) {
      ended = true;
      return false;
    }
    if (start < 0) start = span.start;
    end = span.end;
    count++;
    metered += span.metered;
    lastTimestamp = span.timestamp;
    return true;
  });
  budget.count -= count;
  budget.bytes -= metered;
  if (budget.count === 0 || budget.bytes === 0) ended = true;
  if (count === 0) return { piece: undefined, ended };
  const lastSeqNum = Math.max(from, batch.seqNum) + count - 1;
  return { piece: { run: batch.run.subarray(start, end), count, metered, lastSeqNum, lastTimestamp }, ended };
}

/** Splits a piece at records into pieces of about `targetBytes`. One larger record stays whole. */
export function splitPiece(piece: Piece, targetBytes: number): Piece[] {
  if (piece.run.length <= 2 * targetBytes) return [piece];
  const pieces: Piece[] = [];
  let start = 0;
  let count = 0;
  let metered = 0;
  walkRecords(piece.run, (span) => {
    count++;
    metered += span.metered;
    if (span.end - start >= targetBytes || span.end === piece.run.length) {
      pieces.push({
        run: piece.run.subarray(start, span.end),
        count,
        metered,
        lastSeqNum: span.seqNum,
        lastTimestamp: span.timestamp,
      });
      start = span.end;
      count = 0;
      metered = 0;
    }
    return true;
  });
  return pieces;
}

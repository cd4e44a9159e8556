import type { Position, S2LiteError } from "../errors.js";
import { MAX_BATCH_METERED_BYTES, MAX_BATCH_RECORDS, MAX_UNARY_WAIT_SECS } from "../limits.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { readBatches } from "./batches.js";
import { type Piece, takeFrom } from "./budget.js";
import { isZeroRead, openRead, type ReadQuery } from "./read-query.js";
import type { Follower, StreamState } from "./stream-state.js";

/** What a unary read answers. `tail` only when the batch came live. */
export interface UnaryRead {
  readonly pieces: readonly Piece[];
  readonly tail: Position | undefined;
}

const EMPTY: UnaryRead = { pieces: [], tail: undefined };

/**
 * Reads at most 1,000 records and 1 MiB at once; with nothing there it waits for the first batch, as
 * long as the query allows. Throws `unwritten`. `onAbandon` registers what to do when the client goes.
 */
export async function readOnce(
  store: LmdbStore,
  state: StreamState,
  query: ReadQuery,
  onAbandon: (listener: () => void) => void,
): Promise<UnaryRead> {
  if (isZeroRead(query)) return EMPTY;
  const waitSecs = Math.min(query.waitSecs ?? 0, MAX_UNARY_WAIT_SECS);
  const capped: ReadQuery = {
    ...query,
    count: Math.min(Number(query.count ?? MAX_BATCH_RECORDS), MAX_BATCH_RECORDS),
    bytes: Math.min(Number(query.bytes ?? MAX_BATCH_METERED_BYTES), MAX_BATCH_METERED_BYTES),
    waitSecs,
  };
  const read = openRead(store, state, capped, true);
  const pieces: Piece[] = [];
  let from = Math.max(read.from, state.floor);
  const { tail } = state;
  while (from < tail.seqNum) {
    const batches = readBatches(store, state.identity.id, from, tail.seqNum, MAX_BATCH_METERED_BYTES);
    if (batches.length === 0) break;
    for (const batch of batches) {
      const { piece, ended } = takeFrom(batch, from, read.budget);
      if (piece !== undefined) pieces.push(piece);
      if (ended) return { pieces, tail: undefined };
      from = batch.seqNum + batch.count;
    }
  }
  if (pieces.length > 0 || waitSecs === 0) return { pieces, tail: undefined };
  if (state.ended !== undefined) {
    await state.whenSettled();
    throw state.ended;
  }
  return waitForBatch(state, tail.seqNum, read.budget, waitSecs * 1_000, onAbandon);
}

function waitForBatch(
  state: StreamState,
  from: number,
  budget: Parameters<typeof takeFrom>[2],
  waitMs: number,
  onAbandon: (listener: () => void) => void,
): Promise<UnaryRead> {
  return new Promise((resolve, reject: (error: S2LiteError) => void) => {
    const finish = (read: UnaryRead) => {
      state.followers.delete(follower);
      clearTimeout(timer);
      resolve(read);
    };
    const timer = setTimeout(() => finish(EMPTY), waitMs);
    const follower: Follower = {
      deliver: (batch, tail) => {
        const { piece } = takeFrom(batch, from, budget);
        finish({ pieces: piece === undefined ? [] : [piece], tail });
      },
      gone: (error) => {
        state.followers.delete(follower);
        clearTimeout(timer);
        reject(error);
      },
    };
    state.followers.add(follower);
    onAbandon(() => finish(EMPTY));
  });
}

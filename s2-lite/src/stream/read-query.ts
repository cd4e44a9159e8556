import { type Position, S2LiteError, unwritten } from "../errors.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import type { U64 } from "../wire/u64.js";
import { seqNumAtTimestamp } from "./batches.js";
import type { Budget } from "./budget.js";
import type { StreamState } from "./stream-state.js";

/** Where a read begins. */
export type ReadStart =
  | { readonly by: "seqNum"; readonly seqNum: number }
  | { readonly by: "timestamp"; readonly timestamp: U64 }
  | { readonly by: "tailOffset"; readonly offset: number };

/** What a read was asked for. Undefined limits are no limits. */
export interface ReadQuery {
  readonly start: ReadStart;
  /** Whether more than one start was given. */
  readonly ambiguous: boolean;
  readonly clamp: boolean;
  readonly count: U64 | undefined;
  readonly bytes: U64 | undefined;
  readonly until: U64 | undefined;
  readonly waitSecs: number | undefined;
}

/** A read that may begin. */
export interface OpenedRead {
  readonly from: number;
  readonly budget: Budget;
  /** Whether it goes on at the tail. */
  readonly mayFollow: boolean;
  /** How long it stays without a batch, in milliseconds; undefined is without end. */
  readonly waitMs: number | undefined;
}

/** Checks what needs no stream. Throws `invalid`. */
export function checkReadQuery(query: ReadQuery): void {
  if (query.ambiguous)
    throw new S2LiteError("invalid", "only one of seq_num, timestamp and tail_offset may be given");
  if (query.start.by === "timestamp" && query.until !== undefined && query.start.timestamp >= query.until)
    throw new S2LiteError("invalid", "the start timestamp must be before `until`");
}

/** Whether a limit of zero makes the read complete and empty at once. */
export function isZeroRead(query: ReadQuery): boolean {
  return query.count === 0 || query.bytes === 0;
}

/**
 * Resolves where a read begins and how far it may go. `unary` reads always count as bounded. Throws
 * `unwritten` with the tail when it begins where nothing is, and may not wait there.
 */
export function openRead(store: LmdbStore, state: StreamState, query: ReadQuery, unary: boolean): OpenedRead {
  const { tail } = state;
  const bounded =
    unary || query.count !== undefined || query.bytes !== undefined || query.until !== undefined;
  const waitSecs = query.waitSecs;
  const mayFollow = waitSecs === undefined ? !bounded : waitSecs > 0 || (!bounded && waitSecs !== 0);
  const from = resolveStart(store, state, query, tail);
  // At the tail an unbounded session with `wait=0` is fine: it ends empty.
  if (from === tail.seqNum && bounded && !mayFollow) throw unwritten(tail);
  return {
    from,
    budget: {
      count: Number(query.count ?? Number.POSITIVE_INFINITY),
      bytes: Number(query.bytes ?? Number.POSITIVE_INFINITY),
      until: query.until ?? Number.POSITIVE_INFINITY,
    },
    mayFollow,
    waitMs: waitSecs === undefined ? undefined : waitSecs * 1_000,
  };
}

function resolveStart(store: LmdbStore, state: StreamState, query: ReadQuery, tail: Position): number {
  const { start, clamp } = query;
  switch (start.by) {
    case "tailOffset":
      return Math.max(0, tail.seqNum - start.offset);
    case "seqNum":
      if (start.seqNum <= tail.seqNum) return start.seqNum;
      break;
    case "timestamp":
      if (start.timestamp <= tail.timestamp)
        return seqNumAtTimestamp(store, state.identity.id, start.timestamp, state.floor, tail.seqNum);
      break;
  }
  if (clamp) return tail.seqNum;
  throw unwritten(tail);
}

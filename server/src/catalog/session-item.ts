import {
  AWAY_AFTER_MS,
  type PlacedFact,
  type SessionDetail,
  type SessionItem,
  type SessionStatus,
} from "@reeltime/recorder/protocol";
import type { CheckoutRow, SessionRow } from "./session-row.js";

/** Whether a session is live, away or closed at a time (epoch ms). */
export function statusOf(row: SessionRow, nowMs: number, awayAfterMs: number = AWAY_AFTER_MS): SessionStatus {
  if (row.closed !== null) return "closed";
  return nowMs - row.seenMs >= awayAfterMs ? "away" : "live";
}

/** A row as a list shows it. */
export const itemOf = (row: SessionRow, status: SessionStatus): SessionItem => ({
  id: row.id,
  project: row.project,
  status,
  reason: row.closed?.reason ?? null,
  startMs: row.startMs,
  lastMs: row.lastMs,
  user: row.user,
  page: row.page,
  client: row.client,
  counts: row.counts,
  activity: row.activity,
  ticks: row.ticks,
});

/** A row and the rows beside it as a detail shows them: facts in the order of time, checkouts in that of the stream. */
export const detailOf = (
  row: SessionRow,
  status: SessionStatus,
  facts: readonly PlacedFact[],
  checkouts: readonly CheckoutRow[],
): SessionDetail => ({
  ...itemOf(row, status),
  windows: row.windows,
  checkouts: checkouts.map(({ seqNum, window, atMs }) => ({ seqNum, window, atMs })),
  facts: [...facts].sort((one, other) => one.atMs - other.atMs || one.seqNum - other.seqNum),
  factsCut: row.factsCut,
  tail: row.readTo,
  after: row.after,
});

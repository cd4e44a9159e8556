import { splitBatches } from "./batches.js";
import {
  type ClosedRecord,
  type CloseReason,
  encodeSummary,
  MAX_S2_BATCH_BYTES,
  MAX_S2_BATCH_RECORDS,
  type SessionState,
  type Summary,
} from "./protocol/index.js";
import { closingRecords, summaryRecord } from "./records.js";
import { meteredBytes } from "./s2-metering.js";
import type { NewRecord } from "./s2-port.js";
import type { Position } from "./takeover.js";

/** What closes a session: batches to append at a position, the last of which holds the fence and the closing record. */
export interface Closing {
  readonly closed: ClosedRecord;
  readonly batches: readonly (readonly NewRecord[])[];
}

/** Plans the end of a session. */
export function planClosing(
  position: Position,
  summary: Summary,
  state: SessionState,
  reason: CloseReason,
  closedMs: number,
): Closing {
  const bodies = encodeSummary(summary);
  const summaries = bodies.map((body, index) =>
    summaryRecord(body, closedMs, position.tail + index - position.headerSeqNum),
  );
  const closed = { reason, closedMs, summaryRecords: bodies.length };
  const ending = closingRecords(closed, state);
  const batches = splitBatches(summaries);
  const last = [...(batches.at(-1) ?? []), ...ending];
  const bytes = last.reduce((sum, record) => sum + meteredBytes(record), 0);
  // The fence and the closing record are one batch, and a small summary is in it: nothing can come between.
  const fits = last.length <= MAX_S2_BATCH_RECORDS && bytes <= MAX_S2_BATCH_BYTES;
  return { closed, batches: fits ? [...batches.slice(0, -1), last] : [...batches, ending] };
}

/** Whether two closing records are the same one. */
export const sameClosing = (a: ClosedRecord, b: ClosedRecord): boolean =>
  a.reason === b.reason && a.closedMs === b.closedMs && a.summaryRecords === b.summaryRecords;

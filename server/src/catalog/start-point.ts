import { WINDOW_LEASE_MS } from "@reeltime/recorder/protocol";
import { MAX_LATE_READS } from "./limits.js";
import { type CheckoutRow, FIRST_SEQ_NUM, type SessionRow } from "./session-row.js";

/** Where to read a session from so that playback at a time is right. */
export interface PlayStart {
  readonly fromSeqNum: number;
  /** Late frames that overlap the time and lie elsewhere; `toSeqNum` is exclusive. */
  readonly late: readonly { readonly fromSeqNum: number; readonly toSeqNum: number }[];
}

/**
 * Where playback at `atMs` starts: the earliest of the latest checkouts of the windows that were there then. A
 * window silent past the lease had left, and comes back with a checkout of its own.
 * @param checkouts of each window, the latest in time at or before `atMs` that did not arrive late
 */
export function startPoint(row: SessionRow, checkouts: readonly CheckoutRow[], atMs: number): PlayStart {
  const there = new Set(
    row.windows
      .filter((window) => window.firstMs <= atMs && window.lastMs >= atMs - WINDOW_LEASE_MS)
      .map((window) => window.window),
  );
  const live = checkouts.filter((checkout) => there.has(checkout.window));
  const newest = checkouts.reduce<CheckoutRow | undefined>(
    (best, checkout) => (best === undefined || checkout.atMs > best.atMs ? checkout : best),
    undefined,
  );
  const starts = live.length > 0 ? live : newest === undefined ? [] : [newest];
  const fromSeqNum = starts.length === 0 ? FIRST_SEQ_NUM : Math.min(...starts.map((start) => start.seqNum));
  const fromMs = starts.length === 0 ? row.startMs : Math.min(...starts.map((start) => start.atMs));
  const late = row.lateRuns
    .filter((run) => run.firstMs <= atMs && run.lastMs >= fromMs && run.toSeqNum > fromSeqNum)
    .sort((one, other) => other.lastMs - one.lastMs)
    .slice(0, MAX_LATE_READS)
    .map((run) => ({ fromSeqNum: Math.max(run.fromSeqNum, fromSeqNum), toSeqNum: run.toSeqNum }))
    .sort((one, other) => one.fromSeqNum - other.fromSeqNum);
  return { fromSeqNum, late };
}

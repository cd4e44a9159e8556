import { WINDOW_LEASE_MS, type WindowSpan } from "@reeltime/recorder/protocol";
import { MAX_LATE_READS } from "./limits.js";
import { type CheckoutRow, FIRST_SEQ_NUM, type SessionRow } from "./session-row.js";

/** Where to read a session from so that playback at a time is right. */
export interface PlayStart {
  readonly fromSeqNum: number;
  /** Late frames that overlap the time; `toSeqNum` is exclusive. */
  readonly late: readonly { readonly fromSeqNum: number; readonly toSeqNum: number }[];
}

/**
 * Where playback at `atMs` starts: the earliest of the latest checkouts of the windows that were there then. A
 * window silent past the lease had left, and came back with a checkout of its own. `undefined` when the row cannot
 * tell whether a window was there: it has an old checkout and was seen both before and after. Then the stream knows.
 * @param checkouts of each window, the latest in time at or before `atMs` that did not arrive late
 */
export function startPoint(
  row: SessionRow,
  checkouts: readonly CheckoutRow[],
  atMs: number,
): PlayStart | undefined {
  const there = new Map<string, WindowSpan>();
  for (const span of row.windows) {
    if (span.firstMs <= atMs && span.lastMs >= atMs - WINDOW_LEASE_MS) there.set(span.window, span);
  }
  const live = checkouts.filter((checkout) => there.has(checkout.window));
  const mayHaveLeft = ({ window, atMs: checkoutMs }: CheckoutRow): boolean =>
    checkoutMs < atMs - WINDOW_LEASE_MS && (there.get(window)?.lastMs ?? 0) > atMs;
  if (live.length > 1 && live.some(mayHaveLeft)) return undefined;
  const starts = live.length > 0 ? live : newestOf(checkouts);
  const fromMs = Math.min(...starts.map((start) => start.atMs));
  const late = row.lateRuns
    .filter((run) => run.firstMs <= atMs && (starts.length === 0 || run.lastMs >= fromMs))
    .sort((one, other) => other.lastMs - one.lastMs)
    .slice(0, MAX_LATE_READS)
    .map(({ fromSeqNum, toSeqNum }) => ({ fromSeqNum, toSeqNum }))
    .sort((one, other) => one.fromSeqNum - other.fromSeqNum);
  return {
    fromSeqNum: starts.length === 0 ? FIRST_SEQ_NUM : Math.min(...starts.map((start) => start.seqNum)),
    late,
  };
}

function newestOf(checkouts: readonly CheckoutRow[]): readonly CheckoutRow[] {
  const newest = checkouts.reduce<CheckoutRow | undefined>(
    (best, checkout) => (best === undefined || checkout.atMs > best.atMs ? checkout : best),
    undefined,
  );
  return newest === undefined ? [] : [newest];
}

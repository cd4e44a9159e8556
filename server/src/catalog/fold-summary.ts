import type { ClosedRecord, PlacedFact, Summary } from "@reeltime/recorder/protocol";
import { foldFact, withFactCounts } from "./fold-fact.js";
import { MAX_CHECKOUTS, MAX_FACTS, MAX_ROW_WINDOWS } from "./limits.js";
import { type CheckoutRow, emptyRow, type SessionRow } from "./session-row.js";
import { storedFact } from "./stored-fact.js";

/** A closed session's row, with all its facts and checkouts. */
export interface ClosedSession {
  readonly row: SessionRow;
  readonly facts: readonly PlacedFact[];
  readonly checkouts: readonly CheckoutRow[];
}

/**
 * Makes a closed session's row from its last records alone, whatever was folded while it was open: so that a
 * catalog made anew, which never reads the bodies of closed sessions, is the same.
 */
export function foldSummary(summary: Summary, closed: ClosedRecord, tail: number): ClosedSession {
  const { opened, totals } = summary;
  const late = (seqNum: number): boolean =>
    summary.lateRuns.some((run) => run.fromSeqNum <= seqNum && seqNum < run.toSeqNum);
  const seenMs = Math.max(opened.openedMs, totals.lastMs);
  const within = (fact: PlacedFact): PlacedFact => storedFact({ ...fact, atMs: Math.min(seenMs, fact.atMs) });
  const facts = summary.facts.slice(0, MAX_FACTS).map(within);
  const checkouts = summary.checkouts.slice(0, MAX_CHECKOUTS);
  const folded = facts.reduce(foldFact, emptyRow(opened));
  const counts = {
    ...folded.counts,
    events: totals.events,
    bytes: totals.bytes,
    lostEvents: summary.lostEvents,
  };
  const row: SessionRow = {
    ...folded,
    lastMs: lastEventMs(summary, seenMs),
    seenMs,
    inputMs: totals.inputMs ?? null,
    closed: { reason: closed.reason, closedMs: closed.closedMs },
    counts: summary.factCounts === undefined ? counts : withFactCounts(counts, summary.factCounts),
    activity: summary.activity,
    windows: summary.windows.slice(-MAX_ROW_WINDOWS),
    lateRuns: summary.lateRuns,
    facts: facts.length,
    factsCut: summary.factsCut + summary.facts.length - facts.length,
    checkouts: checkouts.length,
    checkoutsCut: summary.checkouts.length - checkouts.length,
    readTo: tail,
  };
  return {
    row,
    facts,
    checkouts: checkouts.map(({ seqNum, window, atMs }) => ({ seqNum, window, atMs, late: late(seqNum) })),
  };
}

/**
 * The time of the newest event, to about a bin: totals count beats too, and a tab left open beats until it is idle.
 * A bin more than the last that has events, since a frame may go on past the bin it began in.
 */
function lastEventMs({ activity }: Summary, seenMs: number): number {
  return Math.min(seenMs, activity.startMs + (activity.counts.length + 1) * activity.binMs);
}

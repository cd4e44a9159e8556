import {
  addActivity,
  addLateRun,
  type Envelope,
  LATE_AFTER_MS,
  type PlacedFact,
  type StoredFrame,
  type WindowSpan,
} from "@reeltime/recorder/protocol";
import { foldFact } from "./fold-fact.js";
import { frameClock } from "./frame-clock.js";
import { MAX_CHECKOUTS, MAX_FACTS, MAX_ROW_WINDOWS } from "./limits.js";
import type { CheckoutRow, SessionRow } from "./session-row.js";
import { storedFact } from "./stored-fact.js";

/** A frame as it is folded: its place, its clock, its size and its envelope; never its body. */
export interface FoldedFrame extends Pick<StoredFrame, "seqNum" | "offsetMs"> {
  readonly envelope: Envelope;
  /** Bytes as stored. */
  readonly size: number;
  /** seqNum after its last record. */
  readonly nextSeqNum: number;
}

/** A row with one more frame, and the rows that frame adds beside it. */
export interface Folded {
  readonly row: SessionRow;
  readonly facts: readonly PlacedFact[];
  readonly checkout: CheckoutRow | undefined;
}

/** Takes the next frame of a session's stream into its row. */
export function foldFrame(row: SessionRow, frame: FoldedFrame): Folded {
  const { envelope } = frame;
  const clock = frameClock(envelope, frame.offsetMs, row.startMs);
  const { firstMs, lastMs } = clock;
  const late = envelope.events > 0 && firstMs < row.seenMs - LATE_AFTER_MS;
  const place = { seqNum: frame.seqNum, window: envelope.window };
  const placed = envelope.facts.map((fact) => storedFact({ ...fact, ...place, atMs: clock.at(fact.atMs) }));
  const facts = placed.slice(0, Math.max(0, MAX_FACTS - row.facts));
  const keepsCheckout = envelope.checkout && row.checkouts < MAX_CHECKOUTS;
  const span = {
    window: envelope.window,
    fromSeqNum: frame.seqNum,
    toSeqNum: frame.nextSeqNum,
    firstMs,
    lastMs,
  };
  const counted: SessionRow = {
    ...row,
    lastMs: envelope.events > 0 ? Math.max(row.lastMs, lastMs) : row.lastMs,
    seenMs: Math.max(row.seenMs, lastMs),
    inputMs:
      envelope.inputMs === undefined ? row.inputMs : Math.max(row.inputMs ?? 0, clock.at(envelope.inputMs)),
    counts: {
      ...row.counts,
      events: row.counts.events + envelope.events,
      bytes: row.counts.bytes + frame.size,
      lostEvents: row.counts.lostEvents + (envelope.lost?.events ?? 0),
    },
    activity: envelope.events > 0 ? addActivity(row.activity, firstMs, envelope.events) : row.activity,
    windows: withWindow(row.windows, { window: envelope.window, firstMs, lastMs, events: envelope.events }),
    lateRuns: late ? addLateRun(row.lateRuns, span) : row.lateRuns,
    facts: row.facts + facts.length,
    factsCut: row.factsCut + placed.length - facts.length,
    checkouts: row.checkouts + (keepsCheckout ? 1 : 0),
    checkoutsCut: row.checkoutsCut + (envelope.checkout && !keepsCheckout ? 1 : 0),
    readTo: frame.nextSeqNum,
  };
  return {
    row: placed.reduce(foldFact, counted),
    facts,
    checkout: keepsCheckout
      ? { seqNum: frame.seqNum, window: envelope.window, atMs: firstMs, late }
      : undefined,
  };
}

function withWindow(windows: readonly WindowSpan[], seen: WindowSpan): readonly WindowSpan[] {
  const known = windows.find((window) => window.window === seen.window);
  if (known !== undefined) {
    const joined: WindowSpan = {
      window: seen.window,
      firstMs: Math.min(known.firstMs, seen.firstMs),
      lastMs: Math.max(known.lastMs, seen.lastMs),
      events: known.events + seen.events,
    };
    return windows.map((window) => (window === known ? joined : window));
  }
  if (windows.length < MAX_ROW_WINDOWS) return [...windows, seen];
  const oldest = windows.reduce((least, window) => (window.lastMs < least.lastMs ? window : least));
  return [...windows.filter((window) => window !== oldest), seen];
}

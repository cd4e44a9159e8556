import { MAX_PARTS, SESSION_LIMIT_MS, STATE_EVERY_RECORDS } from "./protocol/index.js";

/**
 * Limits of the recorder on S2, with unit and reason. Those of the format are in `protocol/limits.ts`. Those
 * that a test must be able to reach are fields of {@link RecorderLimits}.
 */
export interface RecorderLimits {
  /** Quiet after which a held S2 append session is let go (about 65 KB each). Beats come every 15 s, hidden tabs are woken once a minute. */
  readonly holdMs: number;
  /** Quiet after which a session's state leaves memory. A session must be closed before that, or the idle clock forgets it. */
  readonly keepMs: number;
  /** Sessions in memory; beyond it the least recently written leaves, and is taken over when it comes back. */
  readonly maxHeld: number;
  /** At most one `grew` record per server in this time. */
  readonly indexEveryMs: number;
  /** How long one append may wait for S2 before its outcome counts as unknown. Twice the SDK's own default: a loaded disk is not a lost one. */
  readonly ackTimeoutMs: number;
  /** How long an append is tried again before the SDK is told to send it again itself (its request times out at 15 s). */
  readonly retryForMs: number;
  /** Longest pause between two tries of anything; the first is a hundredth of it. */
  readonly maxBackoffMs: number;
  /** Longest pause of a server that finds another has appended to its session: a few times what that other needs to read and append. */
  readonly meetingMs: number;
  /** Bytes of facts kept in memory for the summaries of all held sessions together; beyond it a close reads its stream. */
  readonly maxHeldSummaryBytes: number;
}

/** The limits of a running server. */
export const DEFAULT_LIMITS: RecorderLimits = {
  holdMs: 75_000,
  keepMs: SESSION_LIMIT_MS,
  maxHeld: 20_000,
  indexEveryMs: 1_000,
  ackTimeoutMs: 10_000,
  retryForMs: 12_000,
  maxBackoffMs: 1_000,
  meetingMs: 20,
  maxHeldSummaryBytes: 128 * 1024 * 1024,
};

/** Batches of one session that may be on their way to S2. More pipelining gains nothing at a 5 ms ack, and all of it is redone when one fails. */
export const MAX_INFLIGHT_BATCHES = 4;

/** Appends of one session that may wait for those on their way. A writer waits for its acks, so this is writers, not frames. */
export const MAX_WAITING_APPENDS = 256;

/** Bytes of frames of one session that may wait: two of the largest uploads. */
export const MAX_WAITING_BYTES = 2 * 16 * 1024 * 1024 + 1024 * 1024;

/**
 * Records after which the next frame carries a state header. Below {@link STATE_EVERY_RECORDS} by the parts of
 * one frame and of three that crashes left unfinished, so that no record is further from a header than that.
 */
export const STATE_DUE_RECORDS = STATE_EVERY_RECORDS - 4 * MAX_PARTS;

/** Bytes of frames after which the next carries a state header, so that few but large frames do not make a takeover dear. */
export const STATE_DUE_BYTES = 4 * 1024 * 1024;

/** Records another server may have written meanwhile that are read one by one; beyond it the newest state header is read instead. */
export const MAX_SETTLE_RECORDS = 1024;

/**
 * A checkout is asked of a window when the session's bytes since its last one pass this many times what all live
 * windows' checkouts weigh: recording them then costs at most a quarter of the stream, and a seek reads at most
 * four times what it must.
 */
export const CHECKOUT_MULTIPLE = 4;

/** Bytes that live checkouts count at the least: a tiny page is not snapshotted again for every few kilobytes. 1 MiB, the least that is asked about, is read in well under a second. */
export const CHECKOUT_FLOOR_BYTES = 256 * 1024;

/** Events of the session since a window's checkout after which another is asked for: rrweb applies about 20,000 in half a second. */
export const CHECKOUT_EVENTS = 20_000;

/** UTF-8 bytes of facts in a summary; beyond it they are cut like those beyond `MAX_SUMMARY_FACTS`. Ordinary facts weigh about 100. */
export const MAX_SUMMARY_FACT_BYTES = 4 * 1024 * 1024;

/** Windows a summary lists. A session has a handful. */
export const MAX_SUMMARY_WINDOWS = 4096;

/** Checkouts a summary lists; beyond it every second one is forgotten, oldest grid first. A day with one a minute has 1,440. */
export const MAX_SUMMARY_CHECKOUTS = 8192;

/** Bytes of facts one held session keeps for its summary; beyond it closing reads the stream. */
export const MAX_SESSION_SUMMARY_BYTES = 256 * 1024;

/** Streams that are read through at once to be summarised: a start after a crash closes many. */
export const MAX_SUMMARIES_AT_ONCE = 2;

/** Closed sessions remembered, so that a late upload is answered without asking S2. */
export const MAX_CLOSED_REMEMBERED = 10_000;

/** Uploads in a row that must show a slower clock before it is believed: one slow request is not a clock that was set back. */
export const CLOCK_RISES = 3;

/** Sessions in one `grew` record: about 90 bytes each, well under S2's record. */
export const MAX_GREW_SESSIONS = 4096;

/** Index entries that wait for S2; beyond it the oldest are dropped: a catalog finds them by listing. */
export const MAX_INDEX_WAITING = 10_000;

/** Seconds the index keeps its records. A catalog that was away longer is rebuilt by listing the streams. */
export const INDEX_AGE_SECS = 30 * 24 * 60 * 60;

/** Events in one call of `appendEvents`, which is one S2 batch. */
export const MAX_EVENTS_PER_APPEND = 1000;

/** Sessions in one page of a list; S2's own limit. */
export const MAX_LIST = 1000;

/** Sessions in one page of a list when the caller does not say. */
export const DEFAULT_LIST = 100;

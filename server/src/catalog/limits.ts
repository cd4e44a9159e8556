/** Limits of the catalog, with their units and reasons; those of the format are in the protocol's `limits.ts`. */

/** Sessions on one page of a list, at the most. */
export const MAX_LIST_LIMIT = 100;
/** Sessions on one page of a list when nobody says. */
export const DEFAULT_LIST_LIMIT = 50;

/** Characters of a filter's text: the longest user id a fact can carry. */
export const MAX_FILTER_CHARS = 1_024;

/** Ticks of a sparkline: more than one in four pixels of a list's row cannot be told apart. */
export const MAX_TICKS = 64;

/** Windows a row describes, the most recently seen ones: a visitor has a few tabs, more is a loop. */
export const MAX_ROW_WINDOWS = 256;

/** Checkouts kept of one session. At one a minute that is a week; a session with more is located by S2 instead. */
export const MAX_CHECKOUTS = 10_000;

/** Facts kept of one open session: what its summary will keep. */
export { MAX_SUMMARY_FACTS as MAX_FACTS } from "@reeltime/recorder/protocol";

/** Characters of a row that a search looks at. */
export const MAX_SEARCH_CHARS = 8_192;

/** Late runs read in front of a seek, the nearest ones. Each is a read of S2. */
export const MAX_LATE_READS = 16;

/** Milliseconds between two looks at what is to be written and whose status changed. */
export const TICK_MS = 1_000;

/** Milliseconds between two writes of one open session. What is not written yet is read from its stream after a crash. */
export const FLUSH_EVERY_MS = 5_000;

/** Sessions, and facts and checkouts, in one transaction: about 20 ms, which is what a read may have to wait. */
export const MAX_BATCH_ROWS = 500;
/** See {@link MAX_BATCH_ROWS}. */
export const MAX_BATCH_FACTS = 5_000;

/** Milliseconds between two tellings of what changed. The first after a quiet spell is told at once. */
export const TELL_EVERY_MS = 250;

/** Streams read at once when catching up: enough to hide S2's latency, few enough to leave it to the writers. */
export const MAX_READERS = 8;

/** Bytes asked of one read when catching up. */
export const READ_BYTES = 1024 * 1024;

/** Sessions asked of S2 in one listing. */
export const LIST_PAGE = 1_000;

/** Milliseconds between two comparisons of the catalog with S2's listing, which is how expired streams leave it. */
export const RECONCILE_EVERY_MS = 6 * 60 * 60 * 1000;

/** Milliseconds before a failed read of S2 is tried again; doubled each time up to {@link MAX_RETRY_MS}. */
export const RETRY_MS = 250;
/** See {@link RETRY_MS}. */
export const MAX_RETRY_MS = 15_000;

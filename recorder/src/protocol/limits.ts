/**
 * Every limit of the format, with its unit and its reason. The collector, the SDKs and the players read
 * them from here; `docs/PROTOCOL.md` states them.
 */

/** The largest time, epoch ms: what a UUIDv7 can hold. No sum of times then leaves the safe integers. */
export const MAX_TIME_MS = 2 ** 48 - 1;

/** Bytes of one frame, envelope and body. An 8 MB page's snapshot deflates to under 1 MB; plain JSON in a last frame does not. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** Bytes of one upload body (token and frames). One largest frame and its envelope must fit. */
export const MAX_UPLOAD_BYTES = MAX_FRAME_BYTES + 64 * 1024;

/** Frames in one upload. S2 takes at most 1000 records in a batch; an upload must fit one batch where it can. */
export const MAX_FRAMES_PER_UPLOAD = 256;

/** Facts in one frame. A busy second has a few; more is a loop in the page. */
export const MAX_FACTS_PER_FRAME = 100;

/** UTF-8 bytes of a fact's text: a button's words, an address, an error's message. */
export const MAX_FACT_TEXT_BYTES = 1024;

/** Entries of a fact's detail. */
export const MAX_FACT_DETAIL_ENTRIES = 32;

/** UTF-8 bytes of one value (and half of that of one name) in a fact's detail. */
export const MAX_FACT_DETAIL_VALUE_BYTES = 2048;

/** Bytes of a body once inflated, so that a small frame cannot expand without bound in a viewer. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** Milliseconds one frame may span: beats come every 15 s, so a longer span is a wrong clock. */
export const MAX_FRAME_SPAN_MS = 10 * 60 * 1000;

/** Bytes of one part's body. S2 meters a record as 8 + 2 per header + names, values and body, at most 1 MiB: this leaves room for the headers. */
export const MAX_PART_BYTES = 960 * 1024;

/** Metered bytes S2 takes in one batch, and in one record (s2 0.43). */
export const MAX_S2_BATCH_BYTES = 1024 * 1024;

/** Records S2 takes in one batch (s2 0.43). */
export const MAX_S2_BATCH_RECORDS = 1000;

/** Parts of one frame: the largest frame in parts of the largest size, rounded up. */
export const MAX_PARTS = Math.ceil(MAX_FRAME_BYTES / MAX_PART_BYTES);

/** Records between two state headers at the most: what a seek or a takeover reads back at worst. */
export const STATE_EVERY_RECORDS = 256;

/** Writers a state header remembers, the most recently active first. Each page load is one. */
export const MAX_WRITERS = 512;

/** Live windows a state header remembers. */
export const MAX_WINDOWS = 64;

/** Late runs a state header remembers; older neighbours are merged beyond that. */
export const MAX_LATE_RUNS = 64;

/** Milliseconds a frame may begin before the newest one and still not be late: two unwatched flushes and their travel. */
export const LATE_AFTER_MS = 5_000;

/** Milliseconds of silence after which a window leaves the state header. Hidden tabs are woken once a minute. */
export const WINDOW_LEASE_MS = 150_000;

/** Milliseconds without a frame or beat after which a session is away. */
export const AWAY_AFTER_MS = 45_000;

/** Milliseconds of quiet after which an SDK sends a beat. */
export const BEAT_EVERY_MS = 15_000;

/** Milliseconds without user input after which the server closes a session, unless the project says otherwise. */
export const IDLE_LIMIT_MS = 30 * 60 * 1000;

/** Milliseconds a session may last at the most. */
export const SESSION_LIMIT_MS = 24 * 60 * 60 * 1000;

/** Facts a summary keeps; a session with more says that it was cut. */
export const MAX_SUMMARY_FACTS = 10_000;

/** Bytes of one summary record. */
export const MAX_SUMMARY_RECORD_BYTES = 512 * 1024;

/** Bytes of frames in one page of a read, unless a single frame is larger. */
export const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** Bytes of frames in one page of a read when the reader does not say. */
export const DEFAULT_PAGE_BYTES = 1024 * 1024;

/** Difference in milliseconds from which a new writer's clock is believed over its session's. */
export const CLOCK_TOLERANCE_MS = 2_000;

/** Depth of nesting in our msgpack. A summary's facts' details need 5. */
export const MAX_MSGPACK_DEPTH = 16;

/** Values in one msgpack value of ours, so that a few bytes cannot become many objects. A full summary needs under a million. */
export const MAX_MSGPACK_VALUES = 4 * 1024 * 1024;

/** Msgpack values in one frame: sixteen fields, five of a loss, and facts of four with their details' names and values. */
export const MAX_FRAME_VALUES = 32 + MAX_FACTS_PER_FRAME * (5 + 2 * MAX_FACT_DETAIL_ENTRIES);

/**
 * Every limit of this server in one place: unit in the name, reason beside it, and where it came from.
 * "S2" marks a number of S2's protocol that clients rely on; the others are ours and may move.
 */

/** Largest metered size of one record. S2. */
export const MAX_RECORD_METERED_BYTES = 1_048_576;
/** Largest metered size of one batch, and of one unary read. S2. */
export const MAX_BATCH_METERED_BYTES = 1_048_576;
/** Most records in one batch, and in one unary read. S2. */
export const MAX_BATCH_RECORDS = 1_000;
/** Longest fencing token. S2. */
export const MAX_FENCING_TOKEN_BYTES = 36;
/** Longest basin name. S2. */
export const MAX_BASIN_NAME_BYTES = 48;
/** Shortest basin name. S2. */
export const MIN_BASIN_NAME_BYTES = 8;
/** Longest stream name, prefix and start-after. S2. */
export const MAX_STREAM_NAME_BYTES = 512;
/** Longest id of an access token, prefix and start-after. S2. */
export const MAX_ACCESS_TOKEN_ID_BYTES = 96;
/** Longest name of a location. S2. */
export const MAX_LOCATION_NAME_BYTES = 64;
/** Most items in one listing; zero and more than this mean this. S2. */
export const MAX_LIST_ITEMS = 1_000;
/** Longest `s2-request-token`. S2. */
export const MAX_REQUEST_TOKEN_BYTES = 36;
/** Longest `s2-encryption-key` header. S2. */
export const MAX_ENCRYPTION_KEY_CHARS = 44;
/** Longest time a unary read may wait for records, in seconds. S2. */
export const MAX_UNARY_WAIT_SECS = 60;
/** Largest S2S frame: flag byte and payload. S2. */
export const MAX_FRAME_BYTES = 2_097_152;
/** Largest batch as a frame carries it: what follows it, a tail, takes up to 24 bytes, and the flags one. */
export const MAX_ENCODED_BATCH_BYTES = MAX_FRAME_BYTES - 32;
/** S2S payloads below this are never compressed. S2. */
export const MIN_COMPRESSED_PAYLOAD_BYTES = 1_024;
/** Largest unary body: a legal batch as JSON with every byte escaped stays below it. */
export const MAX_BODY_BYTES = 8 * 1_048_576;

/** How deep JSON may be nested: what S2 defines needs six; the parser's stack takes ten times this. */
export const MAX_JSON_DEPTH = 1_000;

/** Answers below this are never compressed. S2. */
export const MIN_COMPRESSED_ANSWER_BYTES = 1_024;
/** Bytes of a request's body that are read and thrown away after its answer; past it the connection ends. */
export const MAX_DISCARDED_BYTES = 1_048_576;

/** Metered bytes accepted but not yet durable, over all streams; above it sessions stop being read. S2. */
export const MAX_IN_FLIGHT_BYTES = 128 * 1_048_576;
/** Bytes of one group commit: keeps a transaction, and so the next one's wait, short. */
export const MAX_COMMIT_BYTES = 16 * 1_048_576;
/** Writes in one group commit, for the same reason. */
export const MAX_COMMIT_WRITES = 4_000;
/** Streams writing within the window from which commits are spaced: fewer syncs, less CPU. */
export const GATHER_FROM_STREAMS = 8;
/** Window in which writing streams are counted, in milliseconds. */
export const GATHER_WINDOW_MS = 20;
/** Least time between the starts of two commits while many streams write, in milliseconds. */
export const GATHER_INTERVAL_MS = 4;

/** Bytes of one catch-up frame: the SDK's parser copies its buffer per chunk, so neither tiny nor huge. */
export const CATCH_UP_FRAME_BYTES = 128 * 1_024;
/** Bytes copied out of storage in one read slice, so that no read transaction stays open for long. */
export const READ_SLICE_BYTES = 1_048_576;
/** Rows in one read slice, for the same reason. */
export const READ_SLICE_ROWS = 1_000;
/** Unsent bytes from which a session is no longer written to until its socket drains. */
export const MAX_UNSENT_BYTES = 256 * 1_024;
/** Rows deleted in one transaction: 600,000 at once were measured to stall others for 348 ms, 1,000 for 5. */
export const DELETE_SLICE_ROWS = 1_000;
/** Delay before a durable trim is carried out: readers that are just opening still find the records. */
export const TRIM_DELAY_MS = 100;

/**
 * Records written within this part of their age expire together, so that few rows say when: they stay up to a
 * 64th longer than their age.
 */
export const EXPIRY_GRAIN_DIVISOR = 64;
/** Shortest such stretch, in milliseconds. */
export const MIN_EXPIRY_GRAIN_MS = 1_000;
/** Longest such stretch, in milliseconds: nobody keeps a month and means a day more. */
export const MAX_EXPIRY_GRAIN_MS = 3_600_000;
/** How often expired records are looked for, in milliseconds: with none, that is one look at one key. */
export const RETENTION_TICK_MS = 500;
/** Groups of records that are expired side by side: their small writes share transactions. */
export const RETENTION_CONCURRENCY = 16;
/** Streams of a basin that are deleted side by side, for the same reason. */
export const DELETE_CONCURRENCY = 16;
/** Rows of the expiry index, and of the checks whether streams are empty, that are read at once. */
export const DUE_PAGE_ROWS = 256;
/** Fewest rows deleted in one transaction, however long that takes: what is written must also go. */
export const MIN_DELETE_SLICE_ROWS = 250;
/** Time from which a slice was too large, in milliseconds: what appends beside it may wait for. */
export const SLICE_TARGET_MS = 10;
/** Longest rest after a slice of work in the background, in milliseconds. Else it is as long as the slice took. */
export const MAX_SLICE_REST_MS = 50;
/** Pause before work in the background that failed is tried again, in milliseconds. */
export const BACKGROUND_RETRY_MS = 5_000;
/** Longest such pause: it doubles with each failure. */
export const MAX_BACKGROUND_RETRY_MS = 600_000;
/** Groups of records whose deletion failed that are remembered, to be tried again later than others. */
export const MAX_POSTPONED_GROUPS = 1_000;
/** Shortest pause between two checks of an empty stream that is too young to go, in milliseconds. S2. */
export const EMPTY_CHECK_RETRY_MS = 600_000;
/** How often due checks are carried out, in milliseconds, give or take a tenth. S2. */
export const EMPTY_CHECK_TICK_MS = 60_000;

/** Shortest pause between heartbeats of a following read, in milliseconds. S2. */
export const HEARTBEAT_MIN_MS = 5_000;
/** Longest pause between heartbeats of a following read, in milliseconds. S2. */
export const HEARTBEAT_MAX_MS = 15_000;
/** Quiet time after which a stream's state leaves memory, in milliseconds. S2. */
export const DORMANT_AFTER_MS = 60_000;
/** How often quiet streams are looked for, in milliseconds. */
export const DORMANT_SWEEP_MS = 10_000;

/** Largest HTTP/1.1 header block, in bytes: S2's own server takes 450 KB, e.g. a stream config in a header. */
export const MAX_HEADER_BYTES = 512 * 1_024;
/** Most header fields of an HTTP/1.1 request. S2. */
export const MAX_HEADER_FIELDS = 100;
/** Largest header list of an HTTP/2 request, in bytes as HPACK counts them. S2. */
export const MAX_H2_HEADER_LIST_BYTES = 16_384;
/** What HPACK adds to each field's name and value, in bytes. RFC 7541, 4.1. */
export const H2_FIELD_OVERHEAD_BYTES = 32;
/** Longest path and query, in characters. S2. */
export const MAX_TARGET_CHARS = 65_534;
/** Receive window of one HTTP/2 stream: the default of 64 KiB costs 40 % of big-batch throughput. */
export const H2_STREAM_WINDOW_BYTES = 4 * 1_048_576;
/** Receive window of one HTTP/2 connection, shared by up to 100 sessions of one SDK. */
export const H2_CONNECTION_WINDOW_BYTES = 32 * 1_048_576;
/** Streams on one HTTP/2 connection; the SDK opens up to 100. */
export const H2_MAX_STREAMS = 1_000;
/** Memory Node allows one HTTP/2 connection, in megabytes. */
export const H2_SESSION_MEMORY_MB = 1_000;
/** Time a connection has to send enough bytes to tell its protocol, in milliseconds. */
export const SNIFF_TIMEOUT_MS = 10_000;
/** Time that closing waits for requests under way, in milliseconds. */
export const DRAIN_TIMEOUT_MS = 5_000;

/** Bytes read at once when the file is checked. */
export const MAX_CHECK_READ_BYTES = 1_048_576;
/** Findings that a check tells one by one; the others are counted. */
export const MAX_CHECK_FINDINGS = 100;

/** Least time between two writes that only find out whether storage works again, in milliseconds. */
export const HEALTH_PROBE_MS = 1_000;
/** Leaves with batches of records that are looked at before the store is opened: 128 MB, a fifth of a second. */
export const START_CHECK_LEAVES = 32_768;
/** Damages that are told on the log one by one: a broken disk must not fill another one. */
export const MAX_TOLD_DAMAGES = 1_000;

/** Space kept aside so that trims and deletions work on a full disk: each slice of them writes well below this. */
export const RESERVE_BYTES = 4 * 1_048_576;
/** A commit up to this size may use the reserve: a trim, a deletion, a slice of either. */
export const MAX_RESERVED_COMMIT_BYTES = 65_536;
/** The last part of a map that cannot grow, where only small commits are made; a quarter of it is never used. */
export const MAP_END_BYTES = 16 * 1_048_576;
/** Room from which appends go on after the disk was full: a few large commits. */
export const RESUME_BYTES = 4 * 1_048_576;
/** What is kept free within the file for trims and deletions where there is no reserve: several slices of them. */
export const KEPT_FREE_BYTES = 2 * 1_048_576;
/** How often it is looked whether a full disk has room again, in milliseconds. */
export const ROOM_LOOK_MS = 1_000;

/** How often an owner looks whether its folder is claimed, or lost, in milliseconds. A look at two rows in memory. */
export const OWNER_LOOK_MS = 500;
/** How long a claim must stand before its folder is taken, in milliseconds: several looks of a busy owner. */
export const CLAIM_WAIT_MS = 3_000;
/** How often a claimant looks at its claim, in milliseconds. */
export const CLAIM_LOOK_MS = 100;

/** Streams that are copied at once: a copy waits for the network more than for anything else. */
export const COPY_STREAMS_AT_ONCE = 8;
/** Times a request of a copy is tried, a second endpoint being no more dependable than the network. */
export const COPY_ATTEMPTS = 8;
/** Milliseconds before a request of a copy is tried again the first time; doubled each time. */
export const COPY_BACKOFF_MS = 100;
/** Most milliseconds between two tries: eight tries last half a minute, in which a server starts again. */
export const COPY_BACKOFF_MAX_MS = 10_000;
/** Milliseconds that one request of a copy may take. */
export const COPY_REQUEST_TIMEOUT_MS = 60_000;
/** Largest answer that a copy takes: a page of 1,000 names of 512 bytes, every byte of them escaped. */
export const MAX_COPY_ANSWER_BYTES = 8 * 1_048_576;
/** Milliseconds between two lines that say how far a copy is. */
export const COPY_PROGRESS_MS = 5_000;

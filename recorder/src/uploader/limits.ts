/** Every limit of sending, with its unit and its reason. */

/** Bytes of frames held until acknowledged: some 40 MB of events at a ninth, minutes of a busy page offline; small beside what a tab uses. */
export const MAX_QUEUE_BYTES = 4 * 1024 * 1024;

/** Bytes of frames in one upload, unless a single frame is larger: S2 takes 1 MiB in one batch. */
export const MAX_BATCH_BYTES = 1024 * 1024;

/** Frames in one upload: one fewer than it may have, so that all that was sent and a loss are one upload of the next load's. */
export const MAX_BATCH_FRAMES = 255;

/** Bytes of all `keepalive` requests a page may have in flight (Fetch standard, "HTTP-network-or-cache fetch"). */
export const KEEPALIVE_BYTES = 64 * 1024;

/** Bytes of frames kept for the next load, unless more are in flight: as numbers in UTF-16 they take some 7 times that, of the 5 MiB or more a browser gives an origin. */
export const MAX_LEFTOVER_BYTES = 640 * 1024;

/** Milliseconds before the first retry; each further one waits twice as long. */
export const RETRY_FIRST_MS = 1_000;

/** Milliseconds between two retries at the most: an outage of hours costs a request a minute. */
export const RETRY_LAST_MS = 60_000;

/** Milliseconds that a `retry-after` counts for at the most: who says more means "not soon", and timers take no more than 24 days for any wait. */
export const MAX_RETRY_AFTER_MS = 3_600_000;

/** Milliseconds to wait for an answer, */
export const ANSWER_TIMEOUT_MS = 30_000;
/** and one more for this many bytes sent: 16 KB/s, a bad mobile network. */
export const ANSWER_BYTES_PER_MS = 16;

/** Bytes of frames in a `keepalive` request: the rest is for the token and what each frame adds. */
export const KEEPALIVE_FRAMES_BYTES = 62 * 1024;
/** Bytes an envelope takes beside its body, about. */
export const ENVELOPE_BYTES = 256;
/** Bytes of a body that deflating would hardly make smaller. */
export const TOO_SMALL_TO_DEFLATE = 128;

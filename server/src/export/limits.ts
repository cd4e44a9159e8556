/** Limits of exports, each with its unit and its reason. */

/** Videos made at once: one takes about a core and a half, and recording goes before it. */
export const MAX_RUNNING = 1;

/** Videos asked for that wait for their turn; one more is refused with 503. */
export const MAX_WAITING = 16;

/** Videos of sessions that closed, by their project's policy, that wait for their turn; those beyond are left out, and the log says so. */
export const MAX_WAITING_ON_CLOSE = 1_000;

/** Bytes of videos kept, unless configured: about 1,400 of a minute each (7.3 MB, measured). The oldest leave first. */
export const MAX_KEPT_BYTES = 10 * 1024 ** 3;

/** Milliseconds a video of a closed session is kept: it can be made again at any time. */
export const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** Milliseconds a video of a session that went on is kept: long enough to fetch it, and to go on after a break. */
export const KEPT_UNFINISHED_MS = 15 * 60 * 1000;

/** Milliseconds a failure is remembered: whoever asks again later begins anew. */
export const FAILURE_KEPT_MS = 60_000;

/** Failures remembered at once, the oldest leave first. */
export const MAX_FAILURES = 256;

/** Times a job is begun that ends with its server or its process, before it counts as failed. */
export const MAX_ATTEMPTS = 3;

/** Milliseconds between two looks for what has expired. */
export const SWEEP_EVERY_MS = 60_000;

/** Milliseconds between two looks at a session's first pictures when an export is asked for: windows looked at, each by one read. */
export const MAX_WINDOWS_LOOKED_AT = 64;

/** Seconds after which it is worth asking again for an export that is being made. */
export const ASK_AGAIN_SECONDS = 1;

/** Milliseconds a job may do nothing at all before it is ended: S2's own calls give up long before. */
export const JOB_STALLED_MS = 120_000;

/** Milliseconds a job has to end once told to, before it is killed. */
export const JOB_STOP_MS = 3_000;

/** Characters kept of what a job says on stderr. */
export const JOB_STDERR_CHARS = 4_096;

/** Milliseconds `ffmpeg -encoders` has to answer. */
export const FFMPEG_ANSWER_MS = 10_000;

/** Milliseconds for which it is believed that ffmpeg is there. That it is missing is looked at each time. */
export const FFMPEG_FOUND_MS = 60_000;

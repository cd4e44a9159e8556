/** Every limit and interval of the desktop recorder, with its unit and its reason. What is sent has its own in the uploader. */

/** Frames a second at the most, unless told otherwise. */
export const DEFAULT_FPS = 10;
/** Frames a second that may be asked for: a capture of 1080p takes 11 to 38 ms, so more than this cannot be had. */
export const MAX_FPS = 30;
/** Of lossy images, 1 to 100: measured at a fourteenth of the bytes of whole JPEG. */
export const DEFAULT_QUALITY = 75;
/** Bytes of pictures a second: twice what an hour of busy office work took (8.3 MB a minute). */
export const DEFAULT_MAX_BYTES_PER_SECOND = 250_000;
/** Bytes a second that may be asked for, at the least: a whole screen must fit into some seconds of it. */
export const MIN_MAX_BYTES_PER_SECOND = 10_000;
/** Bytes on the disk, unless told otherwise: half an hour of busy work. */
export const DEFAULT_MAX_SPOOL_BYTES = 256 * 1024 * 1024;
/** Bytes on the disk that may be asked for, at the least: some whole screens. */
export const MIN_MAX_SPOOL_BYTES = 4 * 1024 * 1024;
/** Rules of each kind of what is black: each is tried on each window at each capture. */
export const MAX_DENY_RULES = 256;
/** Characters of one text in an option: a key, an address, a title. */
export const MAX_OPTION_TEXT = 2_048;

/** Milliseconds between two frames of a session nobody watches: a request each. */
export const FLUSH_MS = 1_000;
/** Milliseconds between two frames while somebody watches. */
export const WATCHED_FLUSH_MS = 50;
/** Bytes of events after which a frame is full, so that a dropped connection has little to send again. */
export const FLUSH_BYTES = 256 * 1024;
/** Events after which a frame is full: a quarter of what a body may hold. */
export const FLUSH_EVENTS = 4_096;
/** Milliseconds one frame may span: a suspended machine begins a new one. */
export const MAX_SPAN_MS = 60_000;
/** Bytes an event takes beside its images, about. */
export const EVENT_BYTES = 32;

/** Milliseconds after an input for which the pace is the ceiling: what it causes is seen at once. */
export const BUSY_MS = 2_000;
/** Milliseconds after a change or an input for which the pace is the active one. */
export const ACTIVE_MS = 3_000;
/** Milliseconds without either after which the pace is the lowest. */
export const STILL_MS = 30_000;
/** Frames a second while something changes. */
export const ACTIVE_FPS = 5;
/** Frames a second when nothing has changed for {@link ACTIVE_MS}: half the CPU of 5. */
export const IDLE_FPS = 2;
/** Frames a second when nothing has changed for {@link STILL_MS}. */
export const STILL_FPS = 1;
/** Milliseconds between two looks at the pace, the clock and the room, when nothing else asks for one. */
export const TICK_MS = 500;

/** Milliseconds without input after which a session that was closed is followed by a new one only when there is some again. */
export const DORMANT_MS = 60_000;
/** Pictures at once, and of those that were the latest: as many as a session's windows that its records name. */
export const MAX_PICTURES = 64;
/** Events that wait while a recorder starts, which takes milliseconds. */
export const MAX_EARLY_CALLS = 100;
/** Facts that wait for the first picture. */
export const MAX_WAITING_FACTS = 100;

/** Milliseconds `start` waits for the session to be open, at the most; it opens later where the server is away. */
export const START_BOUND_MS = 5_000;
/** Milliseconds `stop` takes at the most. What is not sent by then waits on the disk. */
export const STOP_BOUND_MS = 10_000;

/** Bytes read of an answer of the collector's: an ack that asks every window of a session for a checkout is a tenth of it. */
export const MAX_ANSWER_BYTES = 64 * 1024;
/** Bytes of an upload that has no picture in it: a proxy that refuses it does not refuse what is in it. */
export const SMALL_UPLOAD_BYTES = 1_024;

/** Milliseconds before a helper that died is started again; each further time it waits twice as long, */
export const RESTART_FIRST_MS = 1_000;
/** up to this. */
export const RESTART_LAST_MS = 30_000;
/** Milliseconds a helper has to live for its death to count as the first again. */
export const HEALTHY_MS = 10_000;
/** Milliseconds without a word from a helper that should report, after which it hangs. A capture takes 38 ms; a machine that swaps, seconds. */
export const SILENT_MS = 10_000;
/** Milliseconds until a helper's first word, after which it hangs: it loads native parts, from a disk that may be slow or a machine that is overloaded. */
export const SILENT_START_MS = 60_000;
/** Milliseconds a helper has to end by itself. */
export const HELPER_END_MS = 2_000;
/** Milliseconds that what a helper said last has to leave it, when it ends by itself: half of what it is given to end. */
export const LAST_WORDS_MS = 1_000;
/** Characters kept of what a helper wrote to its standard error: its last words. */
export const MAX_LAST_WORDS = 4_096;

/** Milliseconds by which the uptime has to run ahead of the clock for the machine to have slept: macOS counts it in whole seconds. */
export const SUSPENDED_MS = 2_000;

/** Clicks within this many milliseconds */
export const RAGE_MS = 2_000;
/** and points of each other, */
export const RAGE_POINTS = 8;
/** this many of them, are a rage click: the rule of the browser's SDK. */
export const RAGE_CLICKS = 5;

/** Limits of exports, each with its unit and its reason. */

/** Videos made at once: one takes about a core and a half, and recording goes before it. */
export const MAX_RUNNING = 1;

/** Videos made at once where {@link MAX_RUNNING} keep somebody waiting for too long, see {@link LONG_JOB_MS}: 200 MB each. */
export const MAX_RUNNING_BESIDE = 2;

/** Milliseconds after which a job no longer keeps others waiting: two hours at a desk are made in that time. */
export const LONG_JOB_MS = 10 * 60 * 1000;

/** Videos asked for of one project that wait for their turn; one more is refused with 503. */
export const MAX_WAITING = 16;

/**
 * Videos of sessions of one project that closed, by its policy, that wait for their turn; those beyond are left out, and the log
 * says so.
 */
export const MAX_WAITING_ON_CLOSE = 1_000;

/** How many projects' worth of both wait: no project takes the places of the others. */
export const MAX_WAITING_PROJECTS = 4;

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

/** Windows whose first frame is looked at, by one read each, when an export is asked for: as many as a session's state remembers. */
export const MAX_WINDOWS_LOOKED_AT = 64;

/** Seconds after which it is worth asking again for an export that is being made. */
export const ASK_AGAIN_SECONDS = 1;

/** Milliseconds a job may do nothing at all before it is ended: S2's own calls give up long before. */
export const JOB_STALLED_MS = 120_000;

/** Milliseconds a job may take in all: two hours, a third of them busy, took six minutes of CPU (measured). */
export const JOB_MAX_MS = 6 * 60 * 60 * 1000;

/** Milliseconds a job may take however short its session is. */
export const JOB_BASE_MS = 10 * 60 * 1000;

/**
 * Milliseconds more that a job may take for each of its session: a 4K display of which ten times a second all is another takes
 * about two on two cores; a session that takes more means harm, or is none that a video can be made of.
 */
export const JOB_MS_PER_SESSION_MS = 3;

/** Milliseconds a job has to end once told to, before it is killed. */
export const JOB_STOP_MS = 3_000;

/** Characters kept of what a job says on stderr. */
export const JOB_STDERR_CHARS = 4_096;

/** Milliseconds `ffmpeg -encoders` has to answer. */
export const FFMPEG_ANSWER_MS = 10_000;

/** Milliseconds for which it is believed that ffmpeg is there. That it is missing is looked at each time. */
export const FFMPEG_FOUND_MS = 60_000;

/** Frames of pictures in one session: three a second for a day, and a half more. Each is about 100 bytes in the job's memory. */
export const MAX_FRAMES = 400_000;

/**
 * Times that pictures of one session change their size, place or state: a window moved ten times a second for half a day. Each is
 * about 200 bytes in the job's memory.
 */
export const MAX_CHANGES = 500_000;

/** Bytes of a page of frames that a job reads. A frame may be larger. */
export const PAGE_BYTES = 2 * 1024 * 1024;

/** Pages a job keeps: frames of several windows are read in the order of time, not of the stream. */
export const MAX_PAGES = 4;

/** Bytes, and events, that wait for earlier ones of other windows. Past it, what is there is taken in the order it has. */
export const MAX_PENDING_BYTES = 64 * 1024 * 1024;
/** See {@link MAX_PENDING_BYTES}. */
export const MAX_PENDING_EVENTS = 65_536;

/** Pixels of all pictures that are shown at once: three displays of 8K. 3 bytes each are held. A picture past it is left out. */
export const MAX_PICTURES_PIXELS = 100_000_000;

/** Pictures of one session at once: as many windows as a session's state remembers. One past it is left out. */
export const MAX_PICTURES = 64;

/**
 * How many times its own area of one picture is decoded for one frame of the video, of what no later rectangle hides; what was
 * painted first is left out. An SDK paints a picture once or twice in that time, along tiles, which hide each other wholly.
 */
export const MAX_FRAME_AREAS = 8;

/** Pixels that are decoded for a frame however small a picture is: of a small one more is cheap. */
export const MIN_FRAME_PIXELS = 8_294_400;

/** Rectangles of one picture that are decoded for one frame: two paints of the most there may be. */
export const MAX_FRAME_RECTANGLES = 8_192;

/** Bytes of images of one picture that are decoded for one frame: two frames of the wire, each as large as one may be. */
export const MAX_FRAME_IMAGE_BYTES = 32 * 1024 * 1024;

/** Bytes of images of all pictures that wait for the next frame. Past it they are painted before it is due. */
export const MAX_WAITING_IMAGE_BYTES = 128 * 1024 * 1024;

/** Rectangles decoded side by side. */
export const DECODED_AT_ONCE = 4;

/** Pixels decoded side by side, unless one rectangle has more: a 4K display. About 12 bytes each are held meanwhile (measured). */
export const DECODED_PIXELS_AT_ONCE = 8_294_400;

/** Pixels of a video's side, and of its whole: what H.264 level 5.2 holds, and so what machines decode. Larger sessions are scaled down. */
export const MAX_VIDEO_SIDE = 8_192;
/** See {@link MAX_VIDEO_SIDE}: 4096 x 2304. */
export const MAX_VIDEO_PIXELS = 9_437_184;

/** Milliseconds between two frames at the least: what comes sooner is shown together. */
export const MIN_FRAME_GAP_MS = 10;

/** Milliseconds between two frames of which only the pointer is another: it is recorded about 20 times a second. */
export const MIN_POINTER_GAP_MS = 40;

/** Milliseconds a still picture stands before its frame is written again: players that seek into it find one near. */
export const MAX_STILL_MS = 10_000;

/** Milliseconds the last frame of a video lasts: what the encoder believes of every frame, and then what the file says of the last. */
export const LAST_FRAME_MS = 40;

/** Milliseconds at the start in which there may be no picture yet: the first one is then shown from the start. */
export const LEAD_MS = 2_000;

/** Milliseconds a click is shown. */
export const CLICK_SHOWN_MS = 400;

/** Milliseconds a video may last: the longest session that can be configured. */
export const MAX_DURATION_MS = 7 * 24 * 60 * 60 * 1000;

/** Frames between two looks at the file's size and at the room there is: a hundred of the largest are half a GB. */
export const LOOK_EVERY_FRAMES = 100;

/** Bytes of the disk that are left free: a video can wait, and recordings are on the same disk. */
export const KEEP_FREE_BYTES = 1024 ** 3;

/** Milliseconds between two looks at how far ffmpeg's second pass is. */
export const LOOK_AT_FINISH_MS = 250;

/** Bytes a video may have. */
export const MAX_VIDEO_BYTES = 8 * 1024 ** 3;

/** Characters kept of what ffmpeg says. */
export const FFMPEG_SAID_CHARS = 2_000;

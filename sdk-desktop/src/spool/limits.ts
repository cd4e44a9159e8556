import { SESSION_LIMIT_MS } from "@reeltime/recorder/protocol";

/** Every limit of the spool, with its unit and its reason. */

/** Bytes after which a segment is closed: small enough that what is acknowledged is soon gone, large enough for few files. */
export const SEGMENT_BYTES = 2 * 1024 * 1024;

/** Bytes of bodies held in memory beside the disk: all that waits while the server answers; what an outage adds is on the disk alone. */
export const MAX_MEMORY_BYTES = 4 * 1024 * 1024;

/** Bytes of bodies held in memory when there is no disk: a minute or two of a busy screen at 10 MB a minute. */
export const MAX_MEMORY_ALONE_BYTES = 16 * 1024 * 1024;

/** Share of the room, */
export const RESERVE_SHARE = 1 / 8;
/** and bytes at the most, that are kept for what is pushed when captures have stopped: the last paint of each picture, input, facts. */
export const MAX_RESERVE_BYTES = 16 * 1024 * 1024;

/**
 * Milliseconds that something may wait before a checkout is asked for, when none waits with it: should the session be closed
 * before the server is back, all before the first checkout is of no use.
 */
export const CHECKOUT_AFTER_MS = 60_000;

/** Milliseconds between two looks whether a full spool has room again. */
export const LOOK_FOR_ROOM_MS = 1_000;

/** Frames that may wait: each takes some 500 bytes of memory while its body is on the disk. A frame a second for a day are fewer. */
export const MAX_WAITING_FRAMES = 100_000;

/** Milliseconds: no session is longer, so what is older belongs to none that could be opened. */
export const MAX_AGE_MS = SESSION_LIMIT_MS;

/** Milliseconds an upload waits for the disk: what takes longer (a network's folder that is gone) is a disk that fails. */
export const WRITE_PATIENCE_MS = 5_000;

/** Milliseconds between two tries on a disk that failed. */
export const RETRY_DISK_MS = 10_000;

/** Milliseconds between two signs of life in the folder, for processes on other machines that share it. */
export const SIGN_OF_LIFE_MS = 60_000;
/** Milliseconds without one after which a process on another machine counts as gone: longer than a short sleep of a laptop. */
export const GONE_AFTER_MS = 15 * 60_000;
/** Milliseconds after which a folder that nobody claims counts as given up in the making. */
export const UNCLAIMED_MS = 60_000;

/** Bytes of one record: the largest frame and its facts, as JSON. What says it is longer is damage. */
export const MAX_RECORD_BYTES = 24 * 1024 * 1024;

/**
 * The headers Reeltime puts on S2 records. Names are one byte each: S2 meters them. A record without
 * {@link HEADER_KIND} is not ours (a command record has S2's own single header and none of these).
 */
export const HEADER_KIND = "k";
/** Signed decimal: what to add to the writer's times to get the server's, in ms. On frames and on a frame's first part. */
export const HEADER_OFFSET = "o";
/** A state header's value (`encodeState`). */
export const HEADER_STATE = "s";
/** Decimal: how many records back the nearest record with a state header is (0 never: that record has the header itself). */
export const HEADER_BACK = "b";
/** `<index>/<count>` of a part, from 0. */
export const HEADER_PART = "p";

/** What a record is. `opened` is always seqNum 1, after the fence. A frame in several records is `part`s. */
export const RECORD_KINDS = { frame: "f", part: "p", opened: "o", summary: "s", closed: "c" } as const;
/** A key of {@link RECORD_KINDS}. */
export type RecordKind = keyof typeof RECORD_KINDS;

/** The fence of a session that takes frames. */
export const FENCE_OPEN = "open";
/** The fence of a session that takes nothing more. */
export const FENCE_CLOSED = "closed";

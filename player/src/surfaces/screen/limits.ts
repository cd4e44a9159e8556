/** Limits and measures of what paints pictures. Pixels are a picture's own; times are milliseconds of the session. */

/**
 * Pixels handed to the decoder at once: two full HD pictures, some 40 ms. A seek that is given up waits no longer than
 * that for the one before it.
 */
export const MAX_CHUNK_PIXELS = 4_200_000;

/** Pixels decoded ahead of the playhead and held, 4 bytes each: ten seconds of an ordinary screen, and 64 MB at the most. */
export const MAX_AHEAD_PIXELS = 16_000_000;

/** Pixels that are painted at once when playback has fallen behind; the rest follows a picture later. */
export const MAX_BATCH_PIXELS = 16_000_000;

/**
 * Pixels of all pictures shown at once, shared among them evenly: four of 8K, or sixteen of 4K. Each takes four bytes, and
 * nothing of the recording to ask for: a picture of one colour is 38 bytes.
 */
export const MAX_SHOWN_PIXELS = 150_000_000;

/** The longest a pointer glides from one known place to the next: moves are thinned to about 20 a second. */
export const GLIDE_MS = 90;

/** How long a click is seen. */
export const RIPPLE_MS = 520;
/** How long a turn of the wheel is seen. */
export const WHEEL_MS = 420;
/** How long a key is seen: long enough to be read. */
export const KEY_MS = 1_400;

/** Clicks drawn at once, the newest. */
export const MAX_RIPPLES = 6;
/** Keys drawn at once, the newest: more cannot be read. */
export const MAX_KEYS = 4;

/** Inputs of one picture kept around the playhead. */
export const MAX_INPUTS = 20_000;

/** Times of inputs before the playhead that are kept: as long as anything drawn from them lasts. */
export const KEEP_INPUTS_MS = 2_000;

/** Rectangles remembered as told of, so that each that cannot be painted counts once however often it is sought. */
export const MAX_TOLD = 10_000;

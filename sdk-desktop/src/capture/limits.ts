/** Limits and thresholds of the capture helper, each with its unit, its reason and its source. */

/** Pixels of a tile's side: of 32, 64 and 128 the fewest bytes for the least time, measured on a minute of office work. */
export const TILE_PIXELS = 64;

/**
 * Colours of a tile that is sent exactly. Text with grey anti-aliasing has up to 256, two such texts in a tile up to twice
 * that; photos have thousands. Measured: at 200 text goes lossy and a minute weighs twice as much.
 */
export const EXACT_COLOURS = 512;

/**
 * Captures in a row that changed a tile, from which it is moving rather than new. What moves goes coarser sooner, but only
 * once the bytes run short, so that text is right while it is dragged: measured, that costs 3 % more bytes of office work
 * than to hold moving tiles to 256 colours always, and on animations the budget is what limits.
 */
export const HOT_CAPTURES = 2;

/** Colours of a moving tile that is sent exactly when the bytes run short: flat tiles weigh less lossless than lossy at any quality. */
export const HOT_COLOURS = 64;

/** Tiles that newly change in one capture and are sent exactly whatever was spent: a letter, a checkbox, a small toast. */
export const SMALL_CHANGE_TILES = 12;

/** Share of the quality that is left when the bytes run short; but see {@link MIN_QUALITY}. */
export const SHORT_QUALITY_SHARE = 0.6;

/** WebP quality, 0 to 100, that a shortage leaves at the least: below it large letters blur. */
export const MIN_QUALITY = 25;

/**
 * Milliseconds between two changes from which a tile changes seldom, rather than moves: a caret blinks every half second for
 * ever, and what it blinks in would never be still.
 */
export const SELDOM_MS = 300;

/** Tiles of many colours that change seldom and are sent exactly at once, when no others change: what refining them costs, without the coarse ones before. */
export const SELDOM_TILES = 4;

/** Milliseconds a tile must be still to be sent again exactly: what moves again within a second was not worth it. */
export const STILL_MS = 1_000;

/** Tiles sent again exactly in a capture that changed nothing else: about 20 ms of encoding for photos. */
export const REFINED_TILES_WHEN_STILL = 64;

/** Tiles sent again exactly in a capture that changed something: about 1 ms, so that new things are not kept waiting. */
export const REFINED_TILES_WHEN_BUSY = 4;

/** Bytes a refined tile is taken to weigh before any was: a photo's tile, lossless. */
export const REFINED_TILE_BYTES = 8_192;

/** Tiles in one encoded rectangle: an eighth of a display of 1920x1080, about 8 ms, so that several are encoded side by side. */
export const MAX_RECTANGLE_TILES = 64;

/** libwebp's effort, 0 to 6, of most parts: for coarser ones more saves nothing, measured, and twice the time. */
export const EFFORT = 0;

/**
 * libwebp's effort for exact parts that are small, belong to a whole paint, or are made when the bytes run short. Measured on
 * the same office work: a third of a whole paint's bytes, two thirds of all, for twice the time.
 */
export const THOROUGH_EFFORT = 1;

/** Tiles of an exact part that is small: up to here the bytes that are saved cost no time that can be measured. */
export const THOROUGH_TILES = 16;

/** Milliseconds' worth of bytes that may be spent at once: switching windows costs three seconds' worth at the default. */
export const BURST_MS = 4_000;

/** Share of a burst that refinement leaves alone, for what is new. */
export const REFINE_RESERVE = 0.5;

/** Share of a burst below which the bytes run short. */
export const SHORT_SHARE = 0.25;

/** Milliseconds captures are put off at the most until debts are paid: whatever was spent, a change is seen by then. */
export const MAX_THINNED_MS = 3_000;

/** Bytes of paints between two whole ones at the least: the flat desktop's whole paint, a few times over. */
export const CHECKOUT_FLOOR_BYTES = 262_144;

/** A whole paint is due when those since the last weigh this many times as much: at most a fifth of all bytes are whole paints. */
export const CHECKOUT_MULTIPLE = 4;

/** Milliseconds between two looks at which displays there are: half a millisecond each. */
export const DISPLAYS_MS = 1_000;

/** Milliseconds between two attempts to open the list of windows, while everything is black for want of it. */
export const WINDOWS_RETRY_MS = 2_000;

/** Captures of a picture that fail in a row before it is said to be unavailable: a window may move or close during one. */
export const FAILED_CAPTURES = 5;

/** Milliseconds between two looks at which processes are the app's own. */
export const OWN_PROCESSES_MS = 2_000;

/**
 * Milliseconds between two captures of a whole display where only what was drawn in is read else. A change that the system did not
 * tell of, as some graphics drivers do not, is missed for no longer. A hundredth of a core at the most, measured.
 */
export const AUDIT_MS = 5_000;

/** Parts of a display that are read one by one, each in a request of its own; if there are more, one that covers them all is. */
export const MAX_PARTS_READ = 64;

/**
 * Milliseconds from when the screen was drawn in to a capture that does not wait for its tick: an app paints in several steps, and a
 * picture of each would cost more bytes and be seen no sooner.
 */
export const DRAWN_MS = 12;

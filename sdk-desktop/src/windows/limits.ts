/** Limits of what is known of a desktop's windows, each with its unit and its reason. */

/** Milliseconds that places and titles are kept for: a capture of the largest desktop, and the pause before the next, many times over. */
export const MAX_HISTORY_MS = 10_000;

/**
 * Milliseconds for which what a window showed counts as still on the screen at a place that it left, and a title that it
 * had as still its own. What lay beneath is painted again by its own app, which takes its time; a compositor fades a closed
 * window out (in a quarter of a second, mostly); an app sets a title before it has painted what the title stands for.
 */
export const LINGER_MS = 1_000;

/** Milliseconds in which a window that has no title yet may still be about to get one: apps set it within a few frames of being shown. */
export const SETTLING_MS = 2_000;

/** Places kept of one window; the oldest are put together beyond that, so that none is lost. A window dragged at 60 steps a second: one second. */
export const MAX_PLACES = 64;

/** Titles kept of one window, the oldest going first: a title that scrolls ten times a second, for as long as is kept. */
export const MAX_TITLES = 128;

/** Windows of a display, on the screen or not. Large desktops have a few hundred. Beyond it windows are not known, and so nothing is captured. */
export const MAX_WINDOWS = 8_192;

/** Windows of other programs followed within one that stands on the desktop: a frame holds one, one with tabs a few. */
export const MAX_INNER_WINDOWS = 32;

/** Parts of a frame followed on the way to those: title bar, buttons, borders and handles; openbox has 26. */
export const MAX_INNER_PARTS = 64;

/**
 * Levels of windows looked into beneath one that stands on the desktop: a frame, what holds the client, the client; in it,
 * what holds a window of another program, and that.
 */
export const MAX_INNER_DEPTH = 5;

/** 32-bit words read of a property: 16 KiB. A browser puts its own name behind a page's title, of up to 4,096 characters in Chromium. */
export const MAX_PROPERTY_WORDS = 4_096;

/** Milliseconds a snapshot waits for new windows to say what they are; those that have not by then are not known, and so denied where anything is. */
export const SETTLE_MS = 500;

/**
 * Windows asked at the same time, each some ten things; the others wait. An answer waits for all that was asked before it, so that
 * a flood of windows would hold up the next snapshot.
 */
export const MAX_ASKED = 32;

/** Pictures of an app's own windows. Each is captured, sent and shown for itself. */
export const MAX_OWN_WINDOWS = 16;

/** Characters of a picture's name: at four bytes each, within what the format allows (`MAX_SCREEN_TEXT_BYTES`). */
export const MAX_PICTURE_NAME = 120;

/** Limits of the input helper, each with its unit and its reason. */

/** Milliseconds between two places of the pointer: 20 a second draw a line that eyes take for smooth. */
export const MOVE_EVERY_MS = 50;

/** Milliseconds between two reports that somebody is active: the idle clock needs no more. */
export const ACTIVE_EVERY_MS = 1_000;

/**
 * Milliseconds that a key like Ctrl makes chords after it went down. A system that shows its lock screen can swallow the
 * release: then letters typed later would look like chords for ever.
 */
export const CHORD_HOLD_MS = 10_000;

/** Chords of one hold of a key like Ctrl, for the same reason: a word is typed in less. */
export const MAX_CHORDS_PER_HOLD = 8;

/** Inputs that wait to be judged: a second of a fast mouse with its wheel. What comes beyond is lost. */
export const MAX_WAITING_INPUTS = 512;

/** Inputs in one report. */
export const MAX_INPUTS_PER_REPORT = 256;

/** Milliseconds that the desktop may take to name its windows; after that they count as unreadable. */
export const WINDOWS_TIMEOUT_MS = 2_000;

/**
 * Milliseconds after an input within which the windows have to be read to be those that it met: nobody changes windows and
 * back in less. Read later, as on a machine that is overloaded, all that may have been is taken to have been.
 */
export const LATE_LOOK_MS = 100;

/** Milliseconds between two signs of life: a few in the time after which a silent helper counts as hanging. */
export const ALIVE_EVERY_MS = 3_000;

/** Milliseconds between two looks at the windows while somebody is active: for the window that has the keyboard. */
export const LOOK_EVERY_MS = 250;

/** And while nobody is. */
export const LOOK_IDLE_EVERY_MS = 1_000;

/** Milliseconds after which it is asked again what is on the keys, while somebody is active: they may have been given others. */
export const KEYBOARD_EVERY_MS = 5_000;

/** Milliseconds without input after which nobody is active, for {@link LOOK_IDLE_EVERY_MS}. */
export const LOOK_IDLE_AFTER_MS = 5_000;

/** Milliseconds until a screen's door must have opened, for each way to it. */
export const PROBE_TIMEOUT_MS = 2_000;

/** Milliseconds between two titles of the same window: some apps count in theirs. */
export const RETITLE_EVERY_MS = 1_000;

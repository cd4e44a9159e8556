import { MAX_PAGE_BYTES } from "@reeltime/recorder/protocol";

/** Limits and measures of the store, in one place. Times are milliseconds of the session at speed 1. */

/** How far ahead of the playhead frames are fetched. A seek on from here costs no request. */
export const LOAD_AHEAD_MS = 30_000;
/** How far ahead of the playhead bodies are decoded; frames that came late by less than this play in their place. */
export const DECODE_AHEAD_MS = 10_000;
/** How far ahead of the playhead a surface is given events, so that its own timer never runs dry. */
export const FEED_AHEAD_MS = 1_000;

/**
 * Bytes of frames asked for to open a time; the rest comes after the picture. More than what lies between two
 * checkouts of an ordinary page (at most 214 KB in the measured sessions), a quarter of what a page may hold.
 */
export const OPENING_PAGE_BYTES = 256 * 1024;

/** Bytes of frames asked for at a time to play on: little enough to be read between two pictures, over a minute of a busy page. */
export const AHEAD_PAGE_BYTES = 256 * 1024;

/**
 * Bytes of frames asked for at a time where they hold pictures: what a server gives at the most. Half a minute of a busy
 * screen at the measured 8.3 MB a minute, so that an opening is one request.
 */
export const PICTURES_PAGE_BYTES = MAX_PAGE_BYTES;

/**
 * Events by which a picture goes on to a later time; past it the page is built anew with all of them folded in
 * (measured on a map: 1,165 events take 283 ms one by one, 1,516 folded 41 ms).
 */
export const MAX_FORWARD_EVENTS = 32;

/** Bodies that are inflated at once. Each is a stream of the browser's own; more only wait for each other. */
export const MAX_DECODING = 8;
/**
 * Bytes of encoded frames kept: hours of a busy page at the measured 191 KB a minute, three minutes of two busy
 * displays at 8.3 MB a minute each, behind and ahead.
 */
export const MAX_BUFFER_BYTES = 48 * 1024 * 1024;
/** Bytes (before compression) of decoded events kept for the next seek; decoding them again costs a few ms. */
export const MAX_DECODED_BYTES = 24 * 1024 * 1024;
/** What stays behind the playhead when the buffer is full, at the least. */
export const KEEP_BEHIND_MS = 60_000;
/** Pages read for one opening before it gives up looking for a checkout: far over what the bound on checkouts allows. */
export const MAX_OPENING_PAGES = 64;

/** The longest step of the playhead between two ticks: a page that was hidden goes on where it was. */
export const MAX_STEP_MS = 250;
/** Lag at the live edge above which playback goes faster than the clock to catch up. */
export const LIVE_LAG_MS = 120;
/** Lag at the live edge above which it opens anew at the edge instead of playing through. */
export const LIVE_JUMP_MS = 8_000;
/** Distance to the edge at which playback of a running session becomes live again. */
export const REJOIN_MS = 400;

/** Speeds a viewer can choose. */
export const PLAYBACK_RATES = [0.5, 1, 2, 4, 8, 16] as const;
/** Silence of the user from which a stretch counts as idle (rrweb's own measure). */
export const IDLE_AFTER_MS = 10_000;
/** What is played at the usual speed before the end of an idle stretch. */
export const IDLE_LEAD_MS = 1_000;
/** How long an idle stretch takes to skip, whatever its length. */
export const SKIP_TAKES_MS = 1_500;
/** The speed of skipping at the least: the fastest a viewer can choose. */
export const SKIP_RATE_MIN = 16;
/** The speed of skipping at the most (rrweb's own maximum). */
export const SKIP_RATE_MAX = 360;

/**
 * How near to each other a page's input and a picture's are the same one, seen by both: a page of an app may be in a picture
 * of that app. Each tells its last about once a second.
 */
export const SAME_INPUT_MS = 1_500;

/** Displays shown at once; the others can be chosen one by one. */
export const MAX_DISPLAYS_AT_ONCE = 16;

/** Names of one picture kept: a window's title changes with what is in it. */
export const MAX_PICTURE_NAMES = 1_000;

/** Facts kept: what a summary may hold. */
export const MAX_FACTS = 10_000;
/** Times of user input kept for skipping; older ones are thinned. */
export const MAX_INPUT_TIMES = 20_000;
/** Gaps (what an SDK dropped) shown on a timeline. */
export const MAX_GAPS = 200;

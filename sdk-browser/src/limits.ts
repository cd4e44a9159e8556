/** Every limit and interval of the page's recorder, with its unit and its reason. */

/** Milliseconds between two frames of a session nobody watches: a request and a compression each. */
export const FLUSH_MS = 1_000;
/** Milliseconds between two frames while somebody watches: it paints 38 ms later at the median. */
export const WATCHED_FLUSH_MS = 50;
/** Units of JSON after which a frame is full, so that an unload has little to send and a frame little to lose. */
export const FLUSH_UNITS = 65_536;
/** Milliseconds one frame may span: a clock that jumps or a laptop that slept begins a new one. */
export const MAX_SPAN_MS = 60_000;

/** Bytes of events, before compression, between two checkouts at the least: less is quicker to replay than a page is to build. */
export const CHECKOUT_FLOOR_BYTES = 262_144;
/** A checkout is due when the events since the last weigh this many times as much as it did: at most a fifth of all bytes are checkouts. */
export const CHECKOUT_MULTIPLE = 4;
/** Milliseconds between two checkouts for each millisecond one took: at most a fiftieth of the page's time, whoever asks. */
export const CHECKOUT_GAP_PER_COST = 50;
/** Milliseconds between two checkouts at the least. */
export const CHECKOUT_GAP_MS = 2_000;

/** Milliseconds between pointer positions in a live view; rrweb's own 500 show a pointer that jumps twice a second. */
export const POINTER_MS = 200;
/** Milliseconds a router is given to set the title after the address. */
export const TITLE_MS = 100;

/** Clicks within this many milliseconds */
export const RAGE_MS = 2_000;
/** and CSS pixels of each other, */
export const RAGE_PX = 8;
/** this many of them, are a rage click (the rule of Highlight, which others follow). */
export const RAGE_CLICKS = 5;
/** Characters of an element's words: a button's, not a page's. */
export const MAX_WORDS = 100;
/** UTF-8 bytes of a name in a fact's detail: half of what a value may have. */
export const MAX_DETAIL_NAME_BYTES = 1_024;

/** Milliseconds without input after which a session that was closed is followed by a new one only when there is some again. */
export const DORMANT_MS = 60_000;
/** Milliseconds for which a visitor that sampling left out stays out without loading a page: as long as a session outlives its last input. */
export const OUT_MS = 1_800_000;
/** Pages whose frames wait in one tab; older ones were refused by the network that often. */
export const MAX_LEFTOVERS = 4;
/** Milliseconds a tab waits, once it may open a session, to see one that another tab opened just now: a lock is handed over quicker than `localStorage` is. */
export const STORAGE_LAG_MS = 50;

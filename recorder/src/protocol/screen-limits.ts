/** Limits of `screen` bodies, each with its unit and its reason. `docs/PROTOCOL.md` states them. */

/** Pixels of a picture's side: an 8K display at scale 2. Also what WebP can hold (16,383, RFC 9649). */
export const MAX_PICTURE_SIDE = 16_383;

/** Pixels of a picture: 8K, 7680 x 4320, and a half more. A viewer holds 4 bytes for each. */
export const MAX_PICTURE_PIXELS = 50_000_000;

/** Rectangles in one paint: every second tile of 64 pixels of an 8K display. */
export const MAX_RECTANGLES_PER_PAINT = 4_096;

/** Events in one body: 30 pictures a second and a fast pointer, over the longest time between two flushes, many times over. */
export const MAX_SCREEN_EVENTS = 16_384;

/** UTF-8 bytes of a display's name or a window's title. */
export const MAX_SCREEN_TEXT_BYTES = 512;

/** UTF-8 bytes of a key's name: `Ctrl+Alt+Shift+Meta+PageDown`. */
export const MAX_KEY_NAME_BYTES = 64;

/** Pixels a point, at the most. */
export const MAX_SCALE = 16;

/** Msgpack values in one body: a dozen paints of the most rectangles, and the most events. */
export const MAX_SCREEN_BODY_VALUES = 1_048_576;

/** Pixels or points of a place on a desktop, either way from its origin, at the most. */
export const MAX_PLACE = 16_777_216;

import { ProtocolError } from "./errors.js";
import { MAX_BODY_BYTES, MAX_FRAME_SPAN_MS } from "./limits.js";
import { packValue, unpack } from "./msgpack-reader.js";

import {
  MAX_KEY_NAME_BYTES,
  MAX_PICTURE_PIXELS,
  MAX_PICTURE_SIDE,
  MAX_PLACE,
  MAX_RECTANGLES_PER_PAINT,
  MAX_SCALE,
  MAX_SCREEN_BODY_VALUES,
  MAX_SCREEN_EVENTS,
  MAX_SCREEN_TEXT_BYTES,
} from "./screen-limits.js";
import { utf8Length } from "./utf8.js";

/**
 * Why a picture stands still, or that it does not. `shown`: it is captured. `minimised`, `closed`, `outside` (partly or
 * wholly off every display, so that only the part on them is captured), `denied` (blacked out whole): a window that was
 * chosen. `paused`: by its user or app. `unavailable`: capture fails or its process is gone; it comes back with `shown`.
 */
export const PICTURE_STATES = [
  "shown",
  "minimised",
  "closed",
  "outside",
  "denied",
  "paused",
  "unavailable",
] as const;
/** One of {@link PICTURE_STATES}. */
export type PictureState = (typeof PICTURE_STATES)[number];

/** What a picture is, and where it lies. Begins every checkout, and says what changed of it. */
export interface DisplayEvent {
  readonly type: "display";
  /** Epoch ms of the client's clock, as in all events here. */
  readonly atMs: number;
  /** Of the picture, in its own pixels; 1 to `MAX_PICTURE_SIDE`. */
  readonly width: number;
  readonly height: number;
  /** Upper left corner on the desktop, in the desktop's points: pixels are `scale` times as many. May be negative. */
  readonly x: number;
  readonly y: number;
  /** Pixels a point, above 0, such as 1 or 2. */
  readonly scale: number;
  /** `display`: a whole display. `window`: one window of an app, however it moves. */
  readonly source: "display" | "window";
  /** Of the display, or the window's title. */
  readonly name: string;
  readonly state: PictureState;
}

/** One part of a picture, already encoded. Lies within it whole. */
export interface PaintedRectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** True: these are the captured pixels exactly. False: near them; the exact ones may follow. */
  readonly exact: boolean;
  /** A WebP image of exactly this width and height. */
  readonly image: Uint8Array;
}

/** What one capture changed, all at once. `whole`: it covers the picture, whatever was there before. */
export interface PaintEvent {
  readonly type: "paint";
  readonly atMs: number;
  readonly whole: boolean;
  readonly rectangles: readonly PaintedRectangle[];
}

/** The pointer is somewhere. Places are pixels of the picture, and may lie outside it while a button is held. */
export interface PointerEvent {
  readonly type: "pointer";
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
}

/** A button of the pointer went down or up. `button`: 1 left, 2 right, 3 middle, then further ones. */
export interface ButtonEvent {
  readonly type: "button";
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
  readonly button: number;
  readonly down: boolean;
  /** 1 for a click, 2 for a double click, … */
  readonly clicks: number;
}

/** The wheel turned, in notches: down and right are positive. */
export interface WheelEvent {
  readonly type: "wheel";
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
  readonly deltaX: number;
  readonly deltaY: number;
}

/** A special key or a chord went down, in words: `Enter`, `Ctrl+S`. Never a typed character. */
export interface KeyEvent {
  readonly type: "key";
  readonly atMs: number;
  readonly key: string;
}

/** Everything a `screen` body may hold. */
export type ScreenEvent = DisplayEvent | PaintEvent | PointerEvent | ButtonEvent | WheelEvent | KeyEvent;

/** Types of event, in their order on the wire. */
export const SCREEN_EVENT_TYPES = ["display", "paint", "pointer", "button", "wheel", "key"] as const;
const SOURCES = ["display", "window"] as const;

/**
 * Writes a `screen` body.
 * @param firstMs the frame's first time; events say how long after it they were
 */
export function encodeScreenBody(events: readonly ScreenEvent[], firstMs: number): Uint8Array<ArrayBuffer> {
  return packValue([
    1,
    events.map((event) => [SCREEN_EVENT_TYPES.indexOf(event.type), event.atMs - firstMs, ...fieldsOf(event)]),
  ]);
}

function fieldsOf(event: ScreenEvent): readonly unknown[] {
  switch (event.type) {
    case "display": {
      const { width, height, x, y, scale, source, name, state } = event;
      return [width, height, x, y, scale, SOURCES.indexOf(source), name, PICTURE_STATES.indexOf(state)];
    }
    case "paint":
      return [
        event.whole,
        event.rectangles.map(({ x, y, width, height, exact, image }) => [x, y, width, height, exact, image]),
      ];
    case "pointer":
      return [event.x, event.y];
    case "button":
      return [event.x, event.y, event.button, event.down, event.clicks];
    case "wheel":
      return [event.x, event.y, event.deltaX, event.deltaY];
    case "key":
      return [event.key];
  }
}

/**
 * Reads a `screen` body. Images are views into `body`, and not looked into.
 * @param firstMs the frame's first time, on whichever clock the events' times are wanted
 *
 * Throws `ProtocolError`: as `unpack` does, `unsupported_version`, `invalid` for a wrong field, `too_large` past a limit.
 */
export function decodeScreenBody(body: Uint8Array, firstMs: number): readonly ScreenEvent[] {
  if (body.length > MAX_BODY_BYTES) throw new ProtocolError("too_large", "the body is too large");
  const value = unpack(body, MAX_SCREEN_BODY_VALUES);
  if (!Array.isArray(value)) return fail("a screen body is [version, events]");
  const [version, events] = value as readonly unknown[];
  if (version !== 1) throw new ProtocolError("unsupported_version", "not version 1 of a screen body");
  if (!Array.isArray(events)) return fail("a screen body is [version, events]");
  if (events.length > MAX_SCREEN_EVENTS)
    throw new ProtocolError("too_large", "too many events in a screen body");
  return events.map((event) => parseEvent(event, firstMs));
}

const fail = (what: string): never => {
  throw new ProtocolError("invalid", what);
};

function parseEvent(value: unknown, firstMs: number): ScreenEvent {
  if (!Array.isArray(value)) return fail("an event is an array");
  const [place, after, ...fields] = value as readonly unknown[];
  const type = SCREEN_EVENT_TYPES[place as number];
  if (type === undefined) return fail("unknown type of event");
  if (typeof after !== "number" || !(Math.abs(after) <= MAX_FRAME_SPAN_MS))
    return fail("an event's time is wrong");
  const atMs = firstMs + after;
  const field = new Fields(fields);
  switch (type) {
    case "display":
      return { type, atMs, ...parseDisplay(field) };
    case "paint":
      return {
        type,
        atMs,
        whole: field.bool(),
        rectangles: field.list(MAX_RECTANGLES_PER_PAINT).map(parseRectangle),
      };
    case "pointer":
      return { type, atMs, x: field.place(), y: field.place() };
    case "button":
      return {
        type,
        atMs,
        x: field.place(),
        y: field.place(),
        button: field.count(1, 255),
        down: field.bool(),
        clicks: field.count(0, 255),
      };
    case "wheel":
      return { type, atMs, x: field.place(), y: field.place(), deltaX: field.place(), deltaY: field.place() };
    case "key":
      return { type, atMs, key: field.text(MAX_KEY_NAME_BYTES) };
  }
}

function parseDisplay(field: Fields): Omit<DisplayEvent, "type" | "atMs"> {
  const width = field.count(1, MAX_PICTURE_SIDE);
  const height = field.count(1, MAX_PICTURE_SIDE);
  if (width * height > MAX_PICTURE_PIXELS)
    throw new ProtocolError("too_large", "a picture has too many pixels");
  const x = field.place();
  const y = field.place();
  const scale = field.number();
  if (!(scale > 0 && scale <= MAX_SCALE)) return fail("a scale is out of bounds");
  const source = SOURCES[field.count(0, SOURCES.length - 1)] ?? "display";
  const name = field.text(MAX_SCREEN_TEXT_BYTES);
  const state = PICTURE_STATES[field.count(0, PICTURE_STATES.length - 1)] ?? "shown";
  return { width, height, x, y, scale, source, name, state };
}

function parseRectangle(value: unknown): PaintedRectangle {
  if (!Array.isArray(value)) return fail("a rectangle is an array");
  const field = new Fields(value);
  return {
    x: field.count(0, MAX_PICTURE_SIDE - 1),
    y: field.count(0, MAX_PICTURE_SIDE - 1),
    width: field.count(1, MAX_PICTURE_SIDE),
    height: field.count(1, MAX_PICTURE_SIDE),
    exact: field.bool(),
    image: field.bytes(),
  };
}

/** An event's fields, taken in their order. Further ones are of a later version, and are passed over. */
class Fields {
  readonly #fields: readonly unknown[];
  #at = 0;

  constructor(fields: readonly unknown[]) {
    this.#fields = fields;
  }

  number(): number {
    const value = this.#fields[this.#at++];
    return typeof value === "number" && Number.isFinite(value) ? value : fail("a field is no number");
  }

  /** A place or a distance: as far as a desktop may reach, either way. */
  place(): number {
    const value = this.number();
    return Math.abs(value) <= MAX_PLACE ? value : fail("a place is out of bounds");
  }

  count(least: number, most: number): number {
    const value = this.number();
    return Number.isInteger(value) && value >= least && value <= most
      ? value
      : fail("a count is out of bounds");
  }

  bool(): boolean {
    const value = this.#fields[this.#at++];
    return typeof value === "boolean" ? value : fail("a field is no bool");
  }

  text(maxBytes: number): string {
    const value = this.#fields[this.#at++];
    return typeof value === "string" && utf8Length(value) <= maxBytes
      ? value
      : fail("a text is missing or too long");
  }

  bytes(): Uint8Array {
    const value = this.#fields[this.#at++];
    return value instanceof Uint8Array ? value : fail("a field is no bytes");
  }

  list(most: number): readonly unknown[] {
    const value = this.#fields[this.#at++];
    return Array.isArray(value) && value.length <= most ? value : fail("a list is missing or too long");
  }
}

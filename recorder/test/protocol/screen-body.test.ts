import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeScreenBody,
  encodeScreenBody,
  MAX_FRAME_SPAN_MS,
  MAX_KEY_NAME_BYTES,
  MAX_PICTURE_PIXELS,
  MAX_PICTURE_SIDE,
  MAX_PLACE,
  MAX_RECTANGLES_PER_PAINT,
  MAX_SCALE,
  MAX_SCREEN_EVENTS,
  MAX_SCREEN_TEXT_BYTES,
  PICTURE_STATES,
  ProtocolError,
  packValue,
  SCREEN_EVENT_TYPES,
  type ScreenEvent,
} from "../../src/protocol/index.js";

const FIRST_MS = 1_767_225_600_000;
const place = fc.oneof(
  fc.integer({ min: -MAX_PLACE, max: MAX_PLACE }),
  // Without -0, which is 0 on the wire.
  fc.double({ min: -9e3, max: 9e3, noNaN: true }).map((value) => value + 0),
);
const side = fc.integer({ min: 1, max: 7_000 });
const atMs = fc.integer({ min: 0, max: MAX_FRAME_SPAN_MS }).map((after) => FIRST_MS + after);
const rectangle = fc.record({
  x: fc.nat(MAX_PICTURE_SIDE - 1),
  y: fc.nat(MAX_PICTURE_SIDE - 1),
  width: side,
  height: side,
  exact: fc.boolean(),
  image: fc.uint8Array({ maxLength: 40 }),
});
const event: fc.Arbitrary<ScreenEvent> = fc.oneof(
  fc.record({
    type: fc.constant("display" as const),
    atMs,
    width: side,
    height: side,
    x: place,
    y: place,
    scale: fc.constantFrom(0.5, 1, 1.25, 2, MAX_SCALE),
    source: fc.constantFrom("display" as const, "window" as const),
    name: fc.string({ unit: "grapheme", maxLength: 20 }),
    state: fc.constantFrom(...PICTURE_STATES),
  }),
  fc.record({
    type: fc.constant("paint" as const),
    atMs,
    whole: fc.boolean(),
    rectangles: fc.array(rectangle, { maxLength: 5 }),
  }),
  fc.record({ type: fc.constant("pointer" as const), atMs, x: place, y: place }),
  fc.record({
    type: fc.constant("button" as const),
    atMs,
    x: place,
    y: place,
    button: fc.integer({ min: 1, max: 255 }),
    down: fc.boolean(),
    clicks: fc.nat(255),
  }),
  fc.record({ type: fc.constant("wheel" as const), atMs, x: place, y: place, deltaX: place, deltaY: place }),
  fc.record({ type: fc.constant("key" as const), atMs, key: fc.string({ maxLength: MAX_KEY_NAME_BYTES }) }),
);

const codeOf = (body: Uint8Array): string => {
  try {
    decodeScreenBody(body, FIRST_MS);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};
const refused = (...events: readonly unknown[]): string => codeOf(packValue([1, events]));
const display = (changes: Readonly<Record<number, unknown>> = {}): unknown[] => {
  const fields: unknown[] = [0, 0, 800, 600, 0, 0, 1, 0, "", 0];
  for (const [place, value] of Object.entries(changes)) fields[Number(place)] = value;
  return fields;
};
const paint = (count: number): unknown[] => [
  1,
  0,
  true,
  Array.from({ length: count }, () => [0, 0, 1, 1, true, new Uint8Array(1)]),
];

describe("a screen frame's body", () => {
  it("comes back as it went, on any clock", () => {
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 20 }),
        fc.integer({ min: -9e6, max: 9e6 }),
        (events, offsetMs) => {
          const moved = decodeScreenBody(encodeScreenBody(events, FIRST_MS), FIRST_MS + offsetMs);
          expect(moved.map((one) => ({ ...one, atMs: one.atMs - offsetMs }))).toEqual(events);
        },
      ),
    );
  });

  it("passes over fields of a later version", () => {
    expect(refused([...display(), "more"], [2, 5, 1, 1, { later: true }])).toBe("read");
  });

  it("of another version is refused as that", () => {
    expect(codeOf(packValue([2, []]))).toBe("unsupported_version");
    expect(codeOf(packValue([2, "of other types"]))).toBe("unsupported_version");
  });

  it("takes each limit, and nothing one past it", () => {
    expect(refused(...Array.from({ length: MAX_SCREEN_EVENTS }, () => [2, 0, 1, 1]))).toBe("read");
    expect(refused(...Array.from({ length: MAX_SCREEN_EVENTS + 1 }, () => [2, 0, 1, 1]))).toBe("too_large");
    expect(refused(paint(MAX_RECTANGLES_PER_PAINT))).toBe("read");
    expect(refused(paint(MAX_RECTANGLES_PER_PAINT + 1))).toBe("invalid");
    expect(refused(display({ 2: MAX_PICTURE_SIDE, 3: 1 }))).toBe("read");
    expect(refused(display({ 2: MAX_PICTURE_SIDE + 1, 3: 1 }))).toBe("invalid");
    expect(refused(display({ 2: 10_000, 3: MAX_PICTURE_PIXELS / 10_000 }))).toBe("read");
    expect(refused(display({ 2: 10_000, 3: MAX_PICTURE_PIXELS / 10_000 + 1 }))).toBe("too_large");
    expect(refused(display({ 4: -MAX_PLACE, 6: MAX_SCALE }))).toBe("read");
    expect(refused(display({ 4: -MAX_PLACE - 1 }))).toBe("invalid");
    expect(refused(display({ 6: MAX_SCALE + 1 }))).toBe("invalid");
    expect(refused(display({ 8: "x".repeat(MAX_SCREEN_TEXT_BYTES) }))).toBe("read");
    expect(refused(display({ 8: "x".repeat(MAX_SCREEN_TEXT_BYTES + 1) }))).toBe("invalid");
    expect(refused([5, 0, "x".repeat(MAX_KEY_NAME_BYTES)])).toBe("read");
    expect(refused([5, 0, "x".repeat(MAX_KEY_NAME_BYTES + 1)])).toBe("invalid");
    expect(refused([2, MAX_FRAME_SPAN_MS, 1, 1])).toBe("read");
    expect(refused([2, MAX_FRAME_SPAN_MS + 1, 1, 1])).toBe("invalid");
  });

  it.each([
    ["no array", { events: [] }],
    ["events that are none", [1, [7]]],
    ["an unknown type", [1, [[SCREEN_EVENT_TYPES.length, 0]]]],
    ["a type that is no number", [1, [["paint", 0, true, []]]]],
    ["no time", [1, [[2, null, 1, 1]]]],
    ["a time that is not finite", [1, [[2, Number.NaN, 1, 1]]]],
    ["a place that is not finite", [1, [[2, 0, Number.POSITIVE_INFINITY, 1]]]],
    ["a field missing", [1, [[2, 0, 1]]]],
    ["half a pixel of width", [1, [display({ 2: 800.5 })]]],
    ["no width", [1, [display({ 2: 0 })]]],
    ["no scale", [1, [display({ 6: 0 })]]],
    ["an unknown state", [1, [display({ 9: PICTURE_STATES.length })]]],
    ["an unknown source", [1, [display({ 7: 2 })]]],
    ["an image that is text", [1, [[1, 0, true, [[0, 0, 1, 1, true, "image"]]]]]],
    ["a rectangle before the picture", [1, [[1, 0, true, [[-1, 0, 1, 1, true, new Uint8Array(1)]]]]]],
    ["a rectangle without a height", [1, [[1, 0, true, [[0, 0, 1, 0, true, new Uint8Array(1)]]]]]],
    ["button 0", [1, [[3, 0, 1, 1, 0, true, 1]]]],
  ])("with %s is refused", (_, value) => {
    expect(codeOf(packValue(value))).toBe("invalid");
  });
});

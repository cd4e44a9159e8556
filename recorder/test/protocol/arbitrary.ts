import fc from "fast-check";
import {
  BODY_CODECS,
  FACT_TYPES,
  type Fact,
  FRAME_KINDS,
  type Frame,
  LOST_REASONS,
  MAX_BODY_BYTES,
  MAX_FRAME_SPAN_MS,
  type Packable,
  type WindowId,
  type WriterId,
} from "../../src/protocol/index.js";

/** Numbers at every edge between the forms that msgpack has for them. */
export const EDGES = [
  ...[0, -0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000],
  ...[-1, -0x20, -0x21, -0x80, -0x81, -0x8000, -0x8001, -0x80000000, -0x80000001],
  ...[2 ** 53 - 1, 2 ** 53, -(2 ** 53) + 1, 0.5, -0.5, 1e-300, 1.5e300, 0.1 + 0.2, 4294967295.5],
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.MIN_VALUE],
];

/** Lengths on both sides of every length class of strings, binary, arrays and maps. */
export const LENGTHS = [0, 1, 15, 16, 31, 32, 33, 63, 64, 65, 255, 256, 257, 65535, 65536, 65537];

export const number: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...EDGES),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double(),
);
/** Well-formed text of every script, emoji included. A leading U+FEFF is a mark, not text, to some readers. */
export const text: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.string({ unit: "binary", minLength: 60 }),
  )
  .map((value) => value.replace(/^\ufeff/, ""));

const id = fc.stringMatching(/^[A-Za-z0-9_-]{8,32}$/);
const count = fc.oneof(fc.nat(300), fc.maxSafeInteger().map(Math.abs));
const timeMs = fc.oneof(
  fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
  fc.double({ min: 1.6e12, max: 1.9e12, noNaN: true }),
);

export const packable: fc.Arbitrary<Packable> = fc.letrec<{ value: Packable }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    number,
    text,
    fc.uint8Array({ maxLength: 70 }),
    fc.array(tie("value"), { maxLength: 20 }),
    fc.dictionary(
      text.filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 20, noNullPrototype: true },
    ),
  ),
})).value;

export const fact: fc.Arbitrary<Fact> = fc
  .record({
    type: fc.constantFrom(...FACT_TYPES),
    atMs: timeMs,
    text: text.filter((value) => value.length < 300),
    detail: fc.option(
      fc.dictionary(
        text.filter((name) => name !== "__proto__" && name.length < 200),
        fc.oneof(
          fc.boolean(),
          fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
          text.filter((value) => value.length < 500),
        ),
        { maxKeys: 8, noNullPrototype: true },
      ),
      { nil: undefined },
    ),
  })
  .map(({ detail, ...rest }) => (detail === undefined ? rest : { ...rest, detail }));

export const frame: fc.Arbitrary<Frame> = fc
  .record({
    writer: id.map((value) => value as WriterId),
    number: count,
    window: id.map((value) => value as WindowId),
    kind: fc.constantFrom(...FRAME_KINDS),
    firstMs: timeMs,
    spanMs: fc.integer({ min: 0, max: MAX_FRAME_SPAN_MS }),
    inputMs: fc.option(timeMs, { nil: undefined }),
    checkout: fc.boolean(),
    codec: fc.constantFrom(...BODY_CODECS),
    keyId: fc.option(fc.string({ minLength: 1, maxLength: 64 }), { nil: undefined }),
    events: count,
    rawBytes: fc.nat(MAX_BODY_BYTES),
    facts: fc.array(fact, { maxLength: 4 }),
    loss: fc.record({
      events: count,
      bytes: count,
      reason: fc.constantFrom(...LOST_REASONS),
      fromMs: timeMs,
      toMs: timeMs,
    }),
    body: fc.uint8Array({ maxLength: 400 }),
  })
  .map(({ spanMs, loss, ...rest }) => ({
    ...rest,
    lastMs: rest.firstMs + spanMs,
    lost: rest.kind === "lost" ? loss : undefined,
  }));

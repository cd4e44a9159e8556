import fc from "fast-check";
import { Packr } from "msgpackr";
import { describe, expect, it } from "vitest";
import { type Packable, pack, packValue, unpack } from "../../src/protocol/index.js";
import { EDGES, LENGTHS, packable, text } from "./arbitrary.js";

const msgpackr = new Packr({ useRecords: false, variableMapSize: true });
const theirs = (value: Packable): string => Buffer.from(msgpackr.pack(value)).toString("hex");
const ours = (value: Packable): string => Buffer.from(pack(value)).toString("hex");

describe("the page's msgpack writer", () => {
  it("writes what msgpackr writes, byte for byte", () => {
    fc.assert(
      fc.property(packable, (value) => ours(value) === theirs(value)),
      { numRuns: 2000 },
    );
  });

  it.each(EDGES)("writes %s as msgpackr does", (value) => {
    expect(ours(value)).toBe(theirs(value));
    expect(ours([value, { a: value }])).toBe(theirs([value, { a: value }]));
  });

  it.each(LENGTHS)("writes strings, binary, arrays and maps of length %i as msgpackr does", (length) => {
    for (const letter of ["a", "é", "€", "💳"]) {
      expect(ours(letter.repeat(length))).toBe(theirs(letter.repeat(length)));
    }
    expect(ours(new Uint8Array(length).fill(7))).toBe(theirs(new Uint8Array(length).fill(7)));
    expect(ours(Array.from({ length }, () => 1))).toBe(theirs(Array.from({ length }, () => 1)));
    if (length > 0xffff) return;
    const map = Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, index]));
    expect(ours(map)).toBe(theirs(map));
  });

  it("writes a map of more than 65,535 entries, which msgpackr reads", () => {
    const map = Object.fromEntries(Array.from({ length: 0x10000 }, (_, index) => [`k${index}`, 0]));
    expect(unpack(pack(map))).toEqual(map);
  });

  it("writes half a surrogate pair as U+FFFD, alone or in long text", () => {
    for (const half of ["\ud83d", "\udcb3", `${"a".repeat(100)}\ud83d`, "\udcb3\ud83d", "💳\ud83d💳"]) {
      const whole = half.replace(/\p{Surrogate}/gu, "\ufffd");
      expect(unpack(pack(half))).toBe(whole);
      expect(unpack(packValue(half))).toBe(whole);
      expect(unpack(packValue({ [half]: [half] }))).toEqual({ [whole]: [whole] });
    }
  });

  it("grows over its first kilobyte at every offset", () => {
    for (let length = 1010; length < 1030; length++) {
      const value = ["x".repeat(length), 70_000, -70_000, 0.5, new Uint8Array(3), [1], { a: 1 }];
      expect(ours(value)).toBe(theirs(value));
    }
  });
});

describe("unpack", () => {
  it("reads back what either writer wrote", () => {
    const plain = (value: unknown): unknown => (Object.is(value, -0) ? 0 : value);
    fc.assert(
      fc.property(packable, (value) => {
        const expected = mapDeep(value, plain);
        expect(unpack(pack(value))).toEqual(expected);
        expect(unpack(packValue(value))).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("gives binary as a view into the bytes it read", () => {
    const bytes = pack([new Uint8Array([1, 2, 3])]);
    const [inner] = unpack(bytes) as [Uint8Array];
    expect(inner.buffer).toBe(bytes.buffer);
    expect([...inner]).toEqual([1, 2, 3]);
  });

  it("reads from the middle of a larger buffer, a Node Buffer included", () => {
    fc.assert(
      fc.property(text, fc.nat(40), fc.nat(40), (value, before, after) => {
        const inner = pack([value, 1]);
        const outer = new Uint8Array(before + inner.length + after).fill(0xa5);
        outer.set(inner, before);
        expect(unpack(outer.subarray(before, before + inner.length))).toEqual([value, 1]);
        expect(unpack(Buffer.from(outer.buffer, before, inner.length))).toEqual([value, 1]);
      }),
    );
  });

  it("leaves out a map's undefined entries when it writes, as JSON does", () => {
    expect(unpack(packValue({ a: undefined, b: { c: undefined, d: 1 } }))).toEqual({ b: { d: 1 } });
    expect(Object.keys(unpack(packValue({ a: undefined })) as object)).toEqual([]);
    const detail = { a: undefined, b: 1 } as unknown as Packable;
    expect(unpack(pack(detail))).toEqual({ b: 1 });
    expect(unpack(pack([undefined as unknown as Packable]))).toEqual([null]);
  });

  it("keeps what packValue gave when it writes again", () => {
    const first = packValue(["first"]);
    packValue(["other".repeat(100)]);
    expect(unpack(first)).toEqual(["first"]);
  });
});

function mapDeep(value: unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapDeep(entry, leaf));
  if (typeof value === "object" && value !== null && !(value instanceof Uint8Array)) {
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, mapDeep(entry, leaf)]));
  }
  return leaf(value);
}

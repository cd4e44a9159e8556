import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonText } from "../../src/wire/json-text.js";
import { ProtoReader } from "../../src/wire/proto-reader.js";
import {
  addU64,
  MAX_U64,
  parseU64,
  readExactU64,
  readU64,
  subtractU64,
  toU64,
  writeU64,
} from "../../src/wire/u64.js";
import { varintLength, writeVarint } from "../../src/wire/varint.js";

const LARGEST_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);

/** Any u64, those around 2^53 and 2^64 often. */
const any = fc.oneof(
  fc.bigInt({ min: 0n, max: MAX_U64 }),
  fc.bigInt({ min: 0n, max: 300n }),
  fc.bigInt({ min: LARGEST_NUMBER - 3n, max: LARGEST_NUMBER + 3n }),
  fc.bigInt({ min: MAX_U64 - 3n, max: MAX_U64 }),
);

function clamp(value: bigint): bigint {
  if (value < 0n) return 0n;
  return value > MAX_U64 ? MAX_U64 : value;
}

describe("a u64", () => {
  it("is a number where a number is exact, and a bigint above", () => {
    expect(toU64(LARGEST_NUMBER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(toU64(LARGEST_NUMBER + 1n)).toBe(2n ** 53n);
    fc.assert(fc.property(any, (value) => BigInt(toU64(value)) === value));
  });

  it("compares with any other by value", () => {
    fc.assert(
      fc.property(any, any, (left, right) => {
        const [one, other] = [toU64(left), toU64(right)];
        expect(one < other).toBe(left < right);
        expect(one > other).toBe(left > right);
        expect(one === other).toBe(left === right);
      }),
    );
  });

  it("is added and subtracted exactly, up to its bounds", () => {
    fc.assert(
      fc.property(any, any, (left, right) => {
        expect(addU64(toU64(left), toU64(right))).toBe(toU64(clamp(left + right)));
        expect(subtractU64(toU64(left), toU64(right))).toBe(toU64(clamp(left - right)));
      }),
    );
  });

  it("round-trips through eight bytes that sort as it does", () => {
    const bytes = (value: bigint) => {
      const target = Buffer.alloc(8);
      expect(writeU64(target, toU64(value), 0)).toBe(8);
      return target;
    };
    fc.assert(
      fc.property(any, any, (left, right) => {
        expect(readExactU64(bytes(left), 0)).toBe(toU64(left));
        expect(readU64(bytes(left), 0)).toBe(Number(left));
        expect(Buffer.compare(bytes(left), bytes(right))).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    );
  });

  it("round-trips as a varint, with its length foretold", () => {
    fc.assert(
      fc.property(any, (value) => {
        const target = Buffer.alloc(12);
        const end = writeVarint(target, toU64(value), 1);
        expect(end - 1).toBe(varintLength(toU64(value)));
        const reader = new ProtoReader(target, 1, end);
        expect(reader.u64()).toBe(toU64(value));
        expect(reader.done).toBe(true);
      }),
    );
  });

  it("is parsed from digits, and nothing else", () => {
    fc.assert(fc.property(any, (value) => parseU64(String(value)) === toU64(value)));
    expect(parseU64("+7")).toBe(7);
    expect(parseU64(`${"0".repeat(100)}7`)).toBe(7);
    expect(parseU64("0")).toBe(0);
    for (const text of [
      "",
      "+",
      "-0",
      "-1",
      "1.0",
      "1e3",
      " 1",
      "1 ",
      "++1",
      "0x1",
      "1_0",
      `${MAX_U64 + 1n}`,
    ])
      expect(parseU64(text), text).toBeUndefined();
    expect(parseU64("9".repeat(1_000_000))).toBeUndefined();
  });

  it("is written into JSON as the integer it is", () => {
    const value = { a: MAX_U64, b: [1, 2n ** 53n, null, "x"], c: undefined, d: { e: true } };
    expect(jsonText(value)).toBe(
      '{"a":18446744073709551615,"b":[1,9007199254740992,null,"x"],"d":{"e":true}}',
    );
    fc.assert(
      fc.property(fc.json(), (text) => jsonText(JSON.parse(text)) === JSON.stringify(JSON.parse(text))),
    );
  });
});

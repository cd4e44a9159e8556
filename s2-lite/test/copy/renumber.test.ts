import { describe, expect, it } from "vitest";
import { isCopyOf, renumber, trimPointOf } from "../../src/copy/renumber.js";
import type { SequencedRecord } from "../../src/stream/records.js";

const u64 = (value: bigint) => {
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(value);
  return body;
};
const command = (seqNum: number, op: string, body: Buffer): SequencedRecord => ({
  seqNum,
  timestamp: 5,
  headers: [{ name: Buffer.alloc(0), value: Buffer.from(op) }],
  body,
});
const trim = (seqNum: number, before: bigint) => command(seqNum, "trim", u64(before));
const record = (seqNum: number, text: string): SequencedRecord => ({
  seqNum,
  timestamp: 5,
  headers: [{ name: Buffer.from("k"), value: Buffer.from("v") }],
  body: Buffer.from(text),
});

describe("a record on the other side", () => {
  it("is what it was, under another number", () => {
    const before = record(500, "hello");
    expect(renumber(before, 100)).toEqual({ timestamp: 5, headers: before.headers, body: before.body });
  });

  it("names what it trims by its new number, and nothing where that is gone", () => {
    expect(renumber(trim(600, 550n), 500).body).toEqual(u64(50n));
    expect(renumber(trim(600, 500n), 500).body).toEqual(u64(0n));
    expect(renumber(trim(600, 20n), 500).body).toEqual(u64(0n));
  });

  it("trims as far as before when that is all there is", () => {
    for (const all of [601n, 2n ** 53n - 1n, 2n ** 64n - 1n])
      expect(renumber(trim(600, all), 500).body).toEqual(u64(all));
  });

  it("is the same to the byte when its number is", () => {
    expect(renumber(trim(600, 20n), 0).body).toEqual(u64(20n));
  });

  it("is no trim for having its shape: a fence of eight bytes stays", () => {
    const fence = command(600, "fence", Buffer.from("12345678"));
    expect(renumber(fence, 500).body).toEqual(fence.body);
  });
});

describe("a copy", () => {
  it("is known by timestamp, headers and body", () => {
    const source = record(500, "hello");
    const copy = record(400, "hello");
    expect(isCopyOf(copy, source, 100)).toBe(true);
    expect(isCopyOf({ ...copy, timestamp: 6 }, source, 100)).toBe(false);
    expect(isCopyOf({ ...copy, body: Buffer.from("hallo") }, source, 100)).toBe(false);
    expect(isCopyOf({ ...copy, headers: [] }, source, 100)).toBe(false);
    const named = [{ name: Buffer.from("k"), value: Buffer.from("w") }];
    expect(isCopyOf({ ...copy, headers: named }, source, 100)).toBe(false);
    expect(isCopyOf(trim(100, 50n), trim(600, 550n), 500)).toBe(true);
    expect(isCopyOf(trim(100, 51n), trim(600, 550n), 500)).toBe(false);
  });
});

describe("a trim point", () => {
  it("is what a trim names, and never beyond itself", () => {
    expect(trimPointOf(trim(600, 550n))).toBe(550);
    expect(trimPointOf(trim(600, 2n ** 64n - 1n))).toBe(601);
    expect(trimPointOf(record(1, "x"))).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { type InputRecord, meteredBytes } from "../../src/stream/records.js";
import { decodeAppendInput, encodeAppendAck } from "../../src/wire/proto-append.js";
import { ProtoReader } from "../../src/wire/proto-reader.js";
import { decodeRecords, encodeReadBatch, encodeRecords, walkRecords } from "../../src/wire/proto-records.js";
import { MAX_U64, toU64, type U64 } from "../../src/wire/u64.js";
import { varintLength, writeVarint } from "../../src/wire/varint.js";
import { fields } from "../support/s2s.js";

const safe = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const u64 = fc.oneof(safe, fc.bigInt({ min: 0n, max: MAX_U64 }).map(toU64));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const record: fc.Arbitrary<InputRecord> = fc.record({
  timestamp: fc.option(u64, { nil: undefined }),
  headers: fc.array(fc.record({ name: bytes, value: bytes }), { maxLength: 4 }),
  body: bytes,
});

/** An encoder of AppendInput, written apart from the code under test. */
function encodeInput(records: readonly InputRecord[], match?: number, token?: string): Buffer {
  const varint = (value: U64) => {
    const out: number[] = [];
    let rest = BigInt(value);
    while (rest >= 128n) {
      out.push(Number(rest % 128n) | 128);
      rest /= 128n;
    }
    return Buffer.from([...out, Number(rest)]);
  };
  const block = (tag: number, content: Buffer) =>
    Buffer.concat([Buffer.from([tag]), varint(content.length), content]);
  return Buffer.concat([
    ...records.map((one) =>
      block(
        0x0a,
        Buffer.concat([
          one.timestamp === undefined
            ? Buffer.alloc(0)
            : Buffer.concat([Buffer.from([0x08]), varint(one.timestamp)]),
          ...one.headers.map((header) =>
            block(0x12, Buffer.concat([block(0x0a, header.name), block(0x12, header.value)])),
          ),
          block(0x1a, one.body),
        ]),
      ),
    ),
    match === undefined ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x10]), varint(match)]),
    token === undefined ? Buffer.alloc(0) : block(0x1a, Buffer.from(token)),
  ]);
}

describe("varints", () => {
  it("round-trip with the length foretold", () => {
    fc.assert(
      fc.property(safe, (value) => {
        const target = Buffer.alloc(12);
        const end = writeVarint(target, value, 1);
        expect(end - 1).toBe(varintLength(value));
        const reader = new ProtoReader(target, 1, end);
        expect(reader.varint()).toBe(value);
        expect(reader.done).toBe(true);
      }),
    );
  });

  it("above 2^53 are rounded, never wrapped", () => {
    const max = Buffer.from([...Array<number>(9).fill(0xff), 0x01]);
    expect(new ProtoReader(max).varint()).toBe(2 ** 64);
  });
});

describe("AppendInput", () => {
  it("is decoded as encoded, presence included", () => {
    const match = fc.option(safe, { nil: undefined });
    const token = fc.option(fc.string({ maxLength: 36 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 5 }), match, token, (records, matchSeqNum, fencingToken) => {
        const decoded = decodeAppendInput(encodeInput(records, matchSeqNum, fencingToken));
        expect(decoded).toEqual({ records, matchSeqNum, fencingToken });
      }),
    );
  });

  it("skips unknown fields of every wire type", () => {
    const unknown = Buffer.from([
      0x78, 0x05, 0x7a, 0x01, 0xaa, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 0x7d, 1, 2, 3, 4,
    ]);
    const decoded = decodeAppendInput(Buffer.concat([unknown, encodeInput([], 7)]));
    expect(decoded.matchSeqNum).toBe(7);
  });

  it("skips groups, however they are nested, up to a depth", () => {
    const groups = (depth: number) =>
      Buffer.from([...Array<number>(depth).fill(0x7b), ...Array<number>(depth).fill(0x7c)]);
    for (const depth of [1, 2, 100])
      expect(decodeAppendInput(Buffer.concat([groups(depth), encodeInput([], 7)])).matchSeqNum).toBe(7);
    expect(() => decodeAppendInput(groups(1_000_000))).toThrow("nested too deep");
    expect(() => decodeAppendInput(Buffer.from([0x7b, 0x74]))).toThrow("did not begin");
    expect(() => decodeAppendInput(Buffer.from([0x7b]))).toThrow("cut off");
    expect(() => decodeAppendInput(Buffer.from([0x7c]))).toThrow("wire type");
  });

  it("has fields of their own type, with numbers from 1, and integers up to 2^64 - 1", () => {
    expect(() => decodeAppendInput(Buffer.from([0x08, 0x01]))).toThrow("another type");
    expect(() => decodeAppendInput(Buffer.from([0x12, 0x01, 0x31]))).toThrow("another type");
    expect(() => decodeAppendInput(Buffer.from([0x0a, 0x02, 0x18, 0x01]))).toThrow("another type");
    expect(() => decodeAppendInput(Buffer.from([0x00, 0x00]))).toThrow("no valid number");
    expect(() => decodeAppendInput(Buffer.from([0x80, 0x80, 0x80, 0x80, 0x10, 0x00]))).toThrow(
      "no valid number",
    );
    const nines = Array<number>(9).fill(0xff);
    expect(decodeAppendInput(Buffer.from([0x10, ...nines, 0x01])).matchSeqNum).toBe(2 ** 64);
    expect(() => decodeAppendInput(Buffer.from([0x10, ...nines, 0x02]))).toThrow("larger than a u64");
    expect(() => decodeAppendInput(Buffer.from([0x10, ...nines, 0xff, 0x00]))).toThrow("larger than a u64");
  });

  it("that is cut off or not UTF-8 is bad_proto, never anything else", () => {
    const whole = encodeInput([{ timestamp: 5, headers: [], body: Buffer.from("body") }], 3, "token");
    for (let end = 1; end < whole.length; end++) {
      try {
        decodeAppendInput(whole.subarray(0, end));
      } catch (error) {
        expect(error).toBeInstanceOf(S2LiteError);
        expect((error as S2LiteError).code).toBe("bad_proto");
      }
    }
    expect(() => decodeAppendInput(Buffer.from([0x1a, 0x01, 0xff]))).toThrow("not UTF-8");
    expect(() => decodeAppendInput(Buffer.from([0x0b]))).toThrow(S2LiteError);
  });

  it("of any bytes decodes or is bad_proto", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        try {
          decodeAppendInput(Buffer.from(noise));
        } catch (error) {
          expect((error as S2LiteError).code).toBe("bad_proto");
        }
      }),
    );
  });
});

describe("stored records", () => {
  it("are decoded as encoded, with their numbers and timestamps", () => {
    const input = fc.array(fc.tuple(record, u64), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(input, fc.integer({ min: 0, max: 2 ** 40 }), fc.nat(40), (pairs, first, reserve) => {
        const records = pairs.map(([one]) => one);
        const timestamps = pairs.map(([, timestamp]) => timestamp);
        const run = encodeRecords(records, first, timestamps, reserve).subarray(reserve);
        const expected = records.map(({ headers, body }, index) => ({
          seqNum: first + index,
          timestamp: timestamps[index],
          headers,
          body,
        }));
        expect(decodeRecords(run)).toEqual(expected);
        const spans: unknown[] = [];
        let end = 0;
        walkRecords(run, (span) => {
          expect(span.start).toBe(end);
          end = span.end;
          spans.push([span.seqNum, span.timestamp, span.metered]);
          return true;
        });
        expect(end).toBe(run.length);
        expect(spans).toEqual(expected.map((one) => [one.seqNum, one.timestamp, meteredBytes(one)]));
      }),
    );
  });
});

describe("answers", () => {
  it("always have the three positions of an ack, zero ones as empty messages", () => {
    const zero = { seqNum: 0, timestamp: 0 };
    const ack = encodeAppendAck({ start: zero, end: { seqNum: 1, timestamp: 300 }, tail: zero });
    const found = fields(ack);
    expect([...found.keys()]).toEqual([1, 2, 3]);
    expect(found.get(1)?.[0]).toEqual(Buffer.alloc(0));
    expect(found.get(2)?.[0]).toEqual(Buffer.from([0x08, 1, 0x10, 0xac, 0x02]));
  });

  it("leave out a tail that is not known, and an empty batch is no bytes", () => {
    expect(encodeReadBatch([], undefined)).toHaveLength(0);
    expect(encodeReadBatch([], { seqNum: 0, timestamp: 0 })).toEqual(Buffer.from([0x12, 0]));
  });
});

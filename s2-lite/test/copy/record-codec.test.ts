import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeReadBatch, encodeAppendInput } from "../../src/copy/record-codec.js";
import { decodeAppendInput } from "../../src/wire/proto-append.js";
import { encodeReadBatch, encodeRecords } from "../../src/wire/proto-records.js";

const bytes = fc.uint8Array({ maxLength: 200 }).map((part) => Buffer.from(part));
const timestamps = fc.oneof(
  fc.nat(),
  fc.bigInt({ min: BigInt(Number.MAX_SAFE_INTEGER) + 1n, max: 2n ** 64n - 1n }),
);
const records = fc.array(
  fc.record({
    timestamp: timestamps,
    headers: fc.array(fc.record({ name: bytes, value: bytes }), { maxLength: 3 }),
    body: bytes,
  }),
  { maxLength: 20 },
);

describe("what a copy sends", () => {
  it("is what the server reads, whatever the records hold", () => {
    fc.assert(
      fc.property(records, fc.nat(), (some, at) => {
        expect(decodeAppendInput(encodeAppendInput(some, at))).toEqual({
          records: some,
          matchSeqNum: at,
          fencingToken: undefined,
        });
      }),
    );
  });
});

describe("what a copy reads", () => {
  it("is what the server sends, with the tail and without", () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.boolean(), (some, first, withTail) => {
        const stamps = some.map(({ timestamp }) => timestamp);
        const run = encodeRecords(some, first, stamps, 0);
        const tail = withTail ? { seqNum: first + some.length, timestamp: 7 } : undefined;
        const expected = some.map((record, index) => ({ ...record, seqNum: first + index }));
        expect(decodeReadBatch(encodeReadBatch([run], tail))).toEqual(expected);
      }),
    );
  });

  it("is refused when it is cut off", () => {
    const run = encodeRecords([{ timestamp: 1, headers: [], body: Buffer.from("hello") }], 0, [1], 0);
    expect(() => decodeReadBatch(run.subarray(0, -1))).toThrow();
  });
});

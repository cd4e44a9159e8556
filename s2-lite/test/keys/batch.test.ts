import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32, crc32Plain } from "../../src/checksum.js";
import { S2LiteError } from "../../src/errors.js";
import {
  BATCH_HEADER_BYTES,
  type Batch,
  decodeBatchRow,
  encodeBatchKey,
  sealBatchRow,
} from "../../src/keys/batch.js";

function sealed(seqNum: number, facts: Omit<Batch, "run" | "seqNum">, run: Buffer): [Buffer, Buffer] {
  const key = encodeBatchKey(5, seqNum);
  const row = Buffer.concat([Buffer.alloc(BATCH_HEADER_BYTES), run]);
  sealBatchRow(key, row, facts);
  return [key, row];
}

const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("a batch's row", () => {
  it("round-trips", () => {
    fc.assert(
      fc.property(
        safe,
        u32,
        safe,
        safe,
        u32,
        safe,
        safe,
        fc.uint8Array(),
        (seqNum, count, firstTimestamp, lastTimestamp, metered, writtenAtMs, expiresAtMs, run) => {
          const facts = { count, firstTimestamp, lastTimestamp, metered, writtenAtMs, expiresAtMs };
          const [key, row] = sealed(seqNum, facts, Buffer.from(run));
          expect(decodeBatchRow(key, row)).toEqual({ ...facts, seqNum, run: Buffer.from(run) });
        },
      ),
    );
  });

  it("is refused when a byte changed, when it is cut, and under another key", () => {
    const facts = {
      count: 1,
      firstTimestamp: 2,
      lastTimestamp: 3,
      metered: 4,
      writtenAtMs: 5,
      expiresAtMs: 6,
    };
    const [key, row] = sealed(9, facts, Buffer.from("records"));
    for (let at = 0; at < row.length; at++) {
      const damaged = Buffer.from(row);
      damaged[at] = (damaged[at] ?? 0) ^ 0x01;
      expect(() => decodeBatchRow(key, damaged), `byte ${at}`).toThrow(S2LiteError);
    }
    expect(() => decodeBatchRow(key, row.subarray(0, row.length - 1))).toThrow(S2LiteError);
    expect(() => decodeBatchRow(key, row.subarray(0, 10))).toThrow(S2LiteError);
    expect(() => decodeBatchRow(encodeBatchKey(5, 10), row)).toThrow(S2LiteError);
  });
});

describe("the checksum", () => {
  it("is the same without Node's own", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
        expect(crc32Plain(b, crc32Plain(a))).toBe(crc32(b, crc32(a)));
      }),
    );
    expect(crc32Plain(Buffer.from("123456789"))).toBe(0xcbf43926);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitPiece, takeFrom } from "../../src/stream/budget.js";
import { decodeRecords } from "../../src/wire/proto-records.js";
import { makeBatch } from "../support/batches.js";

const sizes = fc.array(fc.record({ step: fc.nat(3), bodyBytes: fc.nat(40) }), {
  minLength: 1,
  maxLength: 12,
});
const limit = (max: number) => fc.option(fc.integer({ min: 1, max }), { nil: Number.POSITIVE_INFINITY });

function build(steps: readonly { step: number; bodyBytes: number }[], first: number) {
  let timestamp = 100;
  const records = steps.map(({ step, bodyBytes }) => {
    timestamp += step;
    return { timestamp, bodyBytes };
  });
  return { records, batch: makeBatch(1, first, records).batch };
}

describe("a budget", () => {
  it("takes what a plain loop over the records takes", () => {
    const untilAt = fc.option(fc.integer({ min: 95, max: 140 }), { nil: Number.POSITIVE_INFINITY });
    fc.assert(
      fc.property(sizes, fc.nat(15), limit(14), limit(400), untilAt, (steps, skip, count, bytes, until) => {
        const first = 20;
        const { records, batch } = build(steps, first);
        const from = first + skip - 2;
        const expected: number[] = [];
        let left = { count, bytes };
        let over = false;
        records.forEach(({ timestamp, bodyBytes }, index) => {
          if (first + index < from || over) return;
          const metered = 8 + bodyBytes;
          if (left.count === 0 || metered > left.bytes || timestamp >= until) over = true;
          else {
            expected.push(first + index);
            left = { count: left.count - 1, bytes: left.bytes - metered };
          }
        });
        const budget = { count, bytes, until };
        const { piece, ended } = takeFrom(batch, from, budget);
        const taken = piece === undefined ? [] : decodeRecords(piece.run).map((one) => one.seqNum);
        expect(taken).toEqual(expected);
        expect(ended).toBe(over || left.count === 0 || left.bytes === 0);
        expect({ count: budget.count, bytes: budget.bytes }).toEqual(left);
        if (piece !== undefined) {
          expect(piece.lastSeqNum).toBe(expected.at(-1));
          expect(piece.count).toBe(expected.length);
        }
      }),
    );
  });

  it("of the exact bytes takes all and ends; a byte less leaves the last record", () => {
    const { batch } = build(
      [
        { step: 0, bodyBytes: 2 },
        { step: 0, bodyBytes: 2 },
      ],
      0,
    );
    const exact = takeFrom(batch, 0, { count: 9, bytes: 20, until: 1_000 });
    expect([exact.piece?.count, exact.ended]).toEqual([2, true]);
    const less = takeFrom(batch, 0, { count: 9, bytes: 19, until: 1_000 });
    expect([less.piece?.count, less.ended]).toEqual([1, true]);
  });
});

describe("a large piece", () => {
  it("is split at records, in order, with nothing lost", () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 200 }), (steps, target) => {
        const { batch } = build(steps, 5);
        const { piece } = takeFrom(batch, 0, {
          count: Number.POSITIVE_INFINITY,
          bytes: Number.POSITIVE_INFINITY,
          until: Number.POSITIVE_INFINITY,
        });
        if (piece === undefined) throw new Error("nothing taken");
        const parts = splitPiece(piece, target);
        expect(Buffer.concat(parts.map((part) => part.run))).toEqual(piece.run);
        for (const part of parts) {
          const decoded = decodeRecords(part.run);
          expect(decoded.length).toBe(part.count);
          expect(decoded.at(-1)?.seqNum).toBe(part.lastSeqNum);
          expect(decoded.at(-1)?.timestamp).toBe(part.lastTimestamp);
        }
        expect(parts.reduce((sum, part) => sum + part.metered, 0)).toBe(piece.metered);
      }),
    );
  });
});

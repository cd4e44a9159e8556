import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LmdbStore } from "../../src/store/lmdb-store.js";
import { batchAtOrBefore, lastBatch, readBatches, seqNumAtTimestamp } from "../../src/stream/batches.js";
import { makeBatch } from "../support/batches.js";

const dir = mkdtempSync(join(tmpdir(), "s2-lite-"));
let store: LmdbStore;
let nextId = 1;

beforeAll(() => {
  store = LmdbStore.open(dir);
});
afterAll(async () => {
  await store.close();
  rmSync(dir, { recursive: true });
});

const shape = fc.array(fc.array(fc.nat(2), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 8 });

/** Stores a stream: one list of timestamp steps per batch. Neighbouring streams exist on both sides. */
async function fill(steps: readonly (readonly number[])[]): Promise<{ id: number; timestamps: number[] }> {
  const id = nextId + 1;
  nextId += 3;
  const timestamps: number[] = [];
  let latest = 10;
  const writes = steps.map((batchSteps) => {
    const first = timestamps.length;
    const records = batchSteps.map((step) => {
      latest += step;
      timestamps.push(latest);
      return { timestamp: latest, bodyBytes: 3 };
    });
    return makeBatch(id, first, records).write;
  });
  const neighbours = [id - 1, id + 1].map(
    (other) => makeBatch(other, 0, [{ timestamp: 11, bodyBytes: 1 }]).write,
  );
  await store.commit([...writes, ...neighbours]);
  return { id, timestamps };
}

describe("stored batches", () => {
  it("are found by any number within them", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (steps) => {
        const { id, timestamps } = await fill(steps);
        const tail = timestamps.length;
        for (let seqNum = 0; seqNum < tail; seqNum++) {
          const batch = batchAtOrBefore(store, id, seqNum);
          expect(batch?.seqNum).toBeLessThanOrEqual(seqNum);
          expect((batch?.seqNum ?? 0) + (batch?.count ?? 0)).toBeGreaterThan(seqNum);
          const read = readBatches(store, id, seqNum, tail, 1_000_000);
          expect(read[0]?.seqNum).toBe(batch?.seqNum);
          expect(read.at(-1)?.seqNum).toBe(lastBatch(store, id)?.seqNum);
          expect(readBatches(store, id, seqNum, tail, 1)).toHaveLength(
            1 + Number(read[0]?.seqNum !== seqNum && read.length > 1),
          );
        }
        expect(readBatches(store, id, tail, tail, 1_000)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it("are found by timestamp as by a plain search", async () => {
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(6), async (steps, floorAt) => {
        const { id, timestamps } = await fill(steps);
        const tail = timestamps.length;
        const floor = Math.min(floorAt, tail);
        for (let timestamp = 8; timestamp <= (timestamps.at(-1) ?? 0) + 2; timestamp++) {
          const found = timestamps.findIndex((one, seqNum) => seqNum >= floor && one >= timestamp);
          const expected = found < 0 ? tail : found;
          expect(seqNumAtTimestamp(store, id, timestamp, floor, tail)).toBe(expected);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("are found by timestamp also when the first ones are trimmed, and one that is missing is an error", async () => {
    const { id } = await fill([[0], [5], [5], [5]]);
    const { write } = makeBatch(id, 0, [{ timestamp: 1, bodyBytes: 1 }]);
    await store.commit([{ key: write.key, value: undefined }]);
    expect(seqNumAtTimestamp(store, id, 0, 1, 4)).toBe(1);
    expect(seqNumAtTimestamp(store, id, 16, 1, 4)).toBe(2);
    expect(seqNumAtTimestamp(store, id, 26, 1, 4)).toBe(4);
    expect(() => seqNumAtTimestamp(store, id, 0, 0, 4)).toThrow("records 0 to 0 are missing");
  });

  it("that are missing are an error wherever a read meets the hole", async () => {
    const { id } = await fill([[0], [5, 1], [5], [5]]);
    const { write } = makeBatch(id, 1, [{ timestamp: 1, bodyBytes: 1 }]);
    await store.commit([{ key: write.key, value: undefined }]);
    const read = (from: number, to: number) => readBatches(store, id, from, to, 1_000).length;
    expect(read(0, 1)).toBe(1);
    expect(read(3, 5)).toBe(2);
    for (const from of [0, 1, 2]) expect(() => read(from, 5)).toThrow("missing");
    expect(() => read(0, 2)).toThrow("records 1 to 1 are missing");
    expect(() => read(3, 6)).toThrow("records 5 to 5 are missing");
    expect(readBatches(store, id, 0, 5, 1)).toHaveLength(1); // as far as it was asked for
  });

  it("of a stream that has none are not its neighbours'", async () => {
    const { id } = await fill([[1]]);
    const empty = id + 100_000;
    expect(lastBatch(store, empty)).toBeUndefined();
    expect(seqNumAtTimestamp(store, empty, 0, 0, 0)).toBe(0);
  });
});

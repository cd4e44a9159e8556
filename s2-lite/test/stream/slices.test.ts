import { describe, expect, it } from "vitest";
import { DELETE_SLICE_ROWS, MIN_DELETE_SLICE_ROWS } from "../../src/limits.js";
import type { Write } from "../../src/store/lmdb-store.js";
import { Slices } from "../../src/stream/slices.js";

const rowsOf = (count: number): Write[] =>
  Array.from({ length: count }, () => ({ key: Buffer.alloc(1), value: undefined }));

/** Counts the rows being written at once. Writes are over when they are let go. */
class Storage {
  rows = 0;
  most = 0;
  #waiting: (() => void)[] = [];

  readonly write = async (writes: readonly Write[]): Promise<void> => {
    this.rows += writes.length;
    this.most = Math.max(this.most, this.rows);
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      setImmediate(() => {
        for (const go of this.#waiting) go();
        this.#waiting = [];
      });
    });
    this.rows -= writes.length;
  };
}

describe("slices", () => {
  it("write no more rows at once than one slice has, whoever deletes them", async () => {
    const slices = new Slices();
    const storage = new Storage();
    const deleteAll = async (count: number) => {
      let left = count;
      const take = (rows: number) => {
        const taken = Math.min(rows, left);
        left -= taken;
        return rowsOf(taken);
      };
      while (await slices.run(take, storage.write));
      expect(left).toBe(0);
    };
    await Promise.all([
      deleteAll(5_000),
      deleteAll(3_500),
      ...Array.from({ length: 300 }, () => deleteAll(7)),
    ]);
    expect(storage.most).toBeGreaterThan(7);
    expect(storage.most).toBeLessThanOrEqual(DELETE_SLICE_ROWS);
  });

  it("let many small deletions share one", async () => {
    const slices = new Slices();
    const storage = new Storage();
    await Promise.all(Array.from({ length: 50 }, () => slices.run(() => rowsOf(2), storage.write)));
    expect(storage.most).toBe(100);
  });

  it("go on after one that failed, in preparing or in writing", async () => {
    const slices = new Slices();
    const storage = new Storage();
    const failing = [
      slices.run(() => {
        throw new Error("damaged");
      }, storage.write),
      slices.run(
        () => rowsOf(3),
        () => Promise.reject(new Error("full")),
      ),
    ];
    const after = slices.run(() => rowsOf(3), storage.write);
    expect((await Promise.allSettled(failing)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await after).toBe(false);
  });

  it("become smaller when they take long, down to a bound", async () => {
    const slices = new Slices();
    const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 25));
    const rows: number[] = [];
    for (let round = 0; round < 5; round++)
      await slices.run((most) => {
        rows.push(most);
        return rowsOf(1);
      }, slow);
    expect(rows[0]).toBe(DELETE_SLICE_ROWS);
    expect(rows.at(-1)).toBe(MIN_DELETE_SLICE_ROWS);
  });
});

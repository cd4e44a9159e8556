import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Activity, addActivity, emptyActivity, MAX_ACTIVITY_BINS } from "../../src/protocol/index.js";

const START_MS = 1_767_225_600_000;
const sum = (activity: Activity): number => activity.counts.reduce((total, count) => total + count, 0);
const adds = fc.array(
  fc.tuple(
    fc.oneof(
      fc.integer({ min: -5_000, max: 24 * 3_600_000 }),
      fc.constantFrom(0, 999, 1_000, 255_999, 256_000, 511_999, 512_000),
    ),
    fc.nat(1000),
  ),
  { maxLength: 60 },
);

describe("activity", () => {
  it("loses no event, whatever the order they come in", () => {
    fc.assert(
      fc.property(adds, (entries) => {
        let activity = emptyActivity(START_MS);
        for (const [offset, count] of entries) activity = addActivity(activity, START_MS + offset, count);
        expect(sum(activity)).toBe(entries.reduce((total, [, count]) => total + count, 0));
      }),
    );
  });

  it("says the same whatever the order they come in", () => {
    fc.assert(
      fc.property(adds, (entries) => {
        const run = (list: typeof entries): Activity => {
          let activity = emptyActivity(START_MS);
          for (const [offset, count] of list) activity = addActivity(activity, START_MS + offset, count);
          return activity;
        };
        expect(run([...entries].reverse())).toEqual(run(entries));
      }),
    );
  });

  it("never has more bins than its limit, and its bins only grow wider, by doubling", () => {
    fc.assert(
      fc.property(adds, (entries) => {
        let activity = emptyActivity(START_MS);
        for (const [offset, count] of entries) {
          const next = addActivity(activity, START_MS + offset, count);
          expect(next.counts.length).toBeLessThanOrEqual(MAX_ACTIVITY_BINS);
          expect(next.binMs).toBeGreaterThanOrEqual(activity.binMs);
          expect(Number.isInteger(Math.log2(next.binMs / 1000))).toBe(true);
          activity = next;
        }
      }),
    );
  });

  it("uses its last bin, and doubles one millisecond later", () => {
    const last = addActivity(emptyActivity(0), MAX_ACTIVITY_BINS * 1000 - 1, 1);
    expect([last.binMs, last.counts.length]).toEqual([1000, MAX_ACTIVITY_BINS]);
    const over = addActivity(emptyActivity(0), MAX_ACTIVITY_BINS * 1000, 1);
    expect([over.binMs, over.counts.length]).toEqual([2000, MAX_ACTIVITY_BINS / 2 + 1]);
  });

  it("leaves the activity it was given alone", () => {
    const first = addActivity(emptyActivity(0), 0, 1);
    addActivity(first, 999_999_999, 5);
    expect(first).toEqual({ startMs: 0, binMs: 1000, counts: [1] });
  });

  it("ends for any time, also for what is none", () => {
    for (const atMs of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1e300]) {
      const activity = addActivity(emptyActivity(START_MS), atMs, 3);
      expect(sum(activity)).toBe(3);
      expect(activity.counts.length).toBeLessThanOrEqual(MAX_ACTIVITY_BINS);
    }
  });
});

import { describe, expect, it } from "vitest";
import { dueMs, tickOf } from "../../src/capture/rate.js";

const at = (tickMs: number, notBeforeMs = Number.NEGATIVE_INFINITY) => ({ tickMs, notBeforeMs });

describe("the pace", () => {
  it("is never, at 0", () => {
    expect(dueMs(at(1_000), 0)).toBe(Number.POSITIVE_INFINITY);
    expect(dueMs(at(Number.NEGATIVE_INFINITY), 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("that is raised holds from the last capture on, so that one that is long ago is followed at once", () => {
    expect(dueMs(at(1_000), 1)).toBe(2_000);
    expect(dueMs(at(1_000), 10)).toBe(1_100);
  });

  it("waits for debts to be paid", () => {
    expect(dueMs(at(1_000, 5_000), 10)).toBe(5_000);
  });

  it("holds on average, though each capture is a little late", () => {
    let ticks = at(0);
    let captures = 0;
    for (let now = 0; now < 10_000; captures++) {
      now = dueMs(ticks, 10) + 13;
      ticks = at(tickOf(ticks, 10, now));
    }
    expect(captures).toBe(100);
  });

  it("skips ticks that were missed, and never captures them one after the other", () => {
    const late = at(tickOf(at(0), 10, 1_000));
    expect(dueMs(late, 10)).toBeGreaterThanOrEqual(1_050);
    const next = at(tickOf(late, 10, dueMs(late, 10)));
    expect(dueMs(next, 10)).toBeGreaterThanOrEqual(1_150);
  });
});

import { describe, expect, it } from "vitest";
import { DRAWN_MS } from "../../src/capture/limits.js";
import { dueMs, type Ticks, tickOf } from "../../src/capture/rate.js";

const NEVER = Number.NEGATIVE_INFINITY;
const at = (tickMs: number, notBeforeMs = NEVER): Ticks => ({ tickMs, notBeforeMs, actedMs: tickMs });

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

  it("does not keep waiting what is drawn after a while in which nothing was", () => {
    const idle = { ...at(10_000), actedMs: 4_000, drawnMs: 10_200 };
    expect(dueMs(idle, 1)).toBe(10_200 + DRAWN_MS);
    expect(dueMs({ ...idle, notBeforeMs: 12_000 }, 1)).toBe(12_000);
    expect(dueMs(idle, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it("is never exceeded, however often it is drawn", () => {
    let ticks = at(0);
    let captures = 0;
    for (let now = 0; now < 10_000; captures++) {
      ticks = { ...ticks, drawnMs: now + (captures % 7) * 9 };
      now = dueMs(ticks, 10) + 3;
      ticks = { ...at(tickOf(ticks, 10, now)), actedMs: now };
    }
    expect(captures).toBeLessThanOrEqual(101);
    expect(captures).toBeGreaterThan(90);
  });
});

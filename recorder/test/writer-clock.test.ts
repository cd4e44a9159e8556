import { describe, expect, it } from "vitest";
import { CLOCK_RISES } from "../src/limits.js";
import { CLOCK_TOLERANCE_MS } from "../src/protocol/index.js";
import { firstClock, frameOffset, nextClock, settled } from "../src/writer-clock.js";
import { upTo } from "./support/reading.js";

const HOUR_MS = 3_600_000;

describe("a writer's clock", () => {
  it("is the session's unless it differs by more than the tolerance", () => {
    expect(firstClock(undefined, 123).offsetMs).toBe(123);
    expect(firstClock(1_000, 1_000 + CLOCK_TOLERANCE_MS).offsetMs).toBe(1_000);
    expect(firstClock(1_000, 1_000 - CLOCK_TOLERANCE_MS).offsetMs).toBe(1_000);
    expect(firstClock(1_000, 1_000 + CLOCK_TOLERANCE_MS + 1).offsetMs).toBe(3_001);
    expect(firstClock(0, -HOUR_MS).offsetMs).toBe(-HOUR_MS);
  });

  it("is set forward at once, and not by a little", () => {
    expect(nextClock(settled(0), -CLOCK_TOLERANCE_MS).offsetMs).toBe(0);
    expect(nextClock(settled(0), -CLOCK_TOLERANCE_MS - 1).offsetMs).toBe(-2_001);
  });

  it("is set back only when several uploads in a row say so, to the lowest of them", () => {
    const once = nextClock(settled(0), HOUR_MS);
    expect(once.offsetMs).toBe(0);
    // One upload that was merely slow is forgotten.
    expect(nextClock(once, 10)).toEqual(settled(0));
    let clock = settled(0);
    for (const rise of upTo(CLOCK_RISES - 1)) clock = nextClock(clock, HOUR_MS + 500 - rise * 100);
    expect(clock.offsetMs).toBe(0);
    expect(nextClock(clock, HOUR_MS + 900).offsetMs).toBe(HOUR_MS + 500 - (CLOCK_RISES - 2) * 100);
  });

  it("never places a frame after its arrival", () => {
    expect(frameOffset(settled(0), 1_000, 5_000)).toBe(0);
    expect(frameOffset(settled(0), 9_000, 5_000)).toBe(-4_000);
    expect(frameOffset(settled(0), 4_999.5, 5_000)).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { decideClose } from "../../src/life/decide-close.js";

const limits = { idleLimitMs: 1_000, sessionLimitMs: 10_000 };
const times = { startMs: 0, lastMs: 5_000, inputMs: 5_000 };

describe("the idle clock", () => {
  it("closes at the limit after the last input and not a millisecond before", () => {
    expect(decideClose(times, limits, 5_999)).toBeUndefined();
    expect(decideClose(times, limits, 6_000)).toBe("idle");
  });

  it("is not held up by frames without input", () => {
    expect(decideClose({ ...times, lastMs: 6_000 }, limits, 6_000)).toBe("idle");
  });

  it("counts from the start of a session nobody has touched", () => {
    expect(decideClose({ startMs: 100, lastMs: 5_000 }, limits, 1_099)).toBeUndefined();
    expect(decideClose({ startMs: 100, lastMs: 5_000 }, limits, 1_100)).toBe("idle");
  });

  it("believes no input after the newest event, and none before the start", () => {
    expect(decideClose({ ...times, inputMs: 1e15 }, limits, 5_999)).toBeUndefined();
    expect(decideClose({ ...times, inputMs: 1e15 }, limits, 6_000)).toBe("idle");
    expect(decideClose({ startMs: 5_000, lastMs: 5_000, inputMs: 0 }, limits, 5_999)).toBeUndefined();
  });

  it("closes at the longest a session may last, however busy it is", () => {
    const busy = { startMs: 0, lastMs: 10_000, inputMs: 10_000 };
    expect(decideClose(busy, limits, 9_999)).toBeUndefined();
    expect(decideClose(busy, limits, 10_000)).toBe("limit");
  });
});

import { describe, expect, it } from "vitest";
import { decideClose } from "../../src/life/decide-close.js";
import { CATCH_UP_MS } from "../../src/limits.js";

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

  it("judges what comes late by its own times while it comes, and by the server's when nothing more does", () => {
    const late = { startMs: 0, lastMs: 500, inputMs: 400, heardMs: 10_000 };
    expect(decideClose(late, limits, 10_899)).toBeUndefined();
    expect(decideClose(late, limits, 10_900)).toBe("idle");
    const long = { idleLimitMs: CATCH_UP_MS * 10, sessionLimitMs: CATCH_UP_MS * 10 };
    const waiting = { ...late, heardMs: CATCH_UP_MS * 11 };
    expect(decideClose(waiting, long, CATCH_UP_MS * 12 - 1)).toBeUndefined();
    expect(decideClose(waiting, long, CATCH_UP_MS * 12)).toBe("limit");
  });

  it("lets nothing come late for ever", () => {
    const late = { startMs: 0, lastMs: 500, inputMs: 400, heardMs: 20_000 };
    expect(decideClose(late, { ...limits, idleLimitMs: 5_000 }, 19_999)).toBeUndefined();
    expect(decideClose(late, { ...limits, idleLimitMs: 5_000 }, 20_000)).toBe("limit");
  });

  it("closes at the longest a session may last, however busy it is", () => {
    const busy = { startMs: 0, lastMs: 10_000, inputMs: 10_000 };
    expect(decideClose(busy, limits, 9_999)).toBeUndefined();
    expect(decideClose(busy, limits, 10_000)).toBe("limit");
  });
});

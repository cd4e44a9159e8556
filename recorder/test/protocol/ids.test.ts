import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createSessionId,
  isProjectId,
  isSessionId,
  isWindowId,
  isWriterId,
  MAX_TIME_MS,
  ProtocolError,
  parseProjectId,
  parseSessionId,
  sessionStartMs,
} from "../../src/protocol/index.js";

const timeMs = fc.integer({ min: 0, max: MAX_TIME_MS });
const random = fc.uint8Array({ minLength: 10, maxLength: 16 });

describe("a session's id", () => {
  it("holds its start", () => {
    fc.assert(
      fc.property(timeMs, random, (nowMs, bytes) => sessionStartMs(createSessionId(nowMs, bytes)) === nowMs),
    );
    expect(sessionStartMs(createSessionId(0, new Uint8Array(10)))).toBe(0);
    expect(sessionStartMs(createSessionId(1234.9, new Uint8Array(10)))).toBe(1234);
  });

  it("is a UUIDv7 whose 74 other bits are all the random ones", () => {
    const zeros = createSessionId(MAX_TIME_MS, new Uint8Array(10));
    const ones = createSessionId(MAX_TIME_MS, new Uint8Array(10).fill(255));
    expect(zeros).toBe("ffffffff-ffff-7000-8000-000000000000");
    expect(ones).toBe("ffffffff-ffff-7fff-bfff-ffffffffffff");
    for (let bit = 0; bit < 80; bit++) {
      const bytes = new Uint8Array(10);
      bytes[bit >> 3] = 128 >> (bit & 7);
      const fixed = bit < 4 || bit === 16 || bit === 17;
      expect(createSessionId(MAX_TIME_MS, bytes) === zeros).toBe(fixed);
    }
  });

  it("sorts as its time", () => {
    fc.assert(
      fc.property(timeMs, timeMs, random, random, (a, b, x, y) => {
        if (a === b) return true;
        return createSessionId(a, x) < createSessionId(b, y) === a < b;
      }),
    );
  });

  it("is not made for a time it cannot hold", () => {
    for (const nowMs of [-1, -0.5, MAX_TIME_MS + 1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => createSessionId(nowMs, new Uint8Array(10))).toThrow(ProtocolError);
    }
  });

  it.each([
    "019b76da-a800-4abc-8def-0123456789ab",
    "019b76da-a800-7abc-cdef-0123456789ab",
    "019B76DA-A800-7ABC-8DEF-0123456789AB",
    "019b76daa8007abc8def0123456789ab",
    "019b76da-a800-7abc-8def-0123456789ab\n",
    " 019b76da-a800-7abc-8def-0123456789ab",
    "019b76da-a800-7abc-8def-0123456789abc",
    "../../../../etc/passwd",
    "",
    7,
    null,
    ["019b76da-a800-7abc-8def-0123456789ab"],
  ])("is not %j", (value) => {
    expect(isSessionId(value)).toBe(false);
    expect(() => parseSessionId(value)).toThrow(ProtocolError);
  });
});

describe("a project's id", () => {
  it.each(["a", "7", "shop-1", "a--b", "a".repeat(32)])("may be %j", (value) => {
    expect(parseProjectId(value)).toBe(value);
  });

  it.each(["", "-a", "a-", "A", "a_b", "a/b", "a.b", "a b", "ä", "a\n", "a".repeat(33), null, 7, ["a"]])(
    "is not %j",
    (value) => {
      expect(isProjectId(value)).toBe(false);
      expect(() => parseProjectId(value)).toThrow(ProtocolError);
    },
  );
});

describe("a window's and a writer's id", () => {
  it.each(["abcdefgh", "A-_09xyz", "a".repeat(32)])("may be %j", (value) => {
    expect(isWindowId(value) && isWriterId(value)).toBe(true);
  });

  it.each(["", "abcdefg", "a".repeat(33), "abcdefg/", "abcdefg\n", "abcdefgé", 12345678, null, ["abcdefgh"]])(
    "is not %j",
    (value) => {
      expect(isWindowId(value) || isWriterId(value)).toBe(false);
    },
  );
});

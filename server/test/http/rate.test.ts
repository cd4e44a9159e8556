import { describe, expect, it } from "vitest";
import { HttpError } from "../../src/http/http-error.js";
import { TokenBuckets } from "../../src/http/rate.js";

describe("token buckets", () => {
  it("let a burst through and not one more, then as many as time brings", () => {
    const buckets = new TokenBuckets({ perSecond: 10, burst: 3 });
    expect([1, 2, 3].map(() => buckets.take("a", 1, 0))).toEqual([0, 0, 0]);
    expect(buckets.take("a", 1, 0)).toBe(100);
    expect(buckets.take("a", 1, 99)).toBeGreaterThan(0);
    expect(buckets.take("a", 1, 100)).toBe(0);
    expect(buckets.take("a", 1, 100)).toBeGreaterThan(0);
  });

  it("know keys apart", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1 });
    expect(buckets.take("a", 1, 0)).toBe(0);
    expect(buckets.take("b", 1, 0)).toBe(0);
    expect(buckets.take("a", 1, 0)).toBeGreaterThan(0);
  });

  it("never fill past the burst, and survive a clock that goes back", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 2 });
    expect(buckets.take("a", 2, 1_000_000)).toBe(0);
    expect(buckets.take("a", 1, 0)).toBeGreaterThan(0);
    expect(buckets.take("a", 2, 10_000_000)).toBe(0);
    expect(buckets.take("a", 1, 10_000_000)).toBeGreaterThan(0);
  });

  it("remember so many keys and not one more", () => {
    const buckets = new TokenBuckets({ perSecond: 1, burst: 1, maxKeys: 2 });
    for (const key of ["a", "b"]) buckets.take(key, 1, 0);
    expect(buckets.take("b", 1, 0)).toBeGreaterThan(0);
    buckets.take("c", 1, 0);
    expect(buckets.take("b", 1, 0)).toBeGreaterThan(0);
    expect(buckets.take("a", 1, 0)).toBe(0);
  });

  it("refuse with when to try again", () => {
    const buckets = new TokenBuckets({ perSecond: 0.5, burst: 1 });
    buckets.require("a", 1, 0);
    try {
      buckets.require("a", 1, 0);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(HttpError);
      expect(error).toMatchObject({ code: "rate_limited", detail: { retryAfterSeconds: 2 } });
    }
  });
});

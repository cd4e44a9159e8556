import { describe, expect, it } from "vitest";
import { S2LiteError } from "../../src/errors.js";
import { HEALTH_PROBE_MS } from "../../src/limits.js";
import { StoreHealth } from "../../src/metrics/store-health.js";

const failed = {
  durationMs: 1,
  error: new S2LiteError("other", "the write failed", { cause: new Error("no space\nat line 1") }),
};
const done = { durationMs: 1, error: undefined };

describe("the health of a store", () => {
  it("is what its last commit says, with the cause in words", () => {
    const health = new StoreHealth(() => undefined);
    expect(health.failure()).toBeUndefined();
    health.committed(failed);
    expect(health.failure()).toBe("the write failed: no space");
    health.committed(done);
    expect(health.failure()).toBeUndefined();
  });

  it("is found out again by a write of its own while it is bad, at most one a second", () => {
    let nowMs = 0;
    let probes = 0;
    const health = new StoreHealth(
      () => probes++,
      () => nowMs,
    );
    health.failure();
    expect(probes).toBe(0);
    health.committed(failed);
    for (let turn = 0; turn < 3; turn++) health.failure();
    expect(probes).toBe(1);
    nowMs += HEALTH_PROBE_MS;
    health.failure();
    expect(probes).toBe(2);
  });
});

import { describe, expect, it } from "vitest";
import { EMBEDDED_CRASHES, EMBEDDED_RESTARTS } from "../../src/limits.js";
import { isCrash, whyDead } from "../../src/s2/store-end.js";

const first = { signal: "SIGKILL", crashes: 0, restarts: 0 };

describe("an embedded S2 that ended", () => {
  it("is started again when somebody ended it, until it ends too often", () => {
    for (const signal of ["SIGKILL", "SIGTERM", null]) {
      expect(whyDead({ ...first, signal })).toBeUndefined();
      expect(whyDead({ ...first, signal, crashes: 9, restarts: EMBEDDED_RESTARTS - 1 })).toBeUndefined();
      expect(whyDead({ ...first, signal, restarts: EMBEDDED_RESTARTS })).toMatch(/^it ended 6 times/);
    }
  });

  it("is started again after one crash, however long ago, and not after a second", () => {
    const signal = "SIGBUS";
    expect(whyDead({ ...first, signal, crashes: EMBEDDED_CRASHES - 1 })).toBeUndefined();
    expect(whyDead({ ...first, signal, crashes: EMBEDDED_CRASHES })).toMatch(
      /^it crashed 2 times, .* SIGBUS/,
    );
  });

  it("crashed by a signal of its own making, and not by one from outside", () => {
    expect(["SIGBUS", "SIGSEGV", "SIGABRT", "SIGILL"].map(isCrash)).toEqual([true, true, true, true]);
    expect(["SIGKILL", "SIGTERM", "SIGHUP", null].map(isCrash)).toEqual([false, false, false, false]);
  });
});

import { describe, expect, it } from "vitest";
import { FAILURE_KEPT_MS, KEPT_MS, KEPT_UNFINISHED_MS, MAX_FAILURES } from "../../src/export/limits.js";
import { expired, nextOf, type PlannedExport } from "../../src/export/plan.js";

const planned = (id: string, change: Partial<PlannedExport> = {}): PlannedExport => ({
  id,
  state: "queued",
  askedMs: 0,
  onClose: false,
  failedMs: 0,
  video: undefined,
  ...change,
});
const ready = (id: string, bytes: number, madeMs: number, whole = true): PlannedExport =>
  planned(id, { state: "ready", video: { bytes, madeMs, whole } });

describe("which video is made next", () => {
  it("is what somebody asked for first, and then what a policy wants", () => {
    const exports = [
      planned("policy", { onClose: true, askedMs: 1 }),
      planned("later", { askedMs: 3 }),
      planned("first", { askedMs: 2 }),
      planned("running", { state: "running", askedMs: 0 }),
    ];
    expect(nextOf(exports)?.id).toBe("first");
    expect(nextOf(exports.filter(({ onClose }) => onClose))?.id).toBe("policy");
    expect(nextOf([])).toBeUndefined();
  });
});

describe("which videos leave", () => {
  it("are those past their time, one of a session that went on sooner", () => {
    const exports = [ready("old", 1, 0), ready("unfinished", 1, KEPT_MS - KEPT_UNFINISHED_MS, false)];
    expect(expired(exports, 100, KEPT_MS)).toEqual(["old", "unfinished"]);
    expect(expired(exports, 100, KEPT_MS - 1)).toEqual([]);
  });

  it("are the oldest until the rest fits, but never the newest", () => {
    const exports = [ready("first", 60, 1), ready("third", 50, 3), ready("second", 50, 2)];
    expect(expired(exports, 100, 4)).toEqual(["first"]);
    expect(expired(exports, 99, 4)).toEqual(["second", "first"]);
    expect(expired(exports, 1, 4)).toEqual(["second", "first"]);
  });

  it("and failures after a while, or when there are more than are remembered", () => {
    const failed = Array.from({ length: MAX_FAILURES + 1 }, (_, index) =>
      planned(`failed-${index}`, { state: "failed", failedMs: index }),
    );
    expect(expired(failed, 1, 0)).toEqual(["failed-0"]);
    expect(expired(failed.slice(0, 2), 1, FAILURE_KEPT_MS)).toEqual(["failed-0"]);
  });
});

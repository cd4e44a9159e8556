import type { ProjectId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import {
  FAILURE_KEPT_MS,
  KEEP_FREE_BYTES,
  KEPT_MS,
  KEPT_UNFINISHED_MS,
  LONG_JOB_MS,
  MAX_FAILURES,
  MAX_WAITING,
  MAX_WAITING_ON_CLOSE,
  MAX_WAITING_PROJECTS,
} from "../../src/export/limits.js";
import { expired, mayWait, nextOf, type PlannedExport, roomFor } from "../../src/export/plan.js";

const planned = (id: string, change: Partial<PlannedExport> = {}): PlannedExport => ({
  id,
  project: "default" as ProjectId,
  state: "queued",
  askedMs: 0,
  onClose: false,
  begunMs: 0,
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
    expect(nextOf(exports, [], 0)?.id).toBe("first");
    expect(
      nextOf(
        exports.filter(({ onClose }) => onClose),
        [],
        0,
      )?.id,
    ).toBe("policy");
    expect(nextOf([], [], 0)).toBeUndefined();
  });

  it("is of the project whose turn was the longest ago, however much others have asked for before", () => {
    const [one, two, three] = ["one", "two", "three"] as ProjectId[];
    if (one === undefined || two === undefined || three === undefined) throw new Error("three projects");
    const exports = [
      planned("one-made", { project: one, state: "ready", begunMs: 30 }),
      planned("one-first", { project: one, askedMs: 1 }),
      planned("one-second", { project: one, askedMs: 2 }),
      planned("two-made", { project: two, state: "failed", begunMs: 20 }),
      planned("two-first", { project: two, askedMs: 40 }),
    ];
    expect(nextOf(exports, [], 50)?.id).toBe("two-first");
    expect(nextOf([...exports, planned("three-first", { project: three, askedMs: 45 })], [], 50)?.id).toBe(
      "three-first",
    );
    expect(nextOf(exports.slice(0, 4), [], 50)?.id).toBe("one-first");
  });

  it("is none while another is made, unless that has run for long or is one that nobody asked for", () => {
    const asked = [planned("asked")];
    const policy = [planned("policy", { onClose: true })];
    const running = { onClose: false, begunMs: 1_000 };
    expect(nextOf(asked, [running], 1_000 + LONG_JOB_MS - 1)).toBeUndefined();
    expect(nextOf(asked, [running], 1_000 + LONG_JOB_MS)?.id).toBe("asked");
    expect(nextOf(policy, [running], 1_000 + LONG_JOB_MS)).toBeUndefined();
    expect(nextOf(asked, [{ ...running, onClose: true }], 1_000)?.id).toBe("asked");
    expect(nextOf(asked, [running, running], 1_000 + LONG_JOB_MS)).toBeUndefined();
  });
});

describe("how many may wait", () => {
  const waiting = (count: number, projects: number, onClose: boolean): PlannedExport[] =>
    Array.from({ length: count }, (_, index) =>
      planned(`${index}`, { project: `project-${index % projects}` as ProjectId, onClose }),
    );

  it("is bounded for each project, and in all, counted apart from what policies want", () => {
    for (const [most, onClose] of [
      [MAX_WAITING, false],
      [MAX_WAITING_ON_CLOSE, true],
    ] as const) {
      const own = { project: "project-0" as ProjectId, onClose };
      const other = { project: "another" as ProjectId, onClose };
      expect(mayWait(waiting(most - 1, 1, onClose), own)).toBe(true);
      expect(mayWait(waiting(most, 1, onClose), own)).toBe(false);
      expect(mayWait(waiting(most, 1, !onClose), own)).toBe(true);
      expect(mayWait(waiting(most, 1, onClose), other)).toBe(true);
      expect(mayWait(waiting(most * MAX_WAITING_PROJECTS, 8, onClose), other)).toBe(false);
    }
  });
});

describe("how much room videos have", () => {
  it("is what is configured, and less where the disk is nearly full", () => {
    const kept = [ready("one", 600, 1), ready("two", 400, 2), planned("three")];
    expect(roomFor(kept, 5_000, Number.POSITIVE_INFINITY)).toBe(5_000);
    expect(roomFor(kept, 5_000, KEEP_FREE_BYTES + 200)).toBe(1_200);
    expect(roomFor(kept, 5_000, KEEP_FREE_BYTES - 300)).toBe(700);
    expect(roomFor(kept, 5_000, 0)).toBe(0);
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

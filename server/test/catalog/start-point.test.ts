import type { LateRun, OpenedRecord, SessionId, WindowId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { MAX_LATE_READS } from "../../src/catalog/limits.js";
import { type CheckoutRow, emptyRow } from "../../src/catalog/session-row.js";
import { startPoint } from "../../src/catalog/start-point.js";
import { PROJECT } from "./support/frames.js";

const A = "window-a" as WindowId;
const B = "window-b" as WindowId;
const OPENED: OpenedRecord = {
  project: PROJECT,
  sessionId: "01a32b3c-4d5e-7000-8000-000000000001" as SessionId,
  openedMs: 0,
  offsetMs: 0,
  client: { sdk: "test/1" },
};
const checkout = (window: WindowId, seqNum: number, atMs: number): CheckoutRow => ({
  window,
  seqNum,
  atMs,
  late: false,
});
const row = (windows: readonly [WindowId, number, number][], lateRuns: readonly LateRun[] = []) => ({
  ...emptyRow(OPENED),
  lateRuns,
  windows: windows.map(([window, firstMs, lastMs]) => ({ window, firstMs, lastMs, events: 1 })),
});
const late = (fromSeqNum: number, firstMs: number, lastMs: number): LateRun => ({
  window: B,
  fromSeqNum,
  toSeqNum: fromSeqNum + 2,
  firstMs,
  lastMs,
});

describe("playback at a time", () => {
  it("starts at the earliest of the checkouts of the windows that were there", () => {
    const two = row([
      [A, 0, 100_000],
      [B, 20_000, 100_000],
    ]);
    expect(startPoint(two, [checkout(A, 9, 40_000), checkout(B, 5, 30_000)], 50_000)?.fromSeqNum).toBe(5);
  });

  it("leaves out a window that was gone for longer than the lease, and one that was yet to come", () => {
    const gone = row([
      [A, 0, 10_000],
      [B, 0, 900_000],
    ]);
    const checkouts = [checkout(A, 2, 0), checkout(B, 9, 100_000)];
    expect(startPoint(gone, checkouts, 160_000)?.fromSeqNum).toBe(2);
    expect(startPoint(gone, checkouts, 160_001)?.fromSeqNum).toBe(9);
  });

  it("cannot tell whether a window with an old checkout had left and come back: the stream is asked", () => {
    const two = row([
      [A, 0, 900_000],
      [B, 0, 900_000],
    ]);
    expect(startPoint(two, [checkout(A, 2, 0), checkout(B, 9, 400_000)], 410_000)).toBeUndefined();
    // At the end it can: a window that had left was last seen before.
    expect(startPoint(two, [checkout(A, 2, 0), checkout(B, 9, 400_000)], 900_000)?.fromSeqNum).toBe(2);
    // One alone is the session's only flow, whenever its checkout was.
    expect(startPoint(row([[A, 0, 900_000]]), [checkout(A, 2, 0)], 800_000)?.fromSeqNum).toBe(2);
  });

  it("starts at the newest checkout when nobody was there, and at the first frame when there is none", () => {
    expect(startPoint(row([[A, 0, 10]]), [checkout(A, 2, 0), checkout(B, 7, 9)], 900_000)?.fromSeqNum).toBe(
      7,
    );
    expect(startPoint(row([[A, 0, 10]]), [], 5)).toEqual({ fromSeqNum: 2, late: [] });
  });

  it("needs the late runs that overlap what is played, the nearest ones", () => {
    const one = (runs: readonly LateRun[]) =>
      startPoint(row([[A, 0, 90_000]], runs), [checkout(A, 5, 20_000)], 50_000);
    const runs = [
      late(30, 10_000, 19_999),
      late(40, 10_000, 20_000),
      late(50, 50_000, 60_000),
      late(60, 50_001, 60_000),
    ];
    expect(one(runs)?.late.map((run) => run.fromSeqNum)).toEqual([40, 50]);
    const many = Array.from({ length: MAX_LATE_READS + 1 }, (_, index) =>
      late(100 + index * 2, 20_000, 30_000 + index),
    );
    const kept = one(many)?.late.map((run) => run.fromSeqNum);
    expect(kept).toHaveLength(MAX_LATE_READS);
    expect(kept).not.toContain(100);
  });
});

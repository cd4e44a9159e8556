import {
  addActivity,
  type Checkout,
  type Envelope,
  emptyActivity,
  type Fact,
  type OpenedRecord,
  type PlacedFact,
  type SessionId,
  type Summary,
  type WindowId,
} from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { foldFact } from "../../src/catalog/fold-fact.js";
import { type FoldedFrame, foldFrame } from "../../src/catalog/fold-frame.js";
import { foldSummary } from "../../src/catalog/fold-summary.js";
import { frameClock } from "../../src/catalog/frame-clock.js";
import { MAX_CHECKOUTS, MAX_FACTS, MAX_ROW_WINDOWS, MAX_TICKS } from "../../src/catalog/limits.js";
import { statusOf } from "../../src/catalog/session-item.js";
import { emptyRow, type SessionRow } from "../../src/catalog/session-row.js";
import { frame, PROJECT, WINDOW } from "./support/frames.js";

const START = 1_800_000_000_000;
const OPENED: OpenedRecord = {
  project: PROJECT,
  sessionId: "01a32b3c-4d5e-7000-8000-000000000001" as SessionId,
  openedMs: START,
  offsetMs: 0,
  client: { sdk: "test/1", url: "https://a.example/in", title: "In" },
};
const empty = emptyRow(OPENED);

const folded = (
  seqNum: number,
  over: Partial<Envelope> & { readonly offsetMs?: number } = {},
): FoldedFrame => {
  const { offsetMs = 0, ...envelope } = over;
  return {
    seqNum,
    offsetMs,
    nextSeqNum: seqNum + 1,
    size: 100,
    envelope: { ...frame({ number: 0, firstMs: START + 1 }).envelope, ...envelope },
  };
};
const at = (ms: number): { firstMs: number; lastMs: number } => ({ firstMs: START + ms, lastMs: START + ms });
const foldAll = (frames: readonly FoldedFrame[], from = empty): SessionRow =>
  frames.reduce((row, each) => foldFrame(row, each).row, from);

describe("a frame's clock", () => {
  it("adds the frame's offset, and pulls what is impossible to the bound", () => {
    const clock = frameClock({ firstMs: START - 3_600_000, lastMs: START - 3_599_000 }, 3_600_500, START);
    expect([clock.firstMs, clock.lastMs]).toEqual([START + 500, START + 1_500]);
    expect(clock.at(START - 3_599_500)).toBe(START + 1_000);
    expect(clock.at(0)).toBe(START);
    expect(clock.at(START * 2)).toBe(START + 1_500);
    const early = frameClock({ firstMs: 5, lastMs: 6 }, 0, START);
    expect([early.firstMs, early.lastMs]).toEqual([START, START]);
  });
});

describe("a row", () => {
  it("goes on by a frame: counts, times, windows, where it was read to", () => {
    const row = foldAll([
      folded(2, { ...at(10), lastMs: START + 20, events: 3, inputMs: START + 15 }),
      folded(3, { ...at(900), events: 2, window: "window-b" as WindowId }),
      folded(4, { ...at(2_500), events: 0, kind: "beat" }),
    ]);
    expect(row).toMatchObject({
      readTo: 5,
      lastMs: START + 900,
      seenMs: START + 2_500,
      inputMs: START + 15,
      counts: { events: 5, bytes: 300 },
      activity: { counts: [5] },
      windows: [
        { window: WINDOW, firstMs: START + 10, lastMs: START + 2_500, events: 3 },
        { window: "window-b", firstMs: START + 900, lastMs: START + 900, events: 2 },
      ],
    });
  });

  it("takes the user and the page from the newest fact that says them, in whatever order they come", () => {
    const facts: readonly Fact[] = [
      { type: "identify", atMs: START + 5, text: "late", detail: { name: "L" } },
      { type: "identify", atMs: START + 3, text: "early" },
      { type: "navigation", atMs: START + 9, text: "https://a.example/b" },
      { type: "navigation", atMs: START + 8, text: "https://a.example/a", detail: { title: "A" } },
    ];
    const row = facts.reduce(foldFact, empty);
    expect(row.user).toEqual({ id: "late", name: "L" });
    expect(row.page).toEqual({ url: "https://a.example/b", title: "" });
    expect(row.counts.pages).toBe(2);
    expect(foldFact(row, { type: "identify", atMs: START + 10, text: "" }).user).toBeNull();
    expect(empty.page).toEqual({ url: "https://a.example/in", title: "In" });
  });

  it("finds late frames by what had been seen when they came, and flags their checkouts", () => {
    const first = foldFrame(empty, folded(2, { ...at(10_000), checkout: true }));
    expect(first.checkout).toMatchObject({ seqNum: 2, late: false });
    const edge = foldFrame(first.row, folded(3, { ...at(5_000), checkout: true }));
    expect(edge.checkout?.late).toBe(false);
    const late = foldFrame(first.row, folded(3, { ...at(4_999), checkout: true }));
    expect(late.checkout?.late).toBe(true);
    expect(late.row.lateRuns).toEqual([
      { window: WINDOW, fromSeqNum: 3, toSeqNum: 4, firstMs: START + 4_999, lastMs: START + 4_999 },
    ]);
    expect(late.row.seenMs).toBe(START + 10_000);
    expect(foldFrame(first.row, folded(3, { ...at(1), kind: "beat", events: 0 })).row.lateRuns).toEqual([]);
  });

  it("keeps as many facts, checkouts, windows and ticks as it may, and counts the others", () => {
    const full = { ...empty, facts: MAX_FACTS - 1, checkouts: MAX_CHECKOUTS - 1 };
    const errors = [1, 2].map((ms): Fact => ({ type: "error", atMs: START + ms, text: "e" }));
    const last = foldFrame(full, folded(2, { checkout: true, facts: errors }));
    expect(last.facts).toHaveLength(1);
    expect(last.row).toMatchObject({
      facts: MAX_FACTS,
      factsCut: 1,
      checkouts: MAX_CHECKOUTS,
      checkoutsCut: 0,
    });
    expect(last.row.counts.errors).toBe(2);
    const past = foldFrame(last.row, folded(3, { checkout: true, facts: errors }));
    expect(past.checkout).toBeUndefined();
    expect(past.row).toMatchObject({ factsCut: 3, checkoutsCut: 1 });

    const windows = foldAll(
      Array.from({ length: MAX_ROW_WINDOWS + 1 }, (_, index) =>
        folded(index + 2, { ...at(index), window: `window-${index}` as WindowId }),
      ),
    ).windows;
    expect(windows).toHaveLength(MAX_ROW_WINDOWS);
    expect(windows.map((window) => window.window)).not.toContain("window-0");
  });

  it("keeps ticks that still show when there was trouble", () => {
    const burst = Array.from(
      { length: MAX_TICKS },
      (_, index): Fact => ({ type: "error", atMs: START + index, text: "" }),
    );
    const row = [{ type: "rage", atMs: START + 90_000, text: "" } as const, ...burst].reduce(foldFact, empty);
    expect(row.ticks).toHaveLength(MAX_TICKS);
    expect(row.ticks[0]).toEqual({ type: "error", atMs: START });
    expect(row.ticks.at(-1)).toEqual({ type: "rage", atMs: START + 90_000 });
    expect(row.counts).toMatchObject({ errors: MAX_TICKS, rages: 1 });
    expect([...row.ticks].sort((one, other) => one.atMs - other.atMs)).toEqual(row.ticks);
  });

  it("keeps facts as the database can give them back", () => {
    const text = "a\0b\ud800c\u{1F600}";
    const { facts } = foldFrame(empty, folded(2, { facts: [{ type: "click", atMs: START, text }] }));
    expect(facts[0]?.text).toBe("a\uFFFDb\uFFFDc\u{1F600}");
  });

  it("is live until nothing came for so long, and closed for good", () => {
    expect(statusOf(empty, START + 44_999)).toBe("live");
    expect(statusOf(empty, START + 45_000)).toBe("away");
    expect(statusOf({ ...empty, closed: { reason: "idle", closedMs: START } }, START)).toBe("closed");
  });
});

describe("a closed session's row", () => {
  const fact = (type: Fact["type"], ms: number): PlacedFact => ({
    type,
    atMs: START + ms,
    text: "t",
    seqNum: 2,
    window: WINDOW,
  });
  const summary = (over: Partial<Summary> = {}): Summary => ({
    opened: OPENED,
    totals: { frames: 1, events: 9, bytes: 90, firstMs: START, lastMs: START + 500, inputMs: START + 100 },
    windows: [{ window: WINDOW, firstMs: START, lastMs: START + 500, events: 9 }],
    checkouts: [],
    facts: [],
    factsCut: 0,
    lateRuns: [],
    activity: addActivity(emptyActivity(START), START, 9),
    lostEvents: 4,
    ...over,
  });
  const closed = { reason: "idle", closedMs: START + 9_000, summaryRecords: 1 } as const;

  it("comes from its summary alone", () => {
    const { row, facts } = foldSummary(
      summary({ facts: [fact("error", 1), fact("click", 9_999)] }),
      closed,
      7,
    );
    expect(row).toMatchObject({
      readTo: 7,
      closed: { reason: "idle", closedMs: START + 9_000 },
      lastMs: START + 500,
      inputMs: START + 100,
      counts: { events: 9, bytes: 90, errors: 1, clicks: 1, lostEvents: 4 },
      facts: 2,
    });
    expect(facts.map((each) => each.atMs)).toEqual([START + 1, START + 500]);
  });

  it("ends with its newest event, not with the beats of a tab that was left open", () => {
    const totals = { ...summary().totals, lastMs: START + 1_800_000 };
    const { row } = foldSummary(summary({ totals }), closed, 7);
    expect(row.lastMs).toBe(START + 2_000);
    expect(row.seenMs).toBe(START + 1_800_000);
  });

  it("counts the facts that were cut, where the summary says how many", () => {
    const cut = summary({ facts: [fact("error", 1)], factsCut: 4, factCounts: { error: 5 } });
    expect(foldSummary(cut, closed, 7).row).toMatchObject({ factsCut: 4, counts: { errors: 5, clicks: 0 } });
  });

  it("knows by their places which checkouts came late", () => {
    const checkouts: readonly Checkout[] = [2, 5, 6].map((seqNum) => ({
      seqNum,
      window: WINDOW,
      atMs: START,
    }));
    const lateRuns = [{ window: WINDOW, fromSeqNum: 5, toSeqNum: 6, firstMs: START, lastMs: START }];
    const made = foldSummary(summary({ checkouts, lateRuns }), closed, 9);
    expect(made.checkouts.map((checkout) => checkout.late)).toEqual([false, true, false]);
  });
});

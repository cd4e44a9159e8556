import { describe, expect, it } from "vitest";
import { HeldSummary } from "../src/held-summary.js";
import {
  MAX_SESSION_SUMMARY_BYTES,
  MAX_SUMMARY_CHECKOUTS,
  MAX_SUMMARY_FACT_BYTES,
  MAX_SUMMARY_WINDOWS,
} from "../src/limits.js";
import {
  createSessionId,
  decodeSummary,
  encodeSummary,
  type Fact,
  type Frame,
  type OpenedRecord,
  type WindowId,
} from "../src/protocol/index.js";
import { emptyState, type PlacedFrame } from "../src/session-state.js";
import { SummaryBudget, SummaryBuilder } from "../src/summary-builder.js";
import { frame } from "./support/frames.js";
import { upTo } from "./support/reading.js";
import { PROJECT } from "./support/s2.js";

const OPENED_MS = 1_700_000_000_000;
const opened: OpenedRecord = {
  project: PROJECT,
  sessionId: createSessionId(OPENED_MS, new Uint8Array(10)),
  openedMs: OPENED_MS,
  offsetMs: 0,
  client: { sdk: "test/1" },
};
const placed = (index: number, over: Partial<Frame> = {}): PlacedFrame => {
  const { envelope } = frame({ number: index, firstMs: OPENED_MS + index, ...over });
  return { envelope, size: 10, offsetMs: 0, seqNum: 2 + index, nextSeqNum: 3 + index };
};
const words = (bytes: number): Fact => ({ type: "custom", atMs: OPENED_MS, text: "x".repeat(bytes) });

describe("a summary", () => {
  it("lists so many windows and checkouts, and thins the checkouts beyond", () => {
    const builder = new SummaryBuilder(opened);
    for (const index of upTo(MAX_SUMMARY_CHECKOUTS + 1)) {
      builder.add(placed(index, { window: `window-${index}` as WindowId, checkout: true }));
    }
    const summary = builder.build(emptyState(OPENED_MS));
    expect(summary.windows.length).toBe(MAX_SUMMARY_WINDOWS);
    expect(summary.checkouts.length).toBe(MAX_SUMMARY_CHECKOUTS / 2 + 1);
    expect(summary.checkouts.slice(0, 3).map(({ seqNum }) => seqNum)).toEqual([2, 4, 6]);
  });

  it("cuts facts past their bytes, and counts them", () => {
    const builder = new SummaryBuilder(opened);
    const facts = upTo(100).map(() => words(992));
    const frames = Math.ceil(MAX_SUMMARY_FACT_BYTES / (100 * 1_024)) + 1;
    for (const index of upTo(frames)) builder.add(placed(index, { facts }));
    const summary = builder.build(emptyState(OPENED_MS));
    expect(summary.facts.length).toBe(MAX_SUMMARY_FACT_BYTES / 1_024);
    expect(summary.factsCut).toBe(frames * 100 - summary.facts.length);
    expect(summary.factCounts).toEqual({ custom: frames * 100 });
    expect(decodeSummary(encodeSummary(summary))).toEqual(summary);
  });

  it("is kept in memory up to a budget of the session and of all, and given back", () => {
    const facts = [words(1_000)];
    const state = emptyState(OPENED_MS);
    const budget = new SummaryBudget(3_000);
    const [one, two] = [new HeldSummary(budget, opened), new HeldSummary(budget, opened)];
    one.add(placed(0, { facts }));
    two.add(placed(0, { facts }));
    two.add(placed(1, { facts }));
    expect(two.build(state)).toBeUndefined();
    expect(one.build(state)).toBeDefined();
    one.add(placed(1, { facts }));
    expect(one.build(state)).toBeDefined();
    one.drop();
    const roomy = new HeldSummary(new SummaryBudget(Number.POSITIVE_INFINITY), opened);
    for (const index of upTo(Math.floor(MAX_SESSION_SUMMARY_BYTES / 1_032)))
      roomy.add(placed(index, { facts }));
    expect(roomy.build(state)).toBeDefined();
    roomy.add(placed(9_999, { facts }));
    expect(roomy.build(state)).toBeUndefined();
  });
});

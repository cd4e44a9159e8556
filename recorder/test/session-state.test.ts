import { describe, expect, it } from "vitest";
import {
  decodeState,
  encodeState,
  type Frame,
  LATE_AFTER_MS,
  MAX_WINDOWS,
  MAX_WRITERS,
  type SessionState,
  WINDOW_LEASE_MS,
  type WindowId,
  type WriterId,
} from "../src/protocol/index.js";
import { applyFrame, emptyState, writerOf } from "../src/session-state.js";
import { frame } from "./support/frames.js";
import { upTo } from "./support/reading.js";

const OPENED_MS = 1_700_000_000_000;

/** Applies frames one after the other, one record each, from seqNum 2. */
function after(frames: readonly Partial<Frame>[], from = emptyState(OPENED_MS)): SessionState {
  return frames.reduce<SessionState>((state, over, index) => {
    const { envelope } = frame({ number: index, firstMs: OPENED_MS, ...over });
    const seqNum = 2 + from.totals.frames + index;
    return applyFrame(state, { envelope, size: 10, offsetMs: 0, seqNum, nextSeqNum: seqNum + 1 }, OPENED_MS);
  }, from);
}

const win = (name: string | number): WindowId => `window-${name}` as WindowId;
const at = (ms: number): Pick<Frame, "firstMs" | "lastMs"> => ({
  firstMs: OPENED_MS + ms,
  lastMs: OPENED_MS + ms,
});

describe("a session's state", () => {
  it("knows each writer's last number, the latest first, and forgets the one beyond the limit", () => {
    const writers = upTo(MAX_WRITERS + 1).map((index) => `writer-${index}` as WriterId);
    const state = after(writers.map((writer) => ({ writer, number: 7 })));
    expect(state.writers.length).toBe(MAX_WRITERS);
    expect(state.writers[0]).toMatchObject({ writer: writers.at(-1), lastNumber: 7 });
    expect(writerOf(state, writers[0] as WriterId)).toBeUndefined();
    expect(writerOf(state, writers[1] as WriterId)).toBeDefined();
  });

  it("lets a window go after the lease, but never the last one with a checkout", () => {
    const two = after([
      { window: win("a"), checkout: true, ...at(0) },
      { window: win("b"), checkout: true, ...at(10) },
    ]);
    const inTime = after([{ window: win("b"), ...at(WINDOW_LEASE_MS) }], two);
    expect(inTime.windows.map(({ window }) => window)).toEqual([win("b"), win("a")]);
    const past = after([{ window: win("b"), ...at(WINDOW_LEASE_MS + 1) }], two);
    expect(past.windows.map(({ window }) => window)).toEqual([win("b")]);
    const alone = after([{ window: win("c"), ...at(WINDOW_LEASE_MS * 3) }], two);
    expect(alone.windows.map(({ window }) => window)).toEqual([win("b")]);
    const back = after([{ window: win("c"), checkout: true, ...at(WINDOW_LEASE_MS * 3) }], alone);
    expect(back.windows.map(({ window }) => window)).toEqual([win("c")]);
  });

  it("remembers the most recently seen windows up to the limit", () => {
    const state = after(upTo(MAX_WINDOWS + 1).map((index) => ({ window: win(index), checkout: true })));
    expect(state.windows.length).toBe(MAX_WINDOWS);
    expect(state.windows.at(-1)?.window).toBe(win(1));
  });

  it("keeps a newer checkout when an older one arrives late", () => {
    const state = after([
      { window: win("a"), checkout: true, ...at(20_000) },
      { window: win("a"), checkout: true, writer: "writer-z" as WriterId, ...at(10_000) },
    ]);
    expect(state.windows[0]).toMatchObject({ checkoutSeqNum: 2, checkoutMs: OPENED_MS + 20_000 });
  });

  it("calls late what begins clearly before the newest, and nothing that shows nothing", () => {
    const on = { window: win("a"), ...at(60_000) };
    const behind = (ms: number, over: Partial<Frame> = {}): Partial<Frame> => ({
      window: win("b"),
      ...at(60_000 - ms),
      ...over,
    });
    expect(after([on, behind(LATE_AFTER_MS)]).lateRuns).toEqual([]);
    expect(after([on, behind(LATE_AFTER_MS + 1, { kind: "beat", events: 0 })]).lateRuns).toEqual([]);
    const late = after([on, behind(20_000), behind(10_000), on, behind(9_000)]);
    expect(late.lateRuns).toEqual([
      {
        window: win("b"),
        fromSeqNum: 3,
        toSeqNum: 5,
        firstMs: OPENED_MS + 40_000,
        lastMs: OPENED_MS + 50_000,
      },
      {
        window: win("b"),
        fromSeqNum: 6,
        toSeqNum: 7,
        firstMs: OPENED_MS + 51_000,
        lastMs: OPENED_MS + 51_000,
      },
    ]);
    // A session's only flow that went on after a pause has nothing before it that had gone on.
    expect(after([{ ...at(0) }, { ...at(50_000) }, { ...at(50_100) }]).lateRuns).toEqual([]);
  });

  it("takes the newest input for the idle clock, but none from the future", () => {
    const state = after([
      { ...at(1_000), inputMs: OPENED_MS + 900 },
      { ...at(2_000), inputMs: OPENED_MS + 99_000 },
      { ...at(3_000), inputMs: undefined },
    ]);
    expect(state.totals.inputMs).toBe(OPENED_MS + 2_000);
    expect(state.totals).toMatchObject({ frames: 3, events: 3, bytes: 30, lastMs: OPENED_MS + 3_000 });
  });

  it("survives its header", () => {
    const state = after(
      upTo(50).map((n) => ({ window: win(n % 5), checkout: n % 7 === 0, ...at((n * 7_919) % 60_000) })),
    );
    expect(decodeState(encodeState(state))).toEqual(state);
  });
});

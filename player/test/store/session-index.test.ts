import { addActivity, emptyActivity, type WindowId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { readStored } from "../../src/store/buffered-frame.js";
import { idleSpans } from "../../src/store/idle-spans.js";
import {
  IDLE_AFTER_MS,
  IDLE_LEAD_MS,
  MAX_FACTS,
  MAX_GAPS,
  MAX_INPUT_TIMES,
  SKIP_RATE_MAX,
  SKIP_RATE_MIN,
} from "../../src/store/limits.js";
import { followMs, skipAt } from "../../src/store/pace.js";
import { dueMs, readPlayEvents } from "../../src/store/play-event.js";
import { SessionIndex } from "../../src/store/session-index.js";
import { type FrameRequest, RecordedSession, START } from "../support/recorded-session.js";
import { moves, textChange } from "../support/synthetic.js";

function indexed(requests: readonly FrameRequest[], offsetMs = 0): SessionIndex {
  const session = new RecordedSession(START);
  session.offsetMs = offsetMs;
  const index = new SessionIndex(START);
  for (const request of requests) index.add(readStored(session.append(request)), undefined);
  return index;
}

const fact = (atMs: number) => ({ type: "click" as const, atMs, text: `at ${atMs}` });

describe("what is known of a session", () => {
  it("keeps facts in the order of time, each once, and says how many are beyond its limit", () => {
    const facts = Array.from({ length: MAX_FACTS + 1 }, (_, index) => fact(START + index));
    const requests = [];
    for (let from = 0; from < facts.length; from += 100) {
      requests.push({ kind: "beat" as const, firstMs: START, facts: facts.slice(from, from + 100) });
    }
    const index = indexed(requests.reverse());
    expect(index.facts).toHaveLength(MAX_FACTS);
    expect(index.factsCut).toBe(1);
    const times = index.facts.map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it("does not count what was listed already when its frames are read", () => {
    const session = new RecordedSession(START);
    const stored = session.append({ events: [textChange(START + 500, "x")], facts: [fact(START + 500)] });
    const index = new SessionIndex(START);
    index.learn(session.detail());
    index.add(readStored(stored), undefined);
    index.add(readStored(stored), undefined);
    expect(index.facts).toHaveLength(1);
    expect(index.activity.counts).toEqual([1]);
    index.add(readStored(session.append({ events: [textChange(START + 1_500, "y")] })), 0);
    expect(index.activity.counts).toEqual([1, 1]);
  });

  it("knows a fact again whose time the server pulled to its bound, and two alike of one frame apart", () => {
    const session = new RecordedSession(START);
    const early = fact(START - 40);
    const stored = session.append({ events: [textChange(START + 500, "x")], facts: [early, early] });
    const index = new SessionIndex(START);
    const detail = session.detail();
    index.learn({ ...detail, facts: detail.facts.map((listed) => ({ ...listed, atMs: START })) });
    index.add(readStored(stored), undefined);
    expect(index.facts.map(({ atMs }) => atMs)).toEqual([START, START]);
  });

  it("thins times of input past its limit, and still knows where input was", () => {
    const index = indexed(
      Array.from({ length: MAX_INPUT_TIMES + 1 }, (_, second) => ({
        kind: "beat" as const,
        firstMs: START + second,
        inputMs: START + second,
      })),
    );
    expect(index.inputs.length).toBeLessThanOrEqual(MAX_INPUT_TIMES);
    expect(index.inputsAround(START + 500, Number.POSITIVE_INFINITY).nextMs - START).toBeLessThanOrEqual(502);
  });

  it("shows a bounded number of gaps", () => {
    const index = indexed(
      Array.from({ length: MAX_GAPS + 1 }, (_, second) => ({
        firstMs: START + second,
        lost: { events: 1, bytes: 1, reason: "rate" as const, fromMs: START + second, toMs: START + second },
      })),
    );
    expect(index.gaps).toHaveLength(MAX_GAPS);
  });

  it("moves every time by its writer's offset", () => {
    const index = indexed(
      [
        {
          events: [textChange(START + 3_600_500, "x")],
          inputMs: START + 3_600_500,
          facts: [fact(START + 3_600_500)],
        },
      ],
      -3_600_000,
    );
    expect(index.lastMs).toBe(START + 500);
    expect(index.facts[0]?.atMs).toBe(START + 500);
    expect(index.inputs).toEqual([START + 500]);
  });

  it("says which window its user was in, by input; a window without any only where it was first", () => {
    const at = (window: string, ms: number, inputMs?: number): FrameRequest => ({
      window,
      writer: `writer-${window.slice(-4)}`,
      events: [textChange(START + ms, "x")],
      ...(inputMs === undefined ? {} : { inputMs: START + inputMs }),
    });
    const index = indexed([
      at("window-0001", 0),
      at("window-0001", 1_000, 1_000),
      at("window-0002", 2_000),
      at("window-0002", 2_500, 2_500),
      at("window-0001", 3_000, 1_000),
      at("window-0001", 4_000, 4_000),
    ]);
    const seen = [0, 1_500, 2_100, 3_500, 4_100].map((ms) => index.windowAt(START + ms));
    expect(seen).toEqual(
      ["0001", "0001", "0002", "0002", "0001"].map((name) => `window-${name}` as WindowId),
    );
    expect(new SessionIndex(START).windowAt(START)).toBeUndefined();
  });
});

describe("pace", () => {
  it("at the edge catches up without ever passing it", () => {
    expect(followMs(100, 100, 16)).toBe(100);
    expect(followMs(100, 90, 16)).toBe(100);
    expect(followMs(0, 50, 16)).toBe(16);
    expect(followMs(0, 10, 16)).toBe(10);
    expect(followMs(0, 1_200, 16)).toBe(160);
    let at = 0;
    let steps = 0;
    for (; at < 1_000; steps++) at = followMs(at, 1_000, 16);
    expect(steps * 16).toBeLessThan(500);
  });

  it("skips an idle stretch from a second after the last input to a second before the next", () => {
    const next = IDLE_AFTER_MS;
    expect(skipAt(IDLE_LEAD_MS, 0, next)).toEqual({ untilMs: next - IDLE_LEAD_MS, rate: SKIP_RATE_MIN });
    expect(skipAt(IDLE_LEAD_MS - 1, 0, next)).toBeUndefined();
    expect(skipAt(IDLE_LEAD_MS, 0, next - 1)).toBeUndefined();
    expect(skipAt(next - IDLE_LEAD_MS, 0, next)).toBeUndefined();
    expect(skipAt(2_000, 0, 86_400_000)?.rate).toBe(SKIP_RATE_MAX);
  });

  it("hatches stretches of ten seconds without anything, cut at each input", () => {
    let activity = emptyActivity(0);
    for (const second of [0, 1, 30, 31]) activity = addActivity(activity, second * 1_000, 3);
    const idle = (inputs: readonly number[]) => idleSpans(activity, 45_000, inputs);
    expect(idle([])).toEqual([
      { fromMs: 2_000, toMs: 30_000 },
      { fromMs: 32_000, toMs: 45_000 },
    ]);
    expect(idle([15_500])).toEqual([
      { fromMs: 2_000, toMs: 15_000 },
      { fromMs: 16_000, toMs: 30_000 },
      { fromMs: 32_000, toMs: 45_000 },
    ]);
    expect(idleSpans(activity, 41_999, [])).toHaveLength(1);
  });
});

describe("events", () => {
  it("begin to show where their first position is", () => {
    const [batch] = readPlayEvents([moves(1_000, 400)], 50).events;
    expect(batch?.timestamp).toBe(1_050);
    expect(batch && dueMs(batch)).toBe(650);
    const [text] = readPlayEvents([textChange(1_000, "x")], 0).events;
    expect(text && dueMs(text)).toBe(1_000);
  });

  it("that are none are left out and counted", () => {
    const entries = [
      null,
      5,
      {},
      { type: 3, timestamp: "x", data: {} },
      { type: 9, timestamp: 1, data: {} },
      { type: 3, timestamp: 1 },
      textChange(1, "x"),
    ];
    expect(readPlayEvents(entries, 0)).toMatchObject({ malformed: 6, events: [{ timestamp: 1 }] });
  });
});

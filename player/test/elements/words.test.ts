import { addActivity, emptyActivity, FACT_TYPES, type FactType } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { FACT_LOOKS, factWords } from "../../src/elements/fact-words.js";
import { clockTime, spanTime, spokenTime } from "../../src/elements/format-time.js";
import { actionOf, KEY_ACTIONS } from "../../src/elements/key-actions.js";
import { fit } from "../../src/elements/stage/fit.js";
import { BAR_PX, barHeights, barsPath, marksOf } from "../../src/elements/timeline/timeline-model.js";
import type { PlayerFact } from "../../src/store/index.js";

describe("times", () => {
  it.each([
    [0, "0:00", "0 s", "0 seconds"],
    [61_999, "1:01", "1 min 2 s", "1 minute 1 second"],
    [91_000, "1:31", "1 min 31 s", "1 minute 31 seconds"],
    [3_600_000, "1:00:00", "1 h", "1 hour"],
    [7_502_000, "2:05:02", "2 h 5 min", "2 hours 5 minutes 2 seconds"],
    [-5, "0:00", "0 s", "0 seconds"],
  ])("%d ms is %s, %s, %s", (ms, clock, span, spoken) => {
    expect([clockTime(ms), spanTime(ms), spokenTime(ms)]).toEqual([clock, span, spoken]);
  });
});

describe("keys", () => {
  const pressed = (key: string, more = {}) => ({
    key,
    shiftKey: false,
    altKey: false,
    ctrlKey: false,
    metaKey: false,
    ...more,
  });
  const context = { skipInactive: false, durationMs: 9_000 };

  it.each([
    [pressed(" "), { type: "toggle" }],
    [pressed("K"), { type: "toggle" }],
    [pressed("j"), { type: "step", byMs: -5_000 }],
    [pressed("ArrowRight"), { type: "step", byMs: 5_000 }],
    [pressed("ArrowRight", { shiftKey: true }), { type: "next-fact" }],
    [pressed("ArrowLeft", { shiftKey: true }), { type: "prev-fact" }],
    [pressed("<", { shiftKey: true }), { type: "rate-step", by: -1 }],
    [pressed(">", { shiftKey: true }), { type: "rate-step", by: 1 }],
    [pressed("s"), { type: "skip", skip: true }],
    [pressed("e"), { type: "live" }],
    [pressed("End"), { type: "seek", toMs: 9_000 }],
    [pressed("?", { shiftKey: true }), { type: "keys" }],
  ])("%o asks for %o", (key, asked) => {
    expect(actionOf(key)?.request(context)).toEqual(asked);
  });

  it("with Alt, Ctrl or Meta, and those nobody knows, are the browser's", () => {
    for (const key of [
      pressed("s", { ctrlKey: true }),
      pressed("e", { metaKey: true }),
      pressed("j", { altKey: true }),
      pressed("x"),
    ]) {
      expect(actionOf(key)).toBeUndefined();
    }
  });

  it("are all in the list, each with what it does", () => {
    expect(KEY_ACTIONS.every(({ caps, says }) => caps.length > 0 && says.length > 0)).toBe(true);
  });
});

describe("the timeline", () => {
  const fact = (type: FactType, atMs: number): PlayerFact => ({
    type,
    atMs,
    text: "x",
    seqNum: atMs,
    window: undefined,
  });

  it("has a bar for each stretch of time, the busiest the tallest", () => {
    let activity = emptyActivity(0);
    for (const [atMs, count] of [
      [500, 10],
      [1_500, 100],
      [9_500, 1],
    ] as const)
      activity = addActivity(activity, atMs, count);
    const heights = barHeights(activity, 10_000, 10);
    expect(heights[1]).toBe(1);
    expect(heights[0]).toBeGreaterThan(0);
    expect(heights[0]).toBeLessThan(0.5);
    expect(heights.slice(2, 9)).toEqual(Array(7).fill(0));
    expect(barsPath(heights, 30).match(/M/g)).toHaveLength(10);
    expect(barsPath(heights, 30)).toContain(`M${(9 * BAR_PX).toFixed(1)} 30`);
  });

  it("counts each event once, however the bars fall", () => {
    let activity = emptyActivity(0);
    for (let second = 0; second < 60; second++) activity = addActivity(activity, second * 1_000, 10);
    for (const bars of [7, 60, 133]) {
      const heights = barHeights(activity, 60_000, bars);
      expect(heights).toHaveLength(bars);
      expect(Math.min(...heights)).toBeGreaterThan(0.9);
    }
  });

  it("marks on one spot are one: the weightiest, with how many there are", () => {
    const facts = [
      fact("click", 1_000),
      fact("error", 1_050),
      fact("click", 1_080),
      fact("navigation", 5_000),
    ];
    const marks = marksOf(facts, 0, 10_000, 0.01);
    expect(marks.map(({ fact: { type }, count }) => [type, count])).toEqual([
      ["error", 3],
      ["navigation", 1],
    ]);
    expect(marksOf(facts, 0, 0, 0.01)).toEqual([]);
  });

  it("gives each kind of fact a shape and words of its own", () => {
    const shapes = FACT_TYPES.map((type) => FACT_LOOKS[type].shape.strings.join(""));
    expect(new Set(shapes).size).toBe(FACT_TYPES.length);
    expect(factWords(fact("click", 1))).toBe("Clicked x");
    expect(factWords({ ...fact("navigation", 1), detail: { title: "Checkout" } })).toBe("Went to Checkout");
  });
});

describe("the stage", () => {
  it.each([
    [[1_000, 500, 500, 500], { scale: 0.5, width: 500, height: 250 }],
    [[400, 800, 500, 400], { scale: 0.5, width: 200, height: 400 }],
    [[100, 100, 5_000, 5_000], { scale: 1.5, width: 150, height: 150 }],
    [[0, 100, 500, 500], { scale: 0, width: 0, height: 0 }],
    [[100, 100, 500, -1], { scale: 0, width: 0, height: 0 }],
  ] as const)("fits a page %o", (sizes, expected) => {
    expect(fit(sizes[0], sizes[1], sizes[2], sizes[3])).toEqual(expected);
  });
});

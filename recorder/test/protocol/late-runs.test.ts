import { describe, expect, it } from "vitest";
import { addLateRun, type LateRun, MAX_LATE_RUNS, type WindowId } from "../../src/protocol/index.js";

const run = (place: number, window = "a"): LateRun => ({
  window: window as WindowId,
  fromSeqNum: place * 10,
  toSeqNum: place * 10 + 5,
  firstMs: place,
  lastMs: place + 1,
});
const places = Array.from({ length: MAX_LATE_RUNS + 1 }, (_, place) => place);
const added = (runs: readonly LateRun[]): readonly LateRun[] =>
  runs.reduce<readonly LateRun[]>(addLateRun, []);

describe("late runs", () => {
  it("grow while a frame goes on from the newest one in its window", () => {
    const next = { ...run(0), fromSeqNum: 5, toSeqNum: 6, firstMs: 7, lastMs: 8 };
    expect(added([run(0), next])).toEqual([
      { window: "a", fromSeqNum: 0, toSeqNum: 6, firstMs: 0, lastMs: 8 },
    ]);
    expect(added([run(0), { ...next, fromSeqNum: 6 }])).toHaveLength(2);
    expect(added([run(0), { ...next, window: "b" as WindowId }])).toHaveLength(2);
  });

  it("are kept as they are up to the limit", () => {
    const runs = places.slice(1).map((place) => run(place));
    expect(added(runs)).toEqual(runs);
  });

  it("past the limit join the oldest with the next of its window, and miss nothing", () => {
    const runs = places.map((place) => run(place, place % 2 === 0 ? "even" : "odd"));
    const kept = added(runs);
    expect(kept).toHaveLength(MAX_LATE_RUNS);
    expect(kept[0]).toEqual({ window: "even", fromSeqNum: 0, toSeqNum: 25, firstMs: 0, lastMs: 3 });
    expect(kept.slice(1)).toEqual(runs.filter((_, place) => place !== 0 && place !== 2));
  });

  it("past the limit join the two oldest where no two share a window", () => {
    const runs = places.map((place) => run(place, `w${place}`));
    const kept = added(runs);
    expect(kept[0]).toEqual({ window: "w0", fromSeqNum: 0, toSeqNum: 15, firstMs: 0, lastMs: 2 });
    expect(kept.slice(1)).toEqual(runs.slice(2));
  });
});

import { describe, expect, it } from "vitest";
import { decidePace, type PaceInput } from "../../src/recorder/pace.js";

const quiet: PaceInput = {
  nowMs: 100_000,
  inputMs: undefined,
  changeMs: undefined,
  watched: false,
  halted: false,
  room: true,
  ceilingFps: 10,
};

describe("how often to capture", () => {
  it.each<[string, Partial<PaceInput>, number]>([
    ["once a second when nothing ever happened", {}, 1],
    ["twice when something did in the last half minute", { changeMs: 90_000 }, 2],
    ["5 times while something changes", { changeMs: 99_000 }, 5],
    ["5 times while what an input caused may still come", { inputMs: 97_500 }, 5],
    ["at the ceiling while somebody acts", { inputMs: 99_500 }, 10],
    ["at the ceiling while somebody watches", { watched: true }, 10],
    ["at a high ceiling, too", { watched: true, ceilingFps: 30 }, 30],
    ["never above a low ceiling", { changeMs: 99_000, ceilingFps: 3 }, 3],
    ["not at all while halted", { watched: true, halted: true }, 0],
    ["not at all without room", { watched: true, room: false }, 0],
  ])("%s", (_what, more, fps) => {
    expect(decidePace({ ...quiet, ...more })).toBe(fps);
  });
});

import { describe, expect, it } from "vitest";
import { MAX_VIDEO_PIXELS, MAX_VIDEO_SIDE } from "../../../src/export/limits.js";
import { Arrangement, type Shown, visible } from "../../../src/export/video/arrangement.js";

const shown = (width: number, height: number, change: Partial<Shown> = {}): Shown => ({
  width,
  height,
  x: 0,
  y: 0,
  scale: 1,
  state: "shown",
  ...change,
});

describe("a video's size", () => {
  it("holds the largest of what is shown at any time, and is even", () => {
    const arrangement = new Arrangement();
    for (const one of [shown(1_366, 768), shown(801, 901), shown(640, 480)]) arrangement.learn([one]);
    expect(arrangement.size).toEqual({ width: 1_366, height: 902 });
    expect(arrangement.content).toEqual({ width: 1_366, height: 901 });
  });

  it("is what players decode at the most: larger sessions are made smaller, in proportion", () => {
    for (const all of [
      [shown(7_680, 4_320)],
      [shown(16_383, 100)],
      [shown(1_920, 1_080), shown(1_920, 1_080, { x: 2 ** 24, y: -(2 ** 24) })],
      [shown(1, 1), shown(1, 1, { x: 5, scale: 1e-9 })],
    ]) {
      const arrangement = new Arrangement();
      arrangement.learn(all);
      const { width, height } = arrangement.size;
      expect(Math.max(width, height)).toBeLessThanOrEqual(MAX_VIDEO_SIDE);
      expect(width * height).toBeLessThanOrEqual(MAX_VIDEO_PIXELS + 2 * (width + height));
      expect([width % 2, height % 2, Math.min(width, height) > 0]).toEqual([0, 0, true]);
    }
    const arrangement = new Arrangement();
    arrangement.learn([shown(7_680, 4_320)]);
    const [{ factor } = { factor: 0 }] = arrangement.place([shown(7_680, 4_320)]);
    expect(Math.abs(arrangement.size.width / arrangement.size.height - 16 / 9)).toBeLessThan(0.01);
    expect(Math.abs(factor * 7_680 - arrangement.size.width)).toBeLessThan(2);
  });
});

describe("where pictures are put", () => {
  it("is their place on the desktop, one that is alone in the middle", () => {
    const arrangement = new Arrangement();
    const [left, right] = [shown(1_920, 1_080, { x: -1_920 }), shown(1_280, 1_024, { y: 56 })];
    arrangement.learn([left, right]);
    expect(arrangement.size).toEqual({ width: 3_200, height: 1_080 });
    expect(arrangement.place([left, right])).toEqual([
      { x: 0, y: 0, factor: 1 },
      { x: 1_920, y: 56, factor: 1 },
    ]);
    expect(arrangement.place([right])).toEqual([{ x: 960, y: 28, factor: 1 }]);
  });

  it("has every picture at its own sharpness or above, whatever the others' scale", () => {
    const arrangement = new Arrangement();
    const [plain, fine] = [shown(1_000, 500), shown(2_000, 1_000, { x: 1_000, scale: 2 })];
    arrangement.learn([plain, fine]);
    expect(arrangement.size).toEqual({ width: 4_000, height: 1_000 });
    expect(arrangement.place([plain, fine])).toEqual([
      { x: 0, y: 0, factor: 2 },
      { x: 2_000, y: 0, factor: 1 },
    ]);
  });
});

describe("which pictures are shown", () => {
  it("are those that are not closed; where all are, those that were closed last", () => {
    const closed = (closedAt: number): Shown & { readonly closedAt: number } => ({
      ...shown(1, 1, { state: "closed" }),
      closedAt,
    });
    expect(
      visible(
        new Map([
          ["a", shown(1, 1)],
          ["b", closed(5)],
          ["c", shown(1, 1, { state: "paused" })],
        ]),
      ),
    ).toEqual(["a", "c"]);
    expect(
      visible(
        new Map([
          ["a", closed(5)],
          ["b", closed(9)],
          ["c", closed(9)],
        ]),
      ),
    ).toEqual(["b", "c"]);
    expect(visible(new Map())).toEqual([]);
  });
});

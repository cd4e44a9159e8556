import type { DisplayEvent, PaintEvent, PaintedRectangle } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { MAX_CHUNK_PIXELS } from "../../../src/surfaces/screen/limits.js";
import { chunksOf, planPaint } from "../../../src/surfaces/screen/paint-plan.js";

const display = (
  atMs: number,
  width = 256,
  height = 128,
  more: Partial<DisplayEvent> = {},
): DisplayEvent => ({
  type: "display",
  atMs,
  width,
  height,
  x: 0,
  y: 0,
  scale: 1,
  source: "display",
  name: "screen",
  state: "shown",
  ...more,
});

const rectangle = (x: number, y: number, width = 64, height = 64): PaintedRectangle => ({
  x,
  y,
  width,
  height,
  exact: true,
  image: new Uint8Array(),
});

const paint = (atMs: number, rectangles: readonly PaintedRectangle[], whole = false): PaintEvent => ({
  type: "paint",
  atMs,
  whole,
  rectangles,
});

describe("the plan of a picture", () => {
  it("paints in order what nothing later covers", () => {
    const first = rectangle(0, 0);
    const other = rectangle(64, 0);
    const again = rectangle(0, 0);
    const plan = planPaint([display(0), paint(0, [first, other], true), paint(5, [again])], undefined);
    expect(plan).toMatchObject({ clears: true, paints: true, atMs: 5, size: { width: 256, height: 128 } });
    expect(plan.rectangles).toEqual([
      { ...other, paintedMs: 0 },
      { ...again, paintedMs: 5 },
    ]);
    expect(plan.refused).toEqual([]);
  });

  it("forgets what was there before another size, and before a whole picture", () => {
    const old = rectangle(0, 0);
    const fresh = rectangle(128, 64);
    const resized = planPaint([paint(1, [old]), display(2, 192, 128), paint(3, [fresh])], {
      width: 256,
      height: 128,
    });
    expect(resized).toMatchObject({ clears: true, size: { width: 192 }, rectangles: [fresh] });
    const whole = planPaint([paint(1, [old]), paint(2, [fresh], true)], { width: 256, height: 128 });
    expect(whole).toMatchObject({ clears: true, rectangles: [fresh] });
  });

  it("keeps what is there through another name, place or state", () => {
    const size = { width: 256, height: 128 };
    const moved = display(1, 256, 128, { x: 40, state: "minimised" });
    expect(planPaint([moved], size)).toMatchObject({
      clears: false,
      paints: false,
      display: moved,
      rectangles: [],
    });
  });

  it("refuses what reaches out of the picture, and everything while there is no size", () => {
    const out = rectangle(224, 64);
    const plan = planPaint([paint(7, [out, rectangle(0, 0)])], { width: 256, height: 128 });
    expect(plan.rectangles).toHaveLength(1);
    expect(plan.refused).toEqual([{ atMs: 7, rectangle: out }]);
    expect(planPaint([paint(7, [out])], undefined)).toMatchObject({ rectangles: [], refused: [{ atMs: 7 }] });
  });
});

it("rectangles are decoded in lists that no seek waits long for", () => {
  const large = rectangle(0, 0, 2_000, 1_500);
  const huge = rectangle(0, 0, 4_000, 3_000);
  const chunks = chunksOf([large, rectangle(0, 0), large, huge, rectangle(0, 0)]);
  expect(chunks.map((chunk) => chunk.length)).toEqual([2, 1, 1, 1]);
  expect(4_000 * 3_000).toBeGreaterThan(MAX_CHUNK_PIXELS);
  expect(chunksOf([])).toEqual([]);
});

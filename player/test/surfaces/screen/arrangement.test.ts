import type { DisplayEvent } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { arrange } from "../../../src/surfaces/screen/arrangement.js";

const display = (x: number, y: number, width: number, height: number, more: Partial<DisplayEvent> = {}) => ({
  type: "display" as const,
  atMs: 0,
  width,
  height,
  x,
  y,
  scale: 1,
  source: "display" as const,
  name: "screen",
  state: "shown" as const,
  ...more,
});

const arranged = (...pictures: readonly DisplayEvent[]) =>
  arrange(new Map(pictures.map((picture, index) => [index, picture])));

describe("pictures in their arrangement", () => {
  it("one alone fills it, wherever it lies", () => {
    const alone = arranged(display(-1920, 300, 1600, 1000, { scale: 2 }));
    expect(alone).toMatchObject({ width: 800, height: 500, scale: 2 });
    expect(alone?.places.get(0)).toEqual({ left: 0, top: 0, width: 1, height: 1 });
  });

  it("several lie as they do on the desktop, each in its points", () => {
    const both = arranged(display(-1000, 0, 1000, 800), display(0, 200, 2000, 1200, { scale: 2 }));
    expect(both).toMatchObject({ width: 2000, height: 800, scale: 2 });
    expect(both?.places.get(0)).toEqual({ left: 0, top: 0, width: 0.5, height: 1 });
    expect(both?.places.get(1)).toEqual({ left: 0.5, top: 0.25, width: 0.5, height: 0.75 });
  });

  it("lack one that is gone while another is there, and mirrors", () => {
    const gone = arranged(display(0, 0, 800, 600), display(800, 0, 800, 600, { state: "closed" }));
    expect([...(gone?.places.keys() ?? [])]).toEqual([0]);
    const mirrored = arranged(display(0, 0, 800, 600), display(0, 0, 1600, 1200, { scale: 2 }));
    expect([...(mirrored?.places.keys() ?? [])]).toEqual([1]);
    const replaced = arranged(display(0, 0, 800, 600, { atMs: 9 }), display(0, 0, 800, 600, { atMs: 3 }));
    expect([...(replaced?.places.keys() ?? [])]).toEqual([0]);
    const over = arranged(display(0, 0, 800, 600, { state: "closed" }));
    expect(over?.places.size).toBe(1);
    expect(arrange(new Map())).toBeUndefined();
  });
});

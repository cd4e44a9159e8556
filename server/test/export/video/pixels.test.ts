import { describe, expect, it } from "vitest";
import {
  blackPixels,
  copyInto,
  covered,
  drawScaled,
  type Pixels,
  pad,
} from "../../../src/export/video/pixels.js";
import { Planes } from "../../../src/export/video/planes.js";

const solid = (width: number, height: number, value: number): Pixels => ({
  width,
  height,
  rgb: new Uint8Array(width * height * 3).fill(value),
});
const reds = ({ width, rgb }: Pixels, y: number): readonly number[] =>
  Array.from({ length: width }, (_, x) => rgb[(y * width + x) * 3] ?? -1);

describe("drawing one picture into another", () => {
  it("copies pixel for pixel where it is as large, also partly outside", () => {
    const target = blackPixels(4, 2);
    const source = solid(3, 3, 200);
    const lie = { x: -1, y: 1, factor: 1 };
    const area = covered(target, { x: 0, y: 0, width: 3, height: 3 }, lie);
    expect(area).toEqual({ x: 0, y: 1, width: 2, height: 1 });
    if (area) drawScaled(target, area, source, lie);
    expect([reds(target, 0), reds(target, 1)]).toEqual([
      [0, 0, 0, 0],
      [200, 200, 0, 0],
    ]);
    expect(covered(target, { x: 0, y: 0, width: 3, height: 3 }, { x: 9, y: 0, factor: 1 })).toBeUndefined();
  });

  it("takes the mean of what a smaller pixel covers, and repeats for a larger one", () => {
    const source = blackPixels(4, 2);
    for (const [x, value] of [10, 30, 100, 200].entries()) copyInto(source, x, 0, solid(1, 2, value));
    const half = blackPixels(2, 1);
    drawScaled(half, { x: 0, y: 0, width: 2, height: 1 }, source, { x: 0, y: 0, factor: 0.5 });
    expect(reds(half, 0)).toEqual([20, 150]);
    const twice = blackPixels(8, 4);
    drawScaled(twice, { x: 0, y: 0, width: 8, height: 4 }, source, { x: 0, y: 0, factor: 2 });
    expect(reds(twice, 3)).toEqual([10, 10, 30, 30, 100, 100, 200, 200]);
  });

  it("is the same in parts as at once, at any factor", () => {
    const source = blackPixels(37, 23);
    source.rgb.forEach((_, index) => {
      source.rgb[index] = (index * 71) % 251;
    });
    for (const factor of [0.37, 0.8, 1, 1.5, 2.3]) {
      const lie = { x: 3, y: 2, factor };
      const [whole, parts] = [blackPixels(96, 64), blackPixels(96, 64)];
      const draw = (target: Pixels, x: number, y: number, width: number, height: number): void => {
        const area = covered(target, { x, y, width, height }, lie);
        if (area) drawScaled(target, area, source, lie);
      };
      draw(whole, 0, 0, 37, 23);
      for (let y = 0; y < 23; y += 5)
        for (let x = 0; x < 37; x += 7) draw(parts, x, y, Math.min(7, 37 - x), Math.min(5, 23 - y));
      expect(Buffer.from(parts.rgb).equals(Buffer.from(whole.rgb))).toBe(true);
    }
  });

  it("continues the last column and row into those that make a size even", () => {
    const target = blackPixels(4, 4);
    copyInto(target, 0, 0, solid(3, 3, 90));
    pad(target, { width: 3, height: 3 }, { x: 0, y: 0, width: 3, height: 3 });
    for (let y = 0; y < 4; y++) expect(reds(target, y)).toEqual([90, 90, 90, 90]);
  });
});

describe("the encoder's planes", () => {
  it("have BT.709's numbers for colours it names, at video range", () => {
    // ITU-R BT.709-6, section 3: white, black, red, green, blue.
    for (const [rgb, yuv] of [
      [
        [255, 255, 255],
        [235, 128, 128],
      ],
      [
        [0, 0, 0],
        [16, 128, 128],
      ],
      [
        [255, 0, 0],
        [63, 102, 240],
      ],
      [
        [0, 255, 0],
        [173, 42, 26],
      ],
      [
        [0, 0, 255],
        [32, 240, 118],
      ],
    ] as const) {
      const pixels = blackPixels(2, 2);
      for (let pixel = 0; pixel < 4; pixel++) pixels.rgb.set(rgb, pixel * 3);
      const planes = new Planes(2, 2);
      planes.convert(pixels, { x: 0, y: 0, width: 1, height: 1 });
      const [luma, , , , blue, red] = planes.bytes;
      for (const [index, value] of [luma, blue, red].entries())
        expect(Math.abs((value ?? 0) - (yuv[index] ?? 0))).toBeLessThanOrEqual(1);
    }
  });

  it("are the same whether all is converted, or part after part", () => {
    const pixels = blackPixels(38, 26);
    pixels.rgb.forEach((_, index) => {
      pixels.rgb[index] = (index * 37) % 256;
    });
    const [whole, parts] = [new Planes(38, 26), new Planes(38, 26)];
    whole.convert(pixels, { x: 0, y: 0, width: 38, height: 26 });
    for (let y = 0; y < 26; y += 3)
      for (let x = 0; x < 38; x += 5)
        parts.convert(pixels, { x, y, width: Math.min(5, 38 - x), height: Math.min(3, 26 - y) });
    expect(Buffer.from(parts.bytes).equals(Buffer.from(whole.bytes))).toBe(true);
  });
});

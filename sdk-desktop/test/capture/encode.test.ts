import fc from "fast-check";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { type EncodedPaint, PaintEncoder } from "../../src/capture/encode.js";
import type { PlannedRectangle } from "../../src/capture/plan.js";
import { blackImage, copyPart, type RawImage, rawImage, wordsOf } from "../../src/capture/raw-image.js";
import { loadWebp } from "../../src/capture/webp.js";
import type { Rectangle } from "../../src/geometry.js";
import { fillWith, plain } from "./synthetic.js";

let encoder: PaintEncoder;
beforeAll(async () => {
  encoder = new PaintEncoder(await loadWebp());
});

const planned = (part: Rectangle, exact: boolean, effort = 0): PlannedRectangle => ({
  ...part,
  exact,
  quality: 75,
  effort,
  purpose: "new",
});

const encode = (image: RawImage, rectangles: readonly PlannedRectangle[]): Promise<EncodedPaint> =>
  encoder.encode(image, { atMs: 0, whole: false, changed: [], coarse: [], refined: [], rectangles });

async function decode(webp: Uint8Array): Promise<RawImage> {
  const { data, info } = await sharp(webp).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return rawImage(data, info.width, info.height);
}

const cut = (image: RawImage, part: Rectangle): RawImage => {
  const alone = blackImage(part.width, part.height);
  copyPart(image, part, alone, 0, 0);
  return alone;
};

describe("an exact part", () => {
  it.each([0, 1])("of 1 to 512 colours decodes to the same pixels, at effort %i", async (effort) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 512 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 64 }),
        fc.nat(1_000),
        async (colours, width, height, seed) => {
          const image = plain(width + 3, height + 5);
          const part = { x: 2, y: 1, width, height };
          fillWith(image, part, colours, seed);
          const { rectangles } = await encode(image, [planned(part, true, effort)]);
          const decoded = await decode(rectangles[0]?.image ?? new Uint8Array());
          expect(decoded.width).toBe(width);
          expect(decoded.height).toBe(height);
          expect(decoded.pixels.equals(cut(image, part).pixels)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("of thousands of colours decodes to the same pixels too", async () => {
    const image = plain(128, 128);
    const part = { x: 0, y: 0, width: 128, height: 128 };
    fillWith(image, part, 16_384);
    const { rectangles } = await encode(image, [planned(part, true)]);
    expect((await decode(rectangles[0]?.image ?? new Uint8Array())).pixels.equals(image.pixels)).toBe(true);
  });

  it("is opaque, whatever the alpha that was captured, and is written without it", async () => {
    const { pixels } = plain(64, 64);
    for (let at = 3; at < pixels.length; at += 4) pixels[at] = at % 256;
    const image = rawImage(pixels, 64, 64);
    expect(image.pixels.equals(plain(64, 64).pixels)).toBe(true);
    const { rectangles } = await encode(image, [planned({ x: 0, y: 0, width: 64, height: 64 }, true)]);
    expect((await sharp(rectangles[0]?.image).metadata()).hasAlpha).toBe(false);
  });
});

describe("a coarser part", () => {
  it("is near what was captured, and says that it is not that", async () => {
    const image = plain(128, 64);
    const part = { x: 0, y: 0, width: 128, height: 64 };
    for (let at = 0; at < 128 * 64; at++)
      wordsOf(image)[at] =
        0xff000000 + ((at % 128) << 1) + (Math.floor(at / 128) << 10) + (((at * at) % 7) << 16);
    const { rectangles } = await encode(image, [planned(part, false)]);
    expect(rectangles[0]?.exact).toBe(false);
    const decoded = await decode(rectangles[0]?.image ?? new Uint8Array());
    let error = 0;
    decoded.pixels.forEach((byte, at) => {
      error += (byte - (image.pixels[at] ?? 0)) ** 2;
    });
    expect(10 * Math.log10((255 * 255 * 128 * 64 * 3) / Math.max(error, 1))).toBeGreaterThan(25);
  });
});

describe("a paint", () => {
  it("has its parts in their places, and bytes of their own", async () => {
    const image = plain(300, 200);
    fillWith(image, { x: 0, y: 0, width: 300, height: 200 }, 300);
    const parts = [
      { x: 0, y: 0, width: 64, height: 64 },
      { x: 64, y: 128, width: 128, height: 72 },
      { x: 256, y: 0, width: 44, height: 64 },
    ];
    const { rectangles, bytes } = await encode(
      image,
      parts.map((part) => planned(part, true)),
    );
    for (const [at, part] of parts.entries()) {
      const rectangle = rectangles[at];
      expect(rectangle).toMatchObject({ ...part, exact: true });
      if (rectangle === undefined) continue;
      expect(rectangle.image.byteLength).toBe(rectangle.image.buffer.byteLength);
      expect((await decode(rectangle.image)).pixels.equals(cut(image, part).pixels)).toBe(true);
    }
    expect(bytes).toBe(rectangles.reduce((sum, { image: { length } }) => sum + length, 0));
  });
});

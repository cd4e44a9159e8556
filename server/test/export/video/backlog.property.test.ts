import type { DisplayEvent, PaintEvent, PaintedRectangle, PicturePart } from "@reeltime/recorder/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  MAX_FRAME_AREAS,
  MAX_FRAME_IMAGE_BYTES,
  MAX_FRAME_RECTANGLES,
  MIN_FRAME_PIXELS,
} from "../../../src/export/limits.js";
import { Backlog, seen } from "../../../src/export/video/backlog.js";
import { type DecodeImage, Picture } from "../../../src/export/video/picture.js";

/** Stands for an image: its two bytes are its colour. */
const decode: DecodeImage = async (image, width, height) => {
  const rgb = new Uint8Array(width * height * 3);
  for (let at = 0; at < rgb.length; at++) rgb[at] = image[at % 2] ?? 0;
  return rgb;
};

const display = (width: number, height: number): DisplayEvent => ({
  type: "display",
  atMs: 0,
  width,
  height,
  x: 0,
  y: 0,
  scale: 1,
  source: "display",
  name: "",
  state: "shown",
});

/** What a session says of one picture, in turns with frames of the video. */
type Said =
  | { readonly type: "size"; readonly width: number; readonly height: number }
  | { readonly type: "paint"; readonly paint: PaintEvent }
  | { readonly type: "frame" };

/** Along tiles or not, within the picture or a little outside. */
const rectangle = fc
  .tuple(fc.nat(200), fc.nat(150), fc.nat(200), fc.nat(150), fc.boolean(), fc.nat(65_535))
  .map(([x, y, width, height, isTiled, colour]): PaintedRectangle => {
    const tiled = (pixels: number): number => (isTiled ? pixels - (pixels % 64) : pixels);
    return {
      x: tiled(x),
      y: tiled(y),
      width: isTiled ? 64 * (1 + (width % 3)) : width + 1,
      height: isTiled ? 64 * (1 + (height % 3)) : height + 1,
      exact: true,
      image: new Uint8Array([colour & 255, colour >> 8]),
    };
  });
const paints = fc
  .tuple(
    fc.integer({ min: 0, max: 5 }).map((choice) => choice === 0),
    fc.array(rectangle, { maxLength: 6 }),
  )
  .map(
    ([whole, rectangles]): Said => ({ type: "paint", paint: { type: "paint", atMs: 0, whole, rectangles } }),
  );
const sizes = fc.constantFrom<Said>(
  { type: "size", width: 192, height: 128 },
  { type: "size", width: 201, height: 151 },
);
const said = fc.array(
  fc.oneof(
    { arbitrary: paints, weight: 8 },
    { arbitrary: fc.constant<Said>({ type: "frame" }), weight: 2 },
    sizes,
  ),
  {
    maxLength: 40,
  },
);

/** Draws every rectangle, one after another, whatever follows. */
class Everything {
  width = 201;
  height = 151;
  rgb: Uint8Array | undefined;

  async say(one: Said): Promise<void> {
    if (one.type === "frame") return;
    if (one.type === "size") {
      if (one.width !== this.width || one.height !== this.height) this.rgb = undefined;
      this.width = one.width;
      this.height = one.height;
      return;
    }
    if (one.paint.whole) this.rgb?.fill(0);
    for (const { x, y, width, height, image } of one.paint.rectangles) {
      if (x + width > this.width || y + height > this.height) continue;
      this.rgb ??= new Uint8Array(this.width * this.height * 3);
      const rgb = (await decode(image, width, height)) ?? new Uint8Array();
      for (let row = 0; row < height; row++)
        this.rgb.set(rgb.subarray(row * width * 3, (row + 1) * width * 3), ((y + row) * this.width + x) * 3);
    }
  }
}

/** A copy of pixels that is black in these areas. */
function without(areas: readonly PicturePart[], rgb: Uint8Array, width: number): Uint8Array {
  const rest = rgb.slice();
  for (const area of areas)
    for (let y = area.y; y < area.y + area.height; y++)
      rest.fill(0, (y * width + area.x) * 3, (y * width + area.x + area.width) * 3);
  return rest;
}

describe("painting what is seen of what was said", () => {
  it("shows in every frame the pixels that painting everything shows, and says which of them changed", async () => {
    await fc.assert(
      fc.asyncProperty(said, async (all) => {
        const everything = new Everything();
        const picture = new Picture(display(everything.width, everything.height), decode);
        let shown: Uint8Array | undefined;
        for (const next of [...all, { type: "frame" } as const]) {
          await everything.say(next);
          if (next.type === "size") picture.change(display(next.width, next.height));
          if (next.type === "paint") picture.note(next.paint);
          if (next.type !== "frame") continue;
          const { areas, dropped } = await picture.paint();
          expect(dropped).toBe(0);
          expect(picture.pixels === undefined).toBe(everything.rgb === undefined);
          if (everything.rgb === undefined || picture.pixels === undefined) continue;
          expect(Buffer.compare(picture.pixels.rgb, everything.rgb)).toBe(0);
          // What is not said to have changed has not.
          const before = shown?.length === everything.rgb.length ? shown : undefined;
          shown = everything.rgb.slice();
          if (before === undefined) continue;
          const [one, other] = [before, everything.rgb].map((rgb) => without(areas, rgb, everything.width));
          expect(Buffer.compare(one ?? before, other ?? shown)).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("decodes no rectangle that a later one hides, of the same paint or of another before the frame", async () => {
    const decoded: number[] = [];
    const picture = new Picture(display(200, 100), async (image, width, height) => {
      decoded.push(image[0] ?? 0);
      return decode(image, width, height);
    });
    const whole = (colour: number): PaintedRectangle => part(0, 0, 200, 100, colour);
    const paint = (...rectangles: readonly PaintedRectangle[]): PaintEvent => ({
      type: "paint",
      atMs: 0,
      whole: false,
      rectangles,
    });
    picture.note(paint(whole(1), part(3, 3, 9, 9, 2), whole(3)));
    picture.note(paint(part(20, 20, 64, 64, 4)));
    picture.note(paint(whole(5), part(64, 0, 64, 64, 6)));
    await picture.paint();
    expect(decoded).toEqual([5, 6]);
    await picture.paint();
    expect(decoded).toEqual([5, 6]);
  });
});

const part = (x: number, y: number, width: number, height: number, colour = 0): PaintedRectangle => ({
  x,
  y,
  width,
  height,
  exact: true,
  image: new Uint8Array([colour, 0]),
});

describe("what is decoded for one frame", () => {
  /** None hides another, each has so many pixels. */
  const shifted = (count: number, width: number, height: number): PaintedRectangle[] =>
    Array.from({ length: count }, (_, index) => part(index, count - 1 - index, width, height, index % 256));

  it("is so many times a picture, and of a small one so many pixels; the last ones stay", () => {
    const size = { width: 4_000, height: 3_000 };
    const large = shifted(MAX_FRAME_AREAS + 2, size.width - 10, size.height - 10);
    const { rectangles, dropped } = seen(large, size);
    expect([rectangles, dropped]).toEqual([large.slice(2), 2]);
    const most = Math.floor(MIN_FRAME_PIXELS / (300 * 300));
    const small = shifted(most + 1, 300, 300);
    const side = 300 + most;
    expect(seen(small, { width: side, height: side }).dropped).toBe(1);
  });

  it("is so many rectangles, and so many bytes of images", () => {
    const cells = Array.from({ length: MAX_FRAME_RECTANGLES + 1 }, (_, index) =>
      part((index % 128) * 10, Math.floor(index / 128) * 10, 9, 9),
    );
    expect(seen(cells, { width: 1_280, height: 700 })).toEqual({ rectangles: cells.slice(1), dropped: 1 });
    const heavy = cells
      .slice(0, 3)
      .map((one) => ({ ...one, image: new Uint8Array(MAX_FRAME_IMAGE_BYTES / 2) }));
    expect(seen(heavy, { width: 1_280, height: 700 }).dropped).toBe(1);
  });

  it("is what is held before it, too, however much is said", () => {
    const backlog = new Backlog();
    const size = { width: 1_280, height: 700 };
    const image = new Uint8Array(1024 * 1024);
    for (let index = 0; index < 300; index++) {
      backlog.add(
        { type: "paint", atMs: 0, whole: false, rectangles: [{ ...part(index, 0, 1, 1), image }] },
        size,
      );
      expect(backlog.bytes).toBeLessThanOrEqual(2 * MAX_FRAME_IMAGE_BYTES);
    }
    const { rectangles, dropped } = backlog.take(size);
    expect(rectangles.length).toBe(MAX_FRAME_IMAGE_BYTES / image.length);
    expect(rectangles.length + dropped).toBe(300);
  });
});

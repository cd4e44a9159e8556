import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PicturePart, uncovered } from "../../src/protocol/coverage.js";

const WIDTH = 300;
const HEIGHT = 210;

/** A rectangle anywhere in the picture. */
const anywhere = fc
  .tuple(fc.nat(WIDTH - 1), fc.nat(HEIGHT - 1), fc.nat(WIDTH), fc.nat(HEIGHT))
  .map(([x, y, width, height]) => ({
    x,
    y,
    width: 1 + (width % (WIDTH - x)),
    height: 1 + (height % (HEIGHT - y)),
  }));

/** A rectangle along the tiles that changes are found in. */
const tiled = anywhere.map(({ x, y, width, height }) => {
  const left = x - (x % 64);
  const top = y - (y % 64);
  return {
    x: left,
    y: top,
    width: Math.min(WIDTH, Math.ceil((x + width) / 64) * 64) - left,
    height: Math.min(HEIGHT, Math.ceil((y + height) / 64) * 64) - top,
  };
});

/** Which of the rectangles each pixel shows. */
function painted(rectangles: readonly PicturePart[], all: readonly PicturePart[]): Int32Array {
  const picture = new Int32Array(WIDTH * HEIGHT).fill(-1);
  for (const rectangle of rectangles) {
    const { x, y, width, height } = rectangle;
    for (let row = y; row < y + height; row++)
      picture.fill(all.indexOf(rectangle), row * WIDTH + x, row * WIDTH + x + width);
  }
  return picture;
}

const bytes = ({ buffer }: Int32Array): Buffer => Buffer.from(buffer);

describe("leaving out what later rectangles cover", () => {
  it("paints the same picture", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(anywhere, tiled), { maxLength: 24 }), (rectangles) => {
        const kept = uncovered(rectangles, WIDTH, HEIGHT);
        expect(Buffer.compare(bytes(painted(kept, rectangles)), bytes(painted(rectangles, rectangles)))).toBe(
          0,
        );
      }),
    );
  });

  it("leaves nothing that cannot be seen, along tiles", () => {
    fc.assert(
      fc.property(fc.array(tiled, { maxLength: 24 }), (rectangles) => {
        const seen = new Set(painted(rectangles, rectangles));
        const kept = uncovered(rectangles, WIDTH, HEIGHT);
        expect(kept.map((rectangle) => seen.has(rectangles.indexOf(rectangle)))).toEqual(
          kept.map(() => true),
        );
      }),
    );
  });

  it("leaves out each that one later rectangle holds, wherever it lies", () => {
    fc.assert(
      fc.property(anywhere, fc.array(anywhere, { maxLength: 12 }), (outer, inner) => {
        const inside = inner.filter(
          ({ x, y, width, height }) =>
            x >= outer.x &&
            y >= outer.y &&
            x + width <= outer.x + outer.width &&
            y + height <= outer.y + outer.height,
        );
        expect(uncovered([...inside, outer], WIDTH, HEIGHT)).toEqual([outer]);
      }),
    );
  });
});

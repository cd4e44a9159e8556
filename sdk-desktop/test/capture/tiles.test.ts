import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wordsOf } from "../../src/capture/raw-image.js";
import { allTiles, changedTiles, tileAt, tileGrid } from "../../src/capture/tiles.js";
import { copyOf, fillWith, plain, touch } from "./synthetic.js";

describe("tiles", () => {
  it.each([
    [1366, 768],
    [1680, 1050],
    [801, 601],
    [64, 64],
    [1, 1],
    [65, 129],
  ])("cover a picture of %i x %i, each pixel once", (width, height) => {
    const grid = tileGrid(width, height);
    const covered = new Uint8Array(width * height);
    for (const tile of allTiles(grid)) {
      const part = tileAt(grid, tile);
      for (let y = part.y; y < part.y + part.height; y++)
        for (let x = part.x; x < part.x + part.width; x++)
          covered[y * width + x] = (covered[y * width + x] ?? 0) + 1;
    }
    expect(covered.every((times) => times === 1)).toBe(true);
  });
});

describe("changed tiles", () => {
  it("are none of two pictures that are the same", () => {
    const image = plain(801, 601);
    expect(changedTiles(image.pixels, copyOf(image).pixels, tileGrid(801, 601))).toEqual([]);
  });

  it.each([
    [0, 0],
    [800, 0],
    [0, 600],
    [800, 600],
    [63, 63],
    [64, 64],
    [767, 575],
    [768, 576],
  ])("are one where a single pixel of 801 x 601 changed at %i, %i", (x, y) => {
    const image = plain(801, 601);
    const grid = tileGrid(801, 601);
    const changed = changedTiles(image.pixels, touch(image, x, y).pixels, grid);
    expect(changed).toEqual([Math.floor(y / 64) * grid.columns + Math.floor(x / 64)]);
  });

  it("are exactly those that a look at every pixel finds", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 200 }),
        fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 12 }),
        (width, height, places) => {
          const before = plain(width, height);
          fillWith(before, { x: 0, y: 0, width, height }, 40);
          let after = before;
          for (const [x, y] of places) after = touch(after, x % width, y % height);
          const grid = tileGrid(width, height);
          const differing = allTiles(grid).filter((tile) => {
            const part = tileAt(grid, tile);
            for (let y = part.y; y < part.y + part.height; y++)
              for (let x = part.x; x < part.x + part.width; x++)
                if (wordsOf(before)[y * width + x] !== wordsOf(after)[y * width + x]) return true;
            return false;
          });
          expect(changedTiles(before.pixels, after.pixels, grid)).toEqual(differing);
        },
      ),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RECTANGLE_TILES } from "../../src/capture/limits.js";
import { mergeTiles } from "../../src/capture/rectangles.js";
import { tileAt, tileGrid } from "../../src/capture/tiles.js";

describe("merged rectangles", () => {
  it("cover exactly the tiles they are made of, each once", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 1, max: 700 }),
        fc.uniqueArray(fc.nat(200)),
        fc.integer({ min: 1, max: 80 }),
        (width, height, picks, maxTiles) => {
          const grid = tileGrid(width, height);
          const tiles = picks
            .filter((tile) => tile < grid.columns * grid.rows)
            .sort((one, other) => one - other);
          const covered: number[] = [];
          for (const part of mergeTiles(tiles, grid, maxTiles)) {
            expect(part.x + part.width).toBeLessThanOrEqual(width);
            expect(part.y + part.height).toBeLessThanOrEqual(height);
            const inside = Array.from({ length: grid.columns * grid.rows }, (_, tile) => tile).filter(
              (tile) => {
                const { x, y } = tileAt(grid, tile);
                return x >= part.x && x < part.x + part.width && y >= part.y && y < part.y + part.height;
              },
            );
            expect(inside.length).toBeLessThanOrEqual(maxTiles);
            const area = inside.reduce((sum, tile) => {
              const one = tileAt(grid, tile);
              return sum + one.width * one.height;
            }, 0);
            expect(part.width * part.height).toBe(area);
            covered.push(...inside);
          }
          expect(covered.sort((one, other) => one - other)).toEqual(tiles);
        },
      ),
    );
  });

  it("are few: a block of tiles is one", () => {
    const grid = tileGrid(1920, 1080);
    const block = [0, 1, 2, 30, 31, 32, 60, 61, 62];
    expect(mergeTiles(block, grid)).toEqual([{ x: 0, y: 0, width: 192, height: 192 }]);
  });

  it("are no larger than is quick to encode", () => {
    const grid = tileGrid(3840, 2160);
    const all = Array.from({ length: grid.columns * grid.rows }, (_, tile) => tile);
    for (const { width, height } of mergeTiles(all, grid))
      expect(width * height).toBeLessThanOrEqual(MAX_RECTANGLE_TILES * 64 * 64);
  });
});

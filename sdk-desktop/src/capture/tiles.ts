import type { Rectangle } from "../geometry.js";
import { TILE_PIXELS } from "./limits.js";

/** How a picture is cut into tiles, numbered from 0, row by row; those at the right and lower edge may be smaller. */
export interface TileGrid {
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
}

/** The grid of a picture of this size, in pixels. */
export const tileGrid = (width: number, height: number): TileGrid => ({
  width,
  height,
  columns: Math.ceil(width / TILE_PIXELS),
  rows: Math.ceil(height / TILE_PIXELS),
});

/** The part of a picture, in its pixels, that some whole columns and rows of tiles are. */
export function tilesAt(
  grid: TileGrid,
  column: number,
  row: number,
  columns: number,
  rows: number,
): Rectangle {
  const x = column * TILE_PIXELS;
  const y = row * TILE_PIXELS;
  return {
    x,
    y,
    width: Math.min(columns * TILE_PIXELS, grid.width - x),
    height: Math.min(rows * TILE_PIXELS, grid.height - y),
  };
}

/** One tile's part of its picture, in pixels. */
export const tileAt = (grid: TileGrid, tile: number): Rectangle =>
  tilesAt(grid, tile % grid.columns, Math.floor(tile / grid.columns), 1, 1);

/** All tiles of a grid. */
export const allTiles = (grid: TileGrid): readonly number[] =>
  Array.from({ length: grid.columns * grid.rows }, (_, tile) => tile);

/** The tiles that some parts of a picture, in its pixels and within it, touch: ascending. */
export function tilesIn(parts: readonly Rectangle[], grid: TileGrid): readonly number[] {
  const touched = new Set<number>();
  for (const { x, y, width, height } of parts) {
    const lastColumn = Math.floor((x + width - 1) / TILE_PIXELS);
    const lastRow = Math.floor((y + height - 1) / TILE_PIXELS);
    for (let row = Math.floor(y / TILE_PIXELS); row <= lastRow; row++)
      for (let column = Math.floor(x / TILE_PIXELS); column <= lastColumn; column++)
        touched.add(row * grid.columns + column);
  }
  return [...touched].sort((one, other) => one - other);
}

/**
 * The tiles in which two pictures of the same size differ, ascending.
 *
 * Looks at rows of tiles first, then at rows of pixels, and at tiles only where these differ: memory is compared in long
 * runs (measured at 1920x1080: 0.6 ms when nothing changed, where comparing tile by tile takes three).
 * @param before RGBA, as in `RawImage`
 */
export function changedTiles(before: Buffer, after: Buffer, grid: TileGrid): readonly number[] {
  const stride = grid.width * 4;
  const changed: number[] = [];
  const differs = (start: number, end: number): boolean =>
    before.compare(after, start, end, start, end) !== 0;
  for (let row = 0; row < grid.rows; row++) {
    const top = row * TILE_PIXELS;
    const bottom = Math.min(top + TILE_PIXELS, grid.height);
    if (!differs(top * stride, bottom * stride)) continue;
    const columns = changedColumns(grid, top, bottom, differs);
    for (const column of columns) changed.push(row * grid.columns + column);
  }
  return changed;
}

/** The columns of one row of tiles that differ, ascending. */
function changedColumns(
  grid: TileGrid,
  top: number,
  bottom: number,
  differs: (start: number, end: number) => boolean,
): readonly number[] {
  const stride = grid.width * 4;
  let same = Array.from({ length: grid.columns }, (_, column) => column);
  const changed: number[] = [];
  for (let y = top; y < bottom && same.length > 0; y++) {
    const start = y * stride;
    if (!differs(start, start + stride)) continue;
    same = same.filter((column) => {
      const left = start + column * TILE_PIXELS * 4;
      const right = Math.min(left + TILE_PIXELS * 4, start + stride);
      if (!differs(left, right)) return true;
      changed.push(column);
      return false;
    });
  }
  return changed.sort((one, other) => one - other);
}

import type { Rectangle } from "../geometry.js";
import { MAX_RECTANGLE_TILES } from "./limits.js";
import { type TileGrid, tilesAt } from "./tiles.js";

/** A run of tiles in one row, or the same run in several rows on end. */
interface Block {
  readonly column: number;
  readonly columns: number;
  readonly row: number;
  rows: number;
}

/**
 * Rectangles, in pixels, that cover exactly these tiles, each once: runs of a row, put together with the same run of the
 * row below.
 * @param tiles ascending
 * @param maxTiles in one rectangle
 */
export function mergeTiles(
  tiles: readonly number[],
  grid: TileGrid,
  maxTiles = MAX_RECTANGLE_TILES,
): readonly Rectangle[] {
  const blocks: Block[] = [];
  /** Blocks that reach down to the row above, by their run. */
  let above = new Map<string, Block>();
  let current = new Map<string, Block>();
  let row = -1;
  for (const run of runs(tiles, grid, maxTiles)) {
    if (run.row !== row) {
      above = run.row === row + 1 ? current : new Map();
      current = new Map();
      row = run.row;
    }
    const key = `${run.column}+${run.columns}`;
    const over = above.get(key);
    const block = over !== undefined && (over.rows + 1) * over.columns <= maxTiles ? over : run;
    if (block === over) block.rows++;
    else blocks.push(block);
    current.set(key, block);
  }
  return blocks.map(({ column, row: top, columns, rows }) => tilesAt(grid, column, top, columns, rows));
}

/** Tiles that lie side by side in a row, as blocks of one row. */
function* runs(tiles: readonly number[], grid: TileGrid, maxTiles: number): Generator<Block> {
  let at = 0;
  while (at < tiles.length) {
    const first = tiles[at] ?? 0;
    const row = Math.floor(first / grid.columns);
    const most = Math.min((row + 1) * grid.columns - first, maxTiles);
    let columns = 1;
    while (columns < most && tiles[at + columns] === first + columns) columns++;
    yield { column: first % grid.columns, columns, row, rows: 1 };
    at += columns;
  }
}

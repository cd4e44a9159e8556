/** Side, in pixels, of the squares in which it is known what later rectangles cover: the tile that changes are found in. */
const COVER_CELL = 64;

/** Later rectangles that an unaligned one is held against. More only saves work. */
const MAX_COVER_CHECKS = 64;

/** A part of a picture, in its pixels. */
export interface PicturePart {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * The rectangles that are still seen when all have been painted in their order, as far as that can be told cheaply: each
 * that later ones cover wholly is left out. What is left paints the same picture. Finds every cover along the tiles that
 * changes are found in, and that of one later rectangle wherever it lies.
 * @param width the picture's; no rectangle reaches out of it
 */
export function uncovered<R extends PicturePart>(
  rectangles: readonly R[],
  width: number,
  height: number,
): readonly R[] {
  const grid = new CoverGrid(width, height);
  const kept: R[] = [];
  for (let index = rectangles.length - 1; index >= 0; index--) {
    const rectangle = rectangles[index];
    if (rectangle === undefined) continue;
    if (grid.covers(rectangle) || isIn(kept, rectangle)) continue;
    grid.add(rectangle);
    kept.push(rectangle);
  }
  return kept.reverse();
}

/** Whether one of the rectangles kept last holds another whole. */
function isIn(kept: readonly PicturePart[], inner: PicturePart): boolean {
  for (let index = kept.length - 1; index >= Math.max(0, kept.length - MAX_COVER_CHECKS); index--) {
    const outer = kept[index];
    if (outer !== undefined && holds(outer, inner)) return true;
  }
  return false;
}

const holds = (outer: PicturePart, inner: PicturePart): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Which cells of a picture are covered whole. One at its edge is covered when what there is of it is. */
class CoverGrid {
  readonly #columns: number;
  readonly #width: number;
  readonly #height: number;
  readonly #covered: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#columns = Math.ceil(width / COVER_CELL);
    this.#covered = new Uint8Array(this.#columns * Math.ceil(height / COVER_CELL));
  }

  covers({ x, y, width, height }: PicturePart): boolean {
    const right = Math.ceil((x + width) / COVER_CELL);
    const bottom = Math.ceil((y + height) / COVER_CELL);
    for (let row = Math.floor(y / COVER_CELL); row < bottom; row++) {
      const start = row * this.#columns;
      for (let column = Math.floor(x / COVER_CELL); column < right; column++)
        if (this.#covered[start + column] !== 1) return false;
    }
    return true;
  }

  add({ x, y, width, height }: PicturePart): void {
    const right = endCell(x + width, this.#width);
    const bottom = endCell(y + height, this.#height);
    for (let row = Math.ceil(y / COVER_CELL); row < bottom; row++) {
      const left = row * this.#columns + Math.ceil(x / COVER_CELL);
      const end = row * this.#columns + right;
      if (end > left) this.#covered.fill(1, left, end);
    }
  }
}

/** The cell after the last that ends at or before a place; at the picture's edge the last cell ends with it. */
const endCell = (end: number, size: number): number =>
  end >= size ? Math.ceil(size / COVER_CELL) : Math.floor(end / COVER_CELL);

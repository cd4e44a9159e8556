import type { Pixels } from "./replayed-pictures.js";

/** Pixels of a tile's side. */
export const TILE = 64;
/** Up to this many colours a tile has to be exact. */
export const FEW_COLOURS = 512;

/** What came of comparing two pictures tile by tile. */
export interface Comparison {
  readonly tiles: number;
  /** Tiles that differ although they have few colours: `[column, row, colours]`. */
  readonly wrong: readonly (readonly [number, number, number])[];
  /** Tiles of many colours that are not exact. */
  readonly inexact: number;
  /** Of the worst of those, dB. */
  readonly worstDb: number;
  /** Over the whole picture, dB: to be printed only, since one lost letter still scores 45. */
  readonly wholeDb: number;
}

/** Compares what is shown with what was captured; their sizes must be the same. */
export function compareTiles(captured: Pixels, shown: Pixels): Comparison {
  if (captured.width !== shown.width || captured.height !== shown.height)
    throw new Error(`${shown.width}x${shown.height} is shown of ${captured.width}x${captured.height}`);
  const wrong: [number, number, number][] = [];
  let tiles = 0;
  let inexact = 0;
  let worstDb = Number.POSITIVE_INFINITY;
  let error = 0;
  for (let row = 0; row * TILE < captured.height; row++) {
    for (let column = 0; column * TILE < captured.width; column++) {
      tiles += 1;
      const tile = tileError(captured, shown, column, row);
      if (tile.sum === 0) continue;
      error += tile.sum;
      const colours = coloursOf(captured, column, row);
      if (colours <= FEW_COLOURS) wrong.push([column, row, colours]);
      else {
        inexact += 1;
        worstDb = Math.min(worstDb, decibels(tile.sum, tile.values));
      }
    }
  }
  return { tiles, wrong, inexact, worstDb, wholeDb: decibels(error, captured.width * captured.height * 3) };
}

/** The pixels of two pictures that differ. */
export function differingPixels(one: Pixels, other: Pixels): number {
  let count = 0;
  const [a, b] = [numbers(one), numbers(other)];
  for (let at = 0; at < a.length; at++) if (((a[at] ?? 0) ^ (b[at] ?? 0)) & 0xffffff) count += 1;
  return count;
}

const decibels = (sum: number, values: number): number =>
  sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((255 * 255 * values) / sum);

/** The squared differences of a tile's red, green and blue. */
function tileError(a: Pixels, b: Pixels, column: number, row: number): { sum: number; values: number } {
  const right = Math.min((column + 1) * TILE, a.width);
  const bottom = Math.min((row + 1) * TILE, a.height);
  let sum = 0;
  for (let y = row * TILE; y < bottom; y++) {
    const from = (y * a.width + column * TILE) * 4;
    const to = (y * a.width + right) * 4;
    if (a.bytes.compare(b.bytes, from, to, from, to) === 0) continue;
    for (let at = from; at < to; at++) {
      if (at % 4 !== 3) sum += ((a.bytes[at] ?? 0) - (b.bytes[at] ?? 0)) ** 2;
    }
  }
  return { sum, values: (right - column * TILE) * (bottom - row * TILE) * 3 };
}

function coloursOf(picture: Pixels, column: number, row: number): number {
  const pixels = numbers(picture);
  const colours = new Set<number>();
  const right = Math.min((column + 1) * TILE, picture.width);
  const bottom = Math.min((row + 1) * TILE, picture.height);
  for (let y = row * TILE; y < bottom; y++) {
    for (let x = column * TILE; x < right; x++) colours.add((pixels[y * picture.width + x] ?? 0) & 0xffffff);
  }
  return colours.size;
}

const numbers = ({ bytes }: Pixels): Uint32Array =>
  bytes.byteOffset % 4 === 0
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
    : new Uint32Array(new Uint8Array(bytes).buffer);

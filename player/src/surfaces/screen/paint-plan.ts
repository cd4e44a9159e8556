import {
  type DisplayEvent,
  type PaintEvent,
  type PaintedRectangle,
  uncovered,
} from "@reeltime/recorder/protocol";
import { MAX_CHUNK_PIXELS } from "./limits.js";

/** What changes a picture: what it is, or what it shows. */
export type PictureChange = DisplayEvent | PaintEvent;

/** A picture's size, in its pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** What is to be done to show some changes all at once. */
export interface PaintPlan {
  /** The last of the changes that says what the picture is. */
  readonly display: DisplayEvent | undefined;
  /** The picture's size from now on; `undefined` while that is not known. */
  readonly size: PictureSize | undefined;
  /** What was there before is gone: it is black where nothing is painted. */
  readonly clears: boolean;
  /** To be painted in this order. Each lies in the picture. */
  readonly rectangles: readonly TimedRectangle[];
  /** The picture has more pixels than it may have: none of it is painted. */
  readonly tooLarge: boolean;
  /** There is a pixel of it: a whole paint may be without any, of what is not to be seen. */
  readonly paints: boolean;
  /** Rectangles that do not lie in the picture. */
  readonly refused: readonly RefusedRectangle[];
  /** Time of the last of the changes; -Infinity of none. */
  readonly atMs: number;
}

/** A rectangle with the time of its paint. */
export interface TimedRectangle extends PaintedRectangle {
  readonly paintedMs: number;
}

/** A rectangle that cannot be painted, with the time of its paint. */
export interface RefusedRectangle {
  readonly atMs: number;
  readonly rectangle: PaintedRectangle;
}

/**
 * Plans changes that are seen at once: nothing is painted that a later change hides.
 * @param before the picture's size so far
 * @param maxPixels it may have at the most; of one that has more nothing is painted
 */
export function planPaint(
  changes: readonly PictureChange[],
  before: PictureSize | undefined,
  maxPixels = Number.POSITIVE_INFINITY,
): PaintPlan {
  let size = before;
  let display: DisplayEvent | undefined;
  let clears = false;
  let paints: PaintEvent[] = [];
  for (const change of changes) {
    if (change.type === "display") {
      display = change;
      if (change.width === size?.width && change.height === size.height) continue;
      size = { width: change.width, height: change.height };
      clears = true;
      paints = [];
    } else {
      if (change.whole) {
        clears = true;
        paints = [];
      }
      paints.push(change);
    }
  }
  const atMs = changes.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  const tooLarge = size !== undefined && pixelsOf(size) > maxPixels;
  const refused: RefusedRectangle[] = [];
  const inside: TimedRectangle[] = [];
  for (const paint of paints)
    for (const rectangle of paint.rectangles)
      if (size !== undefined && !tooLarge && isInside(rectangle, size))
        inside.push({ ...rectangle, paintedMs: paint.atMs });
      else refused.push({ atMs: paint.atMs, rectangle });
  const rectangles = size === undefined ? [] : uncovered(inside, size.width, size.height);
  return { display, size, clears, rectangles, tooLarge, paints: inside.length > 0, refused, atMs };
}

const isInside = ({ x, y, width, height }: PaintedRectangle, size: PictureSize): boolean =>
  x + width <= size.width && y + height <= size.height;

/** Rectangles in their order, in lists of at most `MAX_CHUNK_PIXELS`, or of one. */
export function chunksOf<R extends PictureSize>(rectangles: readonly R[]): readonly (readonly R[])[] {
  const chunks: R[][] = [];
  let pixels = Number.POSITIVE_INFINITY;
  for (const rectangle of rectangles) {
    const own = pixelsOf(rectangle);
    if (pixels + own > MAX_CHUNK_PIXELS) {
      chunks.push([]);
      pixels = 0;
    }
    chunks.at(-1)?.push(rectangle);
    pixels += own;
  }
  return chunks;
}

/** Pixels of a rectangle. */
export const pixelsOf = ({ width, height }: PictureSize): number => width * height;

/** Pixels of all rectangles of a change. */
export const pixelsOfChange = (change: PictureChange): number =>
  change.type === "paint" ? change.rectangles.reduce((sum, rectangle) => sum + pixelsOf(rectangle), 0) : 0;

import type { Point, Rectangle } from "../geometry.js";

/** Whether a place lies in an area. */
export const holds = (area: Rectangle, point: Point): boolean =>
  point.x >= area.x && point.y >= area.y && point.x < area.x + area.width && point.y < area.y + area.height;

/** Whether an area covers another whole. */
export const covers = (outer: Rectangle, inner: Rectangle): boolean =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;

/** Whether two areas are the same. */
export const sameRectangle = (one: Rectangle, other: Rectangle): boolean =>
  one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;

/** The smallest area that covers both. */
export function hull(a: Rectangle, b: Rectangle): Rectangle {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}

/** What two areas share; `undefined`: nothing. */
export function intersection(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}

/**
 * Fewer areas that cover all that these cover, and perhaps more: what lies within another goes, and beyond `max` those
 * are put together that waste least by it.
 */
export function simplified(areas: readonly Rectangle[], max: number): readonly Rectangle[] {
  const kept: Rectangle[] = [];
  for (const area of areas) {
    if (kept.some((other) => covers(other, area))) continue;
    for (let index = kept.length - 1; index >= 0; index--) {
      const other = kept[index];
      if (other !== undefined && covers(area, other)) kept.splice(index, 1);
    }
    kept.push(area);
  }
  while (kept.length > max) joinNearest(kept);
  return kept;
}

/** Only neighbours in the list are tried: they are places of one window one after the other. */
function joinNearest(areas: Rectangle[]): void {
  let best = 0;
  let bestWaste = Number.POSITIVE_INFINITY;
  for (let index = 0; index + 1 < areas.length; index++) {
    const a = areas[index];
    const b = areas[index + 1];
    if (a === undefined || b === undefined) continue;
    const both = hull(a, b);
    const waste = both.width * both.height - a.width * a.height - b.width * b.height;
    if (waste < bestWaste) {
      best = index;
      bestWaste = waste;
    }
  }
  const a = areas[best];
  const b = areas[best + 1];
  if (a !== undefined && b !== undefined) areas.splice(best, 2, hull(a, b));
}

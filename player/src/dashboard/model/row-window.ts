/** The tops of rows of known heights, and the whole height as the last entry. */
export function rowTops(heights: readonly number[]): readonly number[] {
  const tops = [0];
  let top = 0;
  for (const height of heights) {
    top += height;
    tops.push(top);
  }
  return tops;
}

/** Rows from `first` up to, not including, `end`. */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
}

/**
 * The rows to draw: those in view and some beyond, so that a list of any length costs what fits on a screen.
 * All lengths in px.
 */
export function rowWindow(
  tops: readonly number[],
  scrollTop: number,
  viewHeight: number,
  overscan: number,
): RowWindow {
  const count = tops.length - 1;
  const first = Math.max(0, lastAtOrBefore(tops, scrollTop - overscan));
  const end = Math.min(count, lastAtOrBefore(tops, scrollTop + viewHeight + overscan) + 1);
  return { first: Math.min(first, count), end: Math.max(end, 0) };
}

function lastAtOrBefore(tops: readonly number[], y: number): number {
  let low = 0;
  let high = tops.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

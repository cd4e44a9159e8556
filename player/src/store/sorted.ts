/** How many of a list in ascending order are at or before `at`. */
export function countUpTo<T>(list: readonly T[], at: number, timeOf: (entry: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = list[middle];
    if (entry !== undefined && timeOf(entry) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Puts an entry into its place in a list in ascending order, after those of the same time. */
export function insertByTime<T>(list: T[], entry: T, timeOf: (entry: T) => number): void {
  const at = timeOf(entry);
  const last = list.at(-1);
  if (last === undefined || timeOf(last) <= at) list.push(entry);
  else list.splice(countUpTo(list, at, timeOf), 0, entry);
}

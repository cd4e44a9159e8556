import { MAX_TIME_MS } from "./limits.js";

/** Bins an activity keeps at the most; twice as many seconds double the width of each. */
export const MAX_ACTIVITY_BINS = 256;
const FIRST_BIN_MS = 1_000;

/**
 * How much happened when: events counted in bins of equal width from the session's start. It never has more
 * than {@link MAX_ACTIVITY_BINS} bins, so its size does not grow with the session.
 */
export interface Activity {
  readonly startMs: number;
  readonly binMs: number;
  readonly counts: readonly number[];
}

/** An activity in which nothing has happened yet. */
export const emptyActivity = (startMs: number): Activity => ({ startMs, binMs: FIRST_BIN_MS, counts: [] });

/** Adds `count` at `atMs`. Times before the start, and what is no time, count into the first bin. */
export function addActivity(activity: Activity, atMs: number, count: number): Activity {
  const offset = Math.min(Math.max(0, atMs - activity.startMs), MAX_TIME_MS) || 0;
  let { binMs } = activity;
  let counts = [...activity.counts];
  while (offset >= binMs * MAX_ACTIVITY_BINS) {
    counts = halve(counts);
    binMs *= 2;
  }
  const index = Math.floor(offset / binMs);
  while (counts.length <= index) counts.push(0);
  counts[index] = (counts[index] ?? 0) + count;
  return { startMs: activity.startMs, binMs, counts };
}

function halve(counts: readonly number[]): number[] {
  const halved: number[] = [];
  for (let index = 0; index < counts.length; index += 2) {
    halved.push((counts[index] ?? 0) + (counts[index + 1] ?? 0));
  }
  return halved;
}

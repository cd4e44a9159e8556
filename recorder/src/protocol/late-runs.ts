import { MAX_LATE_RUNS } from "./limits.js";
import type { LateRun } from "./state-header.js";

/**
 * Adds a late frame to the runs: to the newest run when it goes on from it in the same window, else as a run of its
 * own. Past {@link MAX_LATE_RUNS} the oldest and the next one of its window become one (the two oldest where no other
 * is of its window), which then also covers what lies between them: a seek reads more than it needs, and misses nothing.
 *
 * State headers, summaries and the catalog all count by this rule, or a catalog made again would not be the same.
 */
export function addLateRun(runs: readonly LateRun[], late: LateRun): readonly LateRun[] {
  const last = runs.at(-1);
  if (last !== undefined && last.window === late.window && last.toSeqNum === late.fromSeqNum) {
    return [...runs.slice(0, -1), join(last, late)];
  }
  const [oldest, ...rest] = [...runs, late];
  if (oldest === undefined || rest.length < MAX_LATE_RUNS) return [...runs, late];
  const index = Math.max(
    0,
    rest.findIndex(({ window }) => window === oldest.window),
  );
  return [join(oldest, rest[index] ?? late), ...rest.filter((_, place) => place !== index)];
}

const join = (one: LateRun, other: LateRun): LateRun => ({
  window: one.window,
  fromSeqNum: Math.min(one.fromSeqNum, other.fromSeqNum),
  toSeqNum: Math.max(one.toSeqNum, other.toSeqNum),
  firstMs: Math.min(one.firstMs, other.firstMs),
  lastMs: Math.max(one.lastMs, other.lastMs),
});

import { type LateRun, MAX_LATE_RUNS } from "./protocol/index.js";

/**
 * Adds a late frame to the runs: to the window's newest run when it lies right behind it in the stream, else as a
 * run of its own. Beyond {@link MAX_LATE_RUNS} the two oldest become one, which then also covers what lies between
 * them (and so may hold frames of other windows): more is read than needed, nothing is missed.
 */
export function addLateRun(runs: readonly LateRun[], late: LateRun): readonly LateRun[] {
  const last = runs.at(-1);
  if (last !== undefined && last.window === late.window && last.toSeqNum === late.fromSeqNum) {
    return [...runs.slice(0, -1), join(last, late)];
  }
  const [oldest, second, ...rest] = runs;
  if (runs.length < MAX_LATE_RUNS || oldest === undefined || second === undefined) return [...runs, late];
  return [join(oldest, second), ...rest, late];
}

const join = (a: LateRun, b: LateRun): LateRun => ({
  window: a.window,
  fromSeqNum: Math.min(a.fromSeqNum, b.fromSeqNum),
  toSeqNum: Math.max(a.toSeqNum, b.toSeqNum),
  firstMs: Math.min(a.firstMs, b.firstMs),
  lastMs: Math.max(a.lastMs, b.lastMs),
});

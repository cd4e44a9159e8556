import { type LateRun, MAX_LATE_RUNS } from "@reeltime/recorder/protocol";

/**
 * Adds a late frame: to the newest run when it goes on from it in the same window, else as a run of its own. Past
 * {@link MAX_LATE_RUNS} the two oldest of one window become one, so nothing late is ever forgotten; when no two
 * share a window the two oldest become one all the same, and a seek reads a little more.
 */
export function addLateFrame(runs: readonly LateRun[], frame: LateRun): readonly LateRun[] {
  const last = runs.at(-1);
  if (last !== undefined && last.window === frame.window && last.toSeqNum === frame.fromSeqNum) {
    return [...runs.slice(0, -1), join(last, frame)];
  }
  const added = [...runs, frame];
  if (added.length <= MAX_LATE_RUNS) return added;
  const [first, second] = added;
  if (first === undefined || second === undefined) return added;
  const twin = added.findIndex((run, index) => index > 0 && run.window === first.window);
  const other = twin > 0 ? (added[twin] ?? second) : second;
  return [join(first, other), ...added.filter((run) => run !== first && run !== other)];
}

const join = (one: LateRun, other: LateRun): LateRun => ({
  window: one.window,
  fromSeqNum: Math.min(one.fromSeqNum, other.fromSeqNum),
  toSeqNum: Math.max(one.toSeqNum, other.toSeqNum),
  firstMs: Math.min(one.firstMs, other.firstMs),
  lastMs: Math.max(one.lastMs, other.lastMs),
});

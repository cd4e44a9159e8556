import type { Activity } from "@reeltime/recorder/protocol";
import { IDLE_AFTER_MS } from "./limits.js";
import type { TimeSpan } from "./state.js";

/**
 * Stretches of at least ten seconds without anything happening, by the session's activity and by the inputs
 * that are known: what a timeline hatches. A stretch with an input in it is cut at that input.
 * @param endMs end of the session, ms since its start
 * @param inputs times of user input, ms since its start, in order
 */
export function idleSpans(activity: Activity, endMs: number, inputs: readonly number[]): readonly TimeSpan[] {
  const spans: TimeSpan[] = [];
  let fromMs: number | undefined;
  const bins = Math.ceil(endMs / activity.binMs);
  const close = (toMs: number): void => {
    if (fromMs !== undefined && toMs - fromMs >= IDLE_AFTER_MS) spans.push({ fromMs, toMs });
    fromMs = undefined;
  };
  let next = 0;
  for (let bin = 0; bin < bins; bin++) {
    const startMs = bin * activity.binMs;
    let busy = (activity.counts[bin] ?? 0) > 0;
    while (next < inputs.length && (inputs[next] ?? 0) < startMs + activity.binMs) {
      busy = true;
      next += 1;
    }
    if (busy) close(startMs);
    else fromMs ??= startMs;
  }
  close(endMs);
  return spans;
}

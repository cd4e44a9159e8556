import {
  IDLE_AFTER_MS,
  IDLE_LEAD_MS,
  LIVE_LAG_MS,
  SKIP_RATE_MAX,
  SKIP_RATE_MIN,
  SKIP_TAKES_MS,
} from "./limits.js";

/**
 * The playhead's next place at the live edge: on by the clock, faster the more it lags, never past the newest
 * event. A batch plays out in about its own length; a long one does not leave a lag for ever.
 */
export function followMs(atMs: number, newestMs: number, stepMs: number): number {
  const lagMs = newestMs - atMs;
  if (lagMs <= 0) return atMs;
  return Math.min(newestMs, atMs + stepMs * Math.max(1, lagMs / LIVE_LAG_MS));
}

/** A stretch to skip: where it ends, and how fast to go there. */
export interface Skip {
  readonly untilMs: number;
  readonly rate: number;
}

/**
 * Whether playback at `atMs` is in an idle stretch, by the last input before and the next after it. Skipping
 * stops a little before the next input. `undefined`: play on as usual.
 */
export function skipAt(atMs: number, lastInputMs: number, nextInputMs: number): Skip | undefined {
  const untilMs = nextInputMs - IDLE_LEAD_MS;
  if (nextInputMs - lastInputMs < IDLE_AFTER_MS || atMs < lastInputMs + IDLE_LEAD_MS || atMs >= untilMs) {
    return undefined;
  }
  const wanted = (nextInputMs - lastInputMs) / SKIP_TAKES_MS;
  return { untilMs, rate: Math.min(SKIP_RATE_MAX, Math.max(SKIP_RATE_MIN, wanted)) };
}

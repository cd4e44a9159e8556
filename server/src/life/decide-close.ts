import type { CloseReason } from "@reeltime/recorder/protocol";

/** When a session began and was last used; epoch ms of the server's clock. */
export interface SessionTimes {
  readonly startMs: number;
  /** Time of the newest event. */
  readonly lastMs: number;
  /** Time of the last user input; `undefined` before there was any. */
  readonly inputMs?: number | undefined;
}

/** How long a session may last, in ms. */
export interface LifeLimits {
  readonly idleLimitMs: number;
  readonly sessionLimitMs: number;
}

/**
 * Whether a session is to be closed at `nowMs`, and why. Only what its user does keeps it: an animation sends
 * frames for ever. One that nobody has touched yet counts from its start. An input later than the session's own
 * newest event is a clock or a lie, and counts as that event.
 */
export function decideClose(times: SessionTimes, limits: LifeLimits, nowMs: number): CloseReason | undefined {
  if (nowMs - times.startMs >= limits.sessionLimitMs) return "limit";
  const inputMs = Math.min(times.inputMs ?? times.startMs, times.lastMs, nowMs);
  return nowMs - Math.max(inputMs, times.startMs) >= limits.idleLimitMs ? "idle" : undefined;
}

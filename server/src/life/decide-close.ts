import type { CloseReason } from "@reeltime/recorder/protocol";
import { CATCH_UP_MS } from "../limits.js";

/** When a session began and was last used; epoch ms of the server's clock. */
export interface SessionTimes {
  readonly startMs: number;
  /** Time of the newest event. */
  readonly lastMs: number;
  /** Time of the last user input; `undefined` before there was any. */
  readonly inputMs?: number | undefined;
  /** When something of it last came, whatever its times; `undefined` when nothing has since this server began. */
  readonly heardMs?: number | undefined;
}

/** How long a session may last, in ms. */
export interface LifeLimits {
  readonly idleLimitMs: number;
  readonly sessionLimitMs: number;
}

/**
 * What time it is in a session: the server's, unless what has just come lies behind its own arrival. Then it was held back
 * while the server was away and is being brought now, and it is as late as its newest frame says, and what has passed since.
 */
function sessionNowMs({ lastMs, heardMs }: SessionTimes, nowMs: number): number {
  const quietMs = heardMs === undefined ? CATCH_UP_MS : Math.max(0, nowMs - heardMs);
  return quietMs >= CATCH_UP_MS ? nowMs : Math.min(nowMs, lastMs + quietMs);
}

/**
 * Whether a session is to be closed at `nowMs`, and why. Only what its user does keeps it: an animation sends
 * frames for ever. One that nobody has touched yet counts from its start. An input later than the session's own
 * newest event is a clock or a lie, and counts as that event. What is being brought late is judged by its own times, but
 * not for ever.
 */
export function decideClose(times: SessionTimes, limits: LifeLimits, nowMs: number): CloseReason | undefined {
  if (nowMs - times.startMs >= limits.sessionLimitMs * 2) return "limit";
  return decideAt(times, limits, sessionNowMs(times, nowMs));
}

function decideAt(times: SessionTimes, limits: LifeLimits, nowMs: number): CloseReason | undefined {
  if (nowMs - times.startMs >= limits.sessionLimitMs) return "limit";
  const inputMs = Math.min(times.inputMs ?? times.startMs, times.lastMs, nowMs);
  return nowMs - Math.max(inputMs, times.startMs) >= limits.idleLimitMs ? "idle" : undefined;
}

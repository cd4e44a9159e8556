import { HttpError } from "../http/http-error.js";
import { DEAD_RETRY_SECONDS } from "../limits.js";

/**
 * Refuses what needs S2 while it will not come back by itself: at once, where each try would take seconds. Throws
 * `HttpError` `unavailable`. `failure` is that of `OpenedS2`.
 */
export function requireAlive(failure: () => string | undefined): void {
  if (failure() === undefined) return;
  throw new HttpError(
    "unavailable",
    "The store has ended and does not come back by itself; the server's log says what to do.",
    { retryAfterSeconds: DEAD_RETRY_SECONDS },
  );
}

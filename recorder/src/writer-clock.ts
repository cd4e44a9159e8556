import { CLOCK_RISES } from "./limits.js";
import { CLOCK_TOLERANCE_MS } from "./protocol/index.js";

/**
 * What is believed of one writer's clock. An upload's estimate is `received - sent`: the true offset plus the time
 * the upload travelled, so it errs upward only, and of two estimates the lower is the better one.
 */
export interface WriterClock {
  /** What to add to the writer's times, ms. */
  readonly offsetMs: number;
  /** Uploads in a row whose estimate was higher than that by more than the tolerance. */
  readonly rises: number;
  /** The lowest of those, ms. */
  readonly lowestRiseMs: number;
}

/** A writer's first upload: the session's clock goes on unless this one differs by more than the tolerance. */
export const firstClock = (sessionOffsetMs: number | undefined, estimateMs: number): WriterClock => {
  const keeps = sessionOffsetMs !== undefined && Math.abs(estimateMs - sessionOffsetMs) <= CLOCK_TOLERANCE_MS;
  return settled(keeps ? sessionOffsetMs : estimateMs);
};

/**
 * A later upload. A clearly lower estimate is believed at once (the clock was set forward, or the first upload had
 * been slow). A clearly higher one is a slow upload until {@link CLOCK_RISES} in a row say the same: then the clock
 * was set back, and the lowest of them is believed.
 */
export function nextClock(clock: WriterClock, estimateMs: number): WriterClock {
  if (estimateMs < clock.offsetMs - CLOCK_TOLERANCE_MS) return settled(estimateMs);
  if (estimateMs <= clock.offsetMs + CLOCK_TOLERANCE_MS)
    return clock.rises === 0 ? clock : settled(clock.offsetMs);
  const lowestRiseMs = clock.rises === 0 ? estimateMs : Math.min(clock.lowestRiseMs, estimateMs);
  const rises = clock.rises + 1;
  return rises >= CLOCK_RISES ? settled(lowestRiseMs) : { offsetMs: clock.offsetMs, rises, lowestRiseMs };
}

/** A clock about which there is no doubt. */
export const settled = (offsetMs: number): WriterClock => ({
  offsetMs: Math.floor(offsetMs),
  rises: 0,
  lowestRiseMs: 0,
});

/**
 * The offset of one frame: its writer's, but never so that the frame would lie after its own arrival. That is what
 * is stored beside it, so whoever reads it back computes the same times without knowing when it came.
 */
export const frameOffset = (clock: WriterClock, lastMs: number, receivedAtMs: number): number =>
  Math.floor(Math.min(clock.offsetMs, receivedAtMs - lastMs));

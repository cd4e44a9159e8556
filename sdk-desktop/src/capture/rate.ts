/** When a picture is captured, by `monotonicMs`. */
export interface Ticks {
  /** The tick that was captured last: when it was meant, or should have been. */
  readonly tickMs: number;
  /** Not before this, whatever the pace: bytes that were spent are earned first. */
  readonly notBeforeMs: number;
}

/** When the next capture is due at this pace, in captures a second; never, at 0. A higher pace holds from the last capture on. */
export const dueMs = ({ tickMs, notBeforeMs }: Ticks, fps: number): number =>
  fps > 0 ? Math.max(tickMs + 1_000 / fps, notBeforeMs) : Number.POSITIVE_INFINITY;

/**
 * The tick of a capture that begins now. A late one does not put those after it off, so that the pace holds on average; but
 * what is later than half a tick is not caught up with: ticks that were missed are skipped.
 */
export const tickOf = (ticks: Ticks, fps: number, nowMs: number): number =>
  Math.max(Math.min(dueMs(ticks, fps), nowMs), nowMs - 500 / fps);

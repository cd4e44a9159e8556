import { DRAWN_MS } from "./limits.js";

/** When a picture is captured, by `monotonicMs`. */
export interface Ticks {
  /** The tick that was captured last: when it was meant, or should have been. */
  readonly tickMs: number;
  /** Not before this, whatever the pace: bytes that were spent are earned first. */
  readonly notBeforeMs: number;
  /** When the screen was drawn in, since the last capture, as far as that is told; `undefined`: it was not. */
  readonly drawnMs?: number | undefined;
  /** The last capture that had something to show, or was made because the screen was drawn in. */
  readonly actedMs: number;
}

/**
 * When the next capture is due at this pace, in captures a second; never, at 0. A higher pace holds from the last capture on.
 * What is drawn after a while in which nothing was does not wait for the next tick.
 */
export function dueMs({ tickMs, notBeforeMs, drawnMs, actedMs }: Ticks, fps: number): number {
  if (fps <= 0) return Number.POSITIVE_INFINITY;
  const intervalMs = 1_000 / fps;
  const drawnDueMs =
    drawnMs === undefined ? Number.POSITIVE_INFINITY : Math.max(drawnMs + DRAWN_MS, actedMs + intervalMs);
  return Math.max(Math.min(tickMs + intervalMs, drawnDueMs), notBeforeMs);
}

/**
 * The tick of a capture that begins now. A late one does not put those after it off, so that the pace holds on average; but
 * what is later than half a tick is not caught up with: ticks that were missed are skipped.
 */
export const tickOf = (ticks: Ticks, fps: number, nowMs: number): number =>
  Math.max(Math.min(dueMs(ticks, fps), nowMs), nowMs - 500 / fps);

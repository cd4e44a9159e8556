import { SUSPENDED_MS } from "../limits.js";

/** The clocks of a machine; all in ms. */
export interface ClockSources {
  /** Of no one to set: stands still while the machine sleeps, on most systems. */
  readonly monotonicMs: () => number;
  /** Since the machine was started, its sleep counted. */
  readonly uptimeMs: () => number;
  /** Epoch time, as it is set now. */
  readonly wallMs: () => number;
}

/**
 * Epoch time that runs on evenly: read from the machine's own clock once, and from then on counted. One that is set
 * meanwhile changes nothing; the time that the machine slept is added.
 */
export interface EpochClock {
  /** Epoch ms, whole. */
  now(): number;
  /** The same for a time of the monotonic clock. */
  at(monotonicMs: number): number;
  /** Looks whether the machine slept since the last look. To be called about every second. */
  look(): void;
}

/** Makes a clock that starts from what the machine's clock says now. */
export function createEpochClock({ monotonicMs, uptimeMs, wallMs }: ClockSources): EpochClock {
  const startMs = monotonicMs();
  const startUptimeMs = uptimeMs();
  const baseMs = wallMs() - startMs;
  /** All sleep but the last. */
  let earlierMs = 0;
  /** The last, and when the machine was last seen awake before it. */
  let sleptMs = 0;
  let sleptAfterMs = startMs;
  let lookedMs = startMs;

  const at = (timeMs: number): number =>
    Math.round(baseMs + timeMs + earlierMs + (timeMs > sleptAfterMs ? sleptMs : 0));

  return {
    now: () => at(monotonicMs()),
    at,
    look: () => {
      const nowMs = monotonicMs();
      const aheadMs = uptimeMs() - startUptimeMs - (nowMs - startMs) - earlierMs - sleptMs;
      if (aheadMs > SUSPENDED_MS) {
        earlierMs += sleptMs;
        sleptMs = aheadMs;
        sleptAfterMs = lookedMs;
      }
      lookedMs = nowMs;
    },
  };
}

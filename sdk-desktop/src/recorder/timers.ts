/** Timers, given so that tests can move time. */
export interface Timers {
  /** Never keeps the app alive. */
  readonly set: (work: () => void, ms: number) => unknown;
  readonly clear: (timer: unknown) => void;
}

/** The machine's own. */
export const hostTimers: Timers = {
  set: (work, ms) => setTimeout(work, Math.max(0, ms)).unref(),
  clear: (timer) => clearTimeout(timer as NodeJS.Timeout | undefined),
};

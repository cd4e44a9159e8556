import { EMBEDDED_CRASHES, EMBEDDED_RESTARTS } from "../limits.js";

/** Signals by which a process ends that went wrong itself: a damaged map, an assertion, memory that ran out. */
const CRASHES: ReadonlySet<string> = new Set(["SIGBUS", "SIGSEGV", "SIGABRT", "SIGILL", "SIGFPE", "SIGTRAP"]);

/** How the embedded S2 ended, and how often it had before. */
export interface StoreEnd {
  /** The signal that ended it; `null` when it exited. */
  readonly signal: string | null;
  /** How often it crashed before. */
  readonly crashes: number;
  /** How often it was started again lately. */
  readonly restarts: number;
}

/** Whether a signal says that the process went wrong itself, and was not ended from outside. */
export function isCrash(signal: string | null): boolean {
  return signal !== null && CRASHES.has(signal);
}

/**
 * Why it is not to be started again; `undefined` when it is. What was ended from outside is, for a bounded number
 * of times. What crashed is once, since it looks at its file before it maps it, and never again: damage that
 * comes up whenever somebody reads it would otherwise end it for ever.
 */
export function whyDead({ signal, crashes, restarts }: StoreEnd): string | undefined {
  if (isCrash(signal) && crashes >= EMBEDDED_CRASHES)
    return `it crashed ${crashes + 1} times, the last time by ${signal}: its data may be damaged`;
  if (restarts >= EMBEDDED_RESTARTS) return `it ended ${restarts + 1} times within a short while`;
  return undefined;
}

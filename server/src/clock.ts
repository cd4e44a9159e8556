/** Epoch milliseconds, now. Given to everything that needs the time, so that tests can set it. */
export type Clock = () => number;

/** The machine's own. */
export const systemClock: Clock = () => Date.now();

/** Waits. Timers of nothing but waits do not keep a process alive. */
export const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });

/**
 * How long to wait before the `attempt`th try again (from 0): doubling from a hundredth of `maxMs` up to it, and
 * between half and all of that at random, so that those who collided do not collide again.
 */
export const backoffMs = (attempt: number, maxMs: number, random: () => number): number =>
  Math.min(maxMs, (maxMs / 100) * 2 ** Math.min(attempt, 10)) * (0.5 + random() / 2);

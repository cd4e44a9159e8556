import type { PageSignals } from "../../src/client/index.js";

/** A clock whose waits are a hundredth as long. */
export const hasty = {
  now: () => performance.now() * 100,
  timeout: (callback: () => void, delayMs: number) => {
    const id = setTimeout(callback, delayMs / 100);
    return () => clearTimeout(id);
  },
};

/** What a page says of itself, as a test wants it. */
export interface TestSignals extends PageSignals {
  /** The page is hidden or seen, and offline or online, from now on. */
  set(hidden: boolean, online?: boolean): void;
}

/** A page that is seen and online until it is told otherwise. */
export function testSignals(): TestSignals {
  let hidden = false;
  let online = true;
  const listeners = new Set<() => void>();
  return {
    hidden: () => hidden,
    online: () => online,
    listen: (callback) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    set: (nowHidden, nowOnline = true) => {
      hidden = nowHidden;
      online = nowOnline;
      for (const listener of [...listeners]) listener();
    },
  };
}

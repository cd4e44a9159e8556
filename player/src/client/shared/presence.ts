/** How a page and a worker notice that the other is gone: neither can say so when it crashes. */
export interface Presence {
  /** Gives the name of a lock that is held as long as this page or worker lives; `undefined` where there are none. */
  hold(): Promise<string | undefined>;
  /** Calls back once whoever holds the lock is gone. The answer stops it. */
  whenGone(lock: string, callback: () => void): () => void;
}

/** What is used of the browser's `navigator.locks`. */
export interface Locks {
  request(
    name: string,
    options: { readonly signal?: AbortSignal },
    callback: () => Promise<void> | void,
  ): Promise<unknown>;
}

/** Presence by Web Locks. Browsers have them on https and on the machine itself; elsewhere `locks` is `undefined`. */
export function createPresence(locks: Locks | undefined): Presence {
  let held: Promise<string | undefined> | undefined;
  return {
    hold: () => {
      held ??= locks === undefined ? Promise.resolve(undefined) : holdForEver(locks);
      return held;
    },
    whenGone: (lock, callback) => {
      const abort = new AbortController();
      locks?.request(lock, { signal: abort.signal }, callback).catch(() => {
        // Stopped, or the browser gives no locks here: then only what the other says itself is heard.
      });
      return () => abort.abort();
    },
  };
}

/** The browser's own locks, where it has them. */
export const browserLocks = (): Locks | undefined =>
  typeof navigator === "undefined" ? undefined : (navigator as { readonly locks?: Locks }).locks;

function holdForEver(locks: Locks): Promise<string | undefined> {
  const name = `reeltime-live-${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    const held = (): Promise<void> => {
      resolve(name);
      return new Promise(() => {});
    };
    locks.request(name, {}, held).catch(() => resolve(undefined));
  });
}

/** The `fetch` that the client is given. */
export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Time as the client and the store see it: monotonic enough for waits, and replaceable in tests. */
export interface ClientClock {
  /** Milliseconds; only differences matter. */
  now(): number;
  /** Calls back once after `delayMs`; the answer cancels it. */
  timeout(callback: () => void, delayMs: number): () => void;
}

/** Whether somebody can see the page and whether it has a network; told when either changes. */
export interface PageSignals {
  /** True when the page cannot be seen. */
  hidden(): boolean;
  /** False when the machine knows that it has no network. */
  online(): boolean;
  /** Calls back after each change; the answer stops it. */
  listen(callback: () => void): () => void;
}

/** The real clock. */
export const systemClock: ClientClock = {
  now: () => performance.now(),
  timeout: (callback, delayMs) => {
    const id = setTimeout(callback, delayMs);
    return () => clearTimeout(id);
  },
};

/** A page's own signals; where there is no page it is always seen and online. */
export const browserSignals: PageSignals = {
  hidden: () => typeof document !== "undefined" && document.hidden,
  online: () => typeof navigator === "undefined" || navigator.onLine !== false,
  listen: (callback) => {
    if (typeof document === "undefined") return () => {};
    document.addEventListener("visibilitychange", callback);
    window.addEventListener("online", callback);
    window.addEventListener("offline", callback);
    return () => {
      document.removeEventListener("visibilitychange", callback);
      window.removeEventListener("online", callback);
      window.removeEventListener("offline", callback);
    };
  },
};

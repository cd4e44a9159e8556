import type { Clock } from "../clock.js";
import { READY_CACHE_MS, READY_TIMEOUT_MS } from "../limits.js";

/** Whether the server can do its work, and if not, why in words. */
export type ReadyState = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** What readiness is made of. */
export interface ReadinessOptions {
  /** A small read of S2. */
  readonly reachS2: () => Promise<unknown>;
  /** Why S2 will not come back by itself; `undefined` while it may. */
  readonly s2Failed: () => string | undefined;
  readonly clock: Clock;
}

/** Answers `/ready`: not before everything has started, not while S2 cannot be reached, not while draining. */
export class Readiness {
  #waitingFor: string | undefined = "the server is starting";
  #draining = false;
  #options: ReadinessOptions | undefined;
  #seen: { readonly atMs: number; readonly state: Promise<ReadyState> } | undefined;

  /** Says what is waited for; `undefined` when nothing is. */
  waitFor(reason: string | undefined): void {
    this.#waitingFor = reason;
  }

  /** Not ready any more, for good. */
  drain(): void {
    this.#draining = true;
  }

  /** Says how S2 is asked. */
  watch(options: ReadinessOptions): void {
    this.#options = options;
  }

  /** Whether the server is ready now. S2 is asked at most every two seconds, however many ask here. */
  async state(): Promise<ReadyState> {
    if (this.#draining) return { ready: false, reason: "the server is going away" };
    if (this.#waitingFor !== undefined) return { ready: false, reason: this.#waitingFor };
    const options = this.#options;
    if (options === undefined) return { ready: true };
    const failed = options.s2Failed();
    if (failed !== undefined) return { ready: false, reason: failed };
    const nowMs = options.clock();
    if (this.#seen === undefined || Math.abs(nowMs - this.#seen.atMs) >= READY_CACHE_MS) {
      this.#seen = { atMs: nowMs, state: reach(options) };
    }
    return this.#seen.state;
  }
}

async function reach({ reachS2 }: ReadinessOptions): Promise<ReadyState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error("S2 takes too long")), READY_TIMEOUT_MS);
  });
  try {
    await Promise.race([reachS2(), late]);
    return { ready: true };
  } catch {
    // The reason S2 gives is in the log of the routes that need it; an address outside needs no more than this.
    return { ready: false, reason: "S2 cannot be reached" };
  } finally {
    clearTimeout(timer);
  }
}

import type { LiveStatus } from "../client/live-connection.js";
import type { PlayerStoreOptions } from "./player-store-options.js";
import type { SessionIndex } from "./session-index.js";

/** Where a session ends while it runs, and whether everything up to there is known. */
export class LiveEdge {
  /** Whether the live connection has given all there was when it said so. */
  caughtUp = false;
  readonly #index: SessionIndex;
  readonly #options: Pick<PlayerStoreOptions, "live" | "clock">;
  readonly #changed: () => void;
  #seenMs = 0;
  #stop = (): void => {};

  /** @param changed the connection's state is another */
  constructor(index: SessionIndex, options: Pick<PlayerStoreOptions, "live" | "clock">, changed: () => void) {
    this.#index = index;
    this.#options = options;
    this.#changed = changed;
  }

  /** The live connection's state; `idle` without one. */
  get connection(): LiveStatus["state"] {
    return this.#options.live?.status.value.state ?? "idle";
  }

  /** Whether what happens is told as it happens. */
  get connected(): boolean {
    return this.connection === "open";
  }

  /** Watches the connection: what was caught up no longer is once it is lost. */
  watch(): void {
    this.#stop();
    const watching = this.#options.live?.status.subscribe(({ state }) => {
      if (state !== "open") this.caughtUp = false;
      this.#changed();
    });
    this.#stop = watching ?? (() => {});
  }

  /** The session's end as far as it is known; while it runs it never goes back. */
  atMs(): number {
    if (this.#index.closed) return this.#index.lastMs;
    const edgeMs = this.#index.edgeMs(this.#options.clock.now(), this.connected);
    this.#seenMs = Math.max(this.#seenMs, edgeMs);
    return this.#seenMs;
  }

  /** Watches no longer. */
  close(): void {
    this.#stop();
  }
}

import type { Fetch } from "./fetch.js";

/** A `Date` header has whole seconds, and an answer takes its time: a smaller difference is no difference. */
const TOLERANCE_MS = 2_000;

/** What a clock is made from. */
export interface ServerClockOptions {
  /** Epoch ms of this machine. */
  readonly nowMs: () => number;
  readonly fetch: Fetch;
}

/**
 * Tells the time on the server's clock, which is the one all sessions are told in: a laptop that is an hour off still
 * says "3 min ago". Learns from the `Date` header of every answer that goes through {@link ServerClock.fetch}.
 */
export class ServerClock {
  readonly #options: ServerClockOptions;
  #offsetMs = 0;

  constructor(options: ServerClockOptions) {
    this.#options = options;
  }

  /** Epoch ms of the server's clock, as well as it is known. */
  nowMs(): number {
    return this.#options.nowMs() + this.#offsetMs;
  }

  /** The given `fetch`, watched. */
  readonly fetch: Fetch = async (input, init) => {
    const response = await this.#options.fetch(input, init);
    const saidMs = Date.parse(response.headers.get("date") ?? "");
    if (Number.isFinite(saidMs)) {
      const differenceMs = saidMs - this.#options.nowMs();
      this.#offsetMs = Math.abs(differenceMs) < TOLERANCE_MS ? 0 : differenceMs;
    }
    return response;
  };
}

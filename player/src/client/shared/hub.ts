import type { LiveConnection } from "../live-connection.js";
import { type ClientClock, systemClock } from "../runtime.js";
import { Carriers } from "./carriers.js";
import { HubPage } from "./hub-page.js";
import type { FromWorker, ToWorker } from "./messages.js";
import type { Presence } from "./presence.js";

/** What a hub is made of. */
export interface HubOptions {
  /** Makes a connection to the server. */
  readonly connect: () => LiveConnection;
  readonly presence: Presence;
  readonly clock?: ClientClock;
}

/**
 * The worker's part: all pages of a browser on one connection. Who sees a page is the page's own matter, a hidden
 * one ends what it watches; with nothing watched the connection is let go.
 */
export class LiveHub {
  readonly #carriers: Carriers;
  readonly #presence: Presence;
  readonly #clock: ClientClock;
  readonly #pages = new Set<HubPage>();

  constructor(options: HubOptions) {
    this.#presence = options.presence;
    this.#clock = options.clock ?? systemClock;
    this.#carriers = new Carriers(options.connect, () => {
      for (const page of [...this.#pages]) page.tellStatus();
    });
  }

  /** How many pages are served. */
  get size(): number {
    return this.#pages.size;
  }

  /** Serves the page at the other end of a port, from its `hello` until it is gone. */
  attach(port: MessagePort): void {
    port.onmessage = ({ data }) => {
      const message = data as ToWorker;
      if (message.type === "hello") void this.#welcome(port, message.lock);
    };
  }

  /** Lets all pages and the connection go. */
  close(): void {
    for (const page of [...this.#pages]) page.end();
    this.#carriers.close();
  }

  async #welcome(port: MessagePort, lock: string | undefined): Promise<void> {
    const own = await this.#presence.hold();
    let stop = (): void => {};
    const page = new HubPage(port, this.#carriers, this.#clock, () => {
      stop();
      this.#pages.delete(page);
    });
    this.#pages.add(page);
    // Some browsers say when the other end of a port is gone; the lock is for the rest.
    port.addEventListener("close", () => page.end());
    if (lock !== undefined) stop = this.#presence.whenGone(lock, () => page.end());
    const welcome: FromWorker = own === undefined ? { type: "welcome" } : { type: "welcome", lock: own };
    port.postMessage(welcome);
  }
}

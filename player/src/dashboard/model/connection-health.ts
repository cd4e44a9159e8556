import { Observable } from "./observable.js";

/** What the client's live connection says of itself, as far as it matters here. */
export interface LiveStatusSource {
  readonly status: {
    readonly value: { readonly state: string };
    subscribe(listener: () => void): () => void;
  };
  retry(): void;
}

/**
 * How the connection is, as a reader is told. `fine` needs no word. `lost`: it is being tried again. `stopped`: it
 * gave up, and somebody has to ask for it.
 */
export type Health = "fine" | "lost" | "stopped";

/** Watches the live connection: quiet while it is fine, and says when it came back, since something may have been missed. */
export class ConnectionHealth {
  readonly state = new Observable<Health>("fine");
  readonly #source: LiveStatusSource;
  readonly #onOpen = new Set<() => void>();

  constructor(source: LiveStatusSource) {
    this.#source = source;
    const take = (): void => {
      const { state } = source.status.value;
      if (state === "waiting") this.state.set("lost");
      else if (state === "failed") this.state.set("stopped");
      else if (state !== "connecting") this.state.set("fine");
      if (state === "open") for (const listener of [...this.#onOpen]) listener();
    };
    source.status.subscribe(take);
    take();
  }

  /** Tries at once. */
  retry(): void {
    this.#source.retry();
  }

  /** Calls `listener` each time a connection opens, until the returned function is called. */
  onOpen(listener: () => void): () => void {
    this.#onOpen.add(listener);
    return () => {
      this.#onOpen.delete(listener);
    };
  }
}

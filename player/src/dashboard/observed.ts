import type { ReactiveController, ReactiveControllerHost } from "lit";

/** What tells when it changes: our own observables, and any other with this one method. */
export interface Subscribable {
  subscribe(listener: () => void): () => void;
}

/** Draws an element again when a source changes, while the element is in the page. The source may come late or change. */
export class Observed implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #source: () => Subscribable | undefined;
  readonly #changed: (() => void) | undefined;
  #current: Subscribable | undefined;
  #stop: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, source: () => Subscribable | undefined, changed?: () => void) {
    this.#host = host;
    this.#source = source;
    this.#changed = changed;
    host.addController(this);
  }

  hostConnected(): void {
    this.#follow();
  }

  hostUpdate(): void {
    this.#follow();
  }

  hostDisconnected(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#current = undefined;
  }

  #follow(): void {
    const source = this.#source();
    if (source === this.#current) return;
    this.#stop?.();
    this.#current = source;
    this.#stop = source?.subscribe(() => {
      this.#changed?.();
      this.#host.requestUpdate();
    });
  }
}

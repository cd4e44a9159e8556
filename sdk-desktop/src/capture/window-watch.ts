import type { WindowSource, WindowsSnapshot } from "../windows/desktop-window.js";
import { WINDOWS_RETRY_MS } from "./limits.js";

/** What a {@link WindowWatch} needs. */
export interface WindowWatchOptions {
  readonly open: () => Promise<WindowSource>;
  /** Milliseconds, as `monotonicMs`. */
  readonly clock: () => number;
  /** Told once each time it begins to fail, with the reason in the system's words. */
  readonly onFailure: (reason: string) => void;
  readonly onRecovery: () => void;
}

/** The windows of the desktop, opened when they are first asked for and again, after a pause, when that or reading them failed. */
export class WindowWatch {
  readonly #options: WindowWatchOptions;
  #source: WindowSource | undefined;
  #retryMs = Number.NEGATIVE_INFINITY;
  #failing = false;

  constructor(options: WindowWatchOptions) {
    this.#options = options;
  }

  /**
   * The windows as they are now; `undefined` while they cannot be read.
   * @param sinceMs as `WindowSource.snapshot` takes it
   */
  async snapshot(sinceMs?: number): Promise<WindowsSnapshot | undefined> {
    if (this.#source === undefined && this.#options.clock() < this.#retryMs) return undefined;
    try {
      this.#source ??= await this.#options.open();
      const snapshot = await this.#source.snapshot(sinceMs);
      if (this.#failing) this.#options.onRecovery();
      this.#failing = false;
      return snapshot;
    } catch (error) {
      this.close();
      this.#retryMs = this.#options.clock() + WINDOWS_RETRY_MS;
      if (!this.#failing) this.#options.onFailure(error instanceof Error ? error.message : String(error));
      this.#failing = true;
      return undefined;
    }
  }

  close(): void {
    this.#source?.close();
    this.#source = undefined;
  }
}

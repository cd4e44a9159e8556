import type { SessionId, SessionItem } from "@reeltime/recorder/protocol";
import { TELL_EVERY_MS } from "./limits.js";
import type { SessionRow } from "./session-row.js";
import type { ChangeListener } from "./types.js";

/** Tells listeners what changed: the first change after a quiet spell at once, the others together. */
export class Changes {
  readonly #toItem: (row: SessionRow) => SessionItem;
  readonly #listeners = new Set<ChangeListener>();
  readonly #changed = new Map<SessionId, SessionRow>();
  readonly #removed = new Set<SessionId>();
  #timer: NodeJS.Timeout | undefined;
  #quiet = true;
  #ended = false;

  constructor(toItem: (row: SessionRow) => SessionItem) {
    this.#toItem = toItem;
  }

  /** Adds a listener. */
  subscribe(listener: ChangeListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A session is as `row` says now. */
  changed(row: SessionRow): void {
    if (this.#listeners.size === 0) return;
    this.#removed.delete(row.id);
    this.#changed.set(row.id, row);
    this.#schedule();
  }

  /** A session is gone. */
  removed(id: SessionId): void {
    if (this.#listeners.size === 0) return;
    this.#changed.delete(id);
    this.#removed.add(id);
    this.#schedule();
  }

  /** Tells nothing more. */
  close(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#ended) return;
    this.#timer = setTimeout(() => this.#tell(), this.#quiet ? 0 : TELL_EVERY_MS);
    this.#quiet = false;
  }

  #tell(): void {
    this.#timer = undefined;
    if (this.#changed.size === 0 && this.#removed.size === 0) {
      this.#quiet = true;
      return;
    }
    const changed = [...this.#changed.values()].map(this.#toItem);
    const removed = [...this.#removed];
    this.#changed.clear();
    this.#removed.clear();
    // Runs once more after the interval: when nothing came by then, it is quiet again.
    this.#schedule();
    for (const listener of this.#listeners) listener(changed, removed);
  }
}

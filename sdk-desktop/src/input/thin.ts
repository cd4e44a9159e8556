import { MOVE_EVERY_MS } from "./limits.js";

/** Where the pointer was, and when. */
export interface Place {
  readonly atMs: number;
  readonly x: number;
  readonly y: number;
}

/**
 * Thins the moves of the pointer to one every `MOVE_EVERY_MS`: the first at once, then the latest of each span, so that the
 * place where it comes to rest is always among them. Pure: what is due is told by whoever asks, and no clock runs here.
 */
export class MoveThinner {
  #lastMs = Number.NEGATIVE_INFINITY;
  #held: Place | undefined;

  /** Takes a move. Returns it when it is to be told now; otherwise it is held. */
  move(place: Place): Place | undefined {
    if (place.atMs - this.#lastMs < MOVE_EVERY_MS) {
      this.#held = place;
      return undefined;
    }
    this.#held = undefined;
    this.#lastMs = place.atMs;
    return place;
  }

  /** When the place that is held is to be told; `undefined` when none is. */
  get dueMs(): number | undefined {
    return this.#held === undefined ? undefined : this.#lastMs + MOVE_EVERY_MS;
  }

  /** The place that is held, to be told now: because its time has come, or because a click follows. */
  take(): Place | undefined {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#lastMs = held.atMs;
    return held;
  }

  /** Forgets what is held: it is not to be told. */
  forget(): void {
    this.#held = undefined;
  }
}

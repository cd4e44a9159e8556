import { LEAD_MS, MAX_STILL_MS, MIN_FRAME_GAP_MS, MIN_POINTER_GAP_MS } from "../limits.js";
import type { Changed } from "./stage.js";

/**
 * When frames are written: one when something changed, at the time it did; what comes within the least gap, together; one now
 * and then while nothing does. Times are since the video's start.
 */
export class Pacer {
  readonly #lastMs: number;
  /** Time of the frame written last. */
  #writtenMs: number | undefined;
  #changed: Changed = "nothing";
  #changedMs = 0;

  /** @param lastMs time of the video's last frame, which is always written: none comes after it */
  constructor(lastMs: number) {
    this.#lastMs = lastMs;
  }

  /** Something changed. */
  note(changed: Changed, atMs: number): void {
    if (changed === "nothing" || this.#changed === "picture") return;
    // A pointer that waits for its gap waits for the picture: what a frame shows is never shown before its time.
    if (changed !== this.#changed) this.#changedMs = atMs;
    this.#changed = changed;
  }

  /** The time of the next frame that is due before `untilMs`, when nothing else happens until then; `undefined`: none. */
  next(untilMs: number): number | undefined {
    const dueMs = this.#due();
    return dueMs < untilMs && dueMs < this.#lastMs ? dueMs : undefined;
  }

  /** A frame was written. */
  written(atMs: number): void {
    this.#writtenMs = atMs;
    this.#changed = "nothing";
  }

  #due(): number {
    // The first frame stands from the start, whenever its picture came; without one soon, the start is black.
    if (this.#writtenMs === undefined) return this.#changed === "picture" ? this.#changedMs : LEAD_MS;
    switch (this.#changed) {
      case "nothing":
        return this.#writtenMs + MAX_STILL_MS;
      case "pointer":
        return Math.max(this.#changedMs, this.#writtenMs + MIN_POINTER_GAP_MS);
      case "picture":
        return Math.max(this.#changedMs, this.#writtenMs + MIN_FRAME_GAP_MS);
    }
  }
}

import { followMs, skipAt } from "./pace.js";
import { dueMs, type PlayEvent } from "./play-event.js";
import type { SceneGroup } from "./scene-group.js";
import type { SessionIndex } from "./session-index.js";

/**
 * Where playback is and how it moves: by the clock and the speed, fast through idle stretches, or with the live
 * edge. Times are epoch ms of the server's clock.
 */
export class Playhead {
  atMs: number;
  paused: boolean;
  /** Stays at the live edge. */
  following = false;
  rate = 1;
  skipInactive = false;
  /** Is going fast through an idle stretch. */
  skipping = false;
  /** Stands because what comes next is not at hand. */
  waiting = false;
  /** Where the surface's picture is; infinite while it has none that could go on. */
  pictureMs = Number.POSITIVE_INFINITY;
  /** Time of the newest event given to the surface at the edge. */
  #shownMs: number;
  #fresh = false;

  constructor(atMs: number, paused: boolean) {
    this.atMs = atMs;
    this.#shownMs = atMs;
    this.paused = paused;
  }

  /** Playback opened at a time. */
  opened(atMs: number): void {
    this.#shownMs = atMs;
    this.pictureMs = atMs;
    this.#fresh = true;
  }

  /** True once after each opening: its picture is still to be drawn, and what comes next waits for that. */
  takeFresh(): boolean {
    const fresh = this.#fresh;
    this.#fresh = false;
    return fresh;
  }

  /** Whether the surface's picture may go on to a time: it is not past it. */
  goesOnTo(at: number | "end"): boolean {
    return at !== "end" && at >= this.pictureMs && !this.following;
  }

  /**
   * Moves at the live edge: what has come is shown as it came, without building up a lag. Gives the events to
   * show, and how far the playhead lags behind the newest.
   */
  follow(scene: SceneGroup, stepMs: number): { readonly due: readonly PlayEvent[]; readonly lagMs: number } {
    this.skipping = false;
    this.waiting = false;
    scene.advance(Number.POSITIVE_INFINITY);
    const due = scene.takeDue(Number.POSITIVE_INFINITY);
    const [first] = due;
    // Nothing was shown in the silence before a new batch, so there is nothing to wait for.
    if (first !== undefined && this.atMs >= this.#shownMs) this.atMs = Math.max(this.atMs, dueMs(first));
    for (const { timestamp } of due) this.#shownMs = Math.max(this.#shownMs, timestamp);
    const lagMs = this.#shownMs - this.atMs;
    this.atMs = followMs(this.atMs, this.#shownMs, stepMs);
    return { due, lagMs };
  }

  /** Moves by the clock up to `endMs`, as far as the scene is ready. Gives the speed it moved at; 0 when it waits. */
  advance(scene: SceneGroup, index: SessionIndex, stepMs: number, endMs: number): number {
    const readyMs = scene.readyUntilMs;
    const { lastMs, nextMs } = index.inputsAround(this.atMs, Math.min(endMs, scene.range.coversUntilMs));
    const skip = this.skipInactive ? skipAt(this.atMs, lastMs, nextMs) : undefined;
    const rate = skip?.rate ?? this.rate;
    const wantedMs = this.atMs + stepMs * rate;
    this.skipping = skip !== undefined;
    this.atMs = Math.max(this.atMs, Math.min(wantedMs, endMs, readyMs, skip?.untilMs ?? endMs));
    this.waiting = wantedMs > readyMs && readyMs < endMs;
    return this.waiting ? 0 : rate;
  }
}

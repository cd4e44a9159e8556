import type { WindowId } from "@reeltime/recorder/protocol";
import type { FrameRange } from "./frame-range.js";
import type { PlayEvent } from "./play-event.js";
import { inTime, type Queued, type Scene } from "./scene.js";
import type { Opening, SurfaceKind } from "./surface-port.js";

/** The scenes that play at once, on one clock and from one range: one window's, or each display's of a desktop. */
export class SceneGroup {
  /** The one it was made for, first; at least that one. */
  readonly scenes: readonly Scene[];
  readonly #main: Scene;

  constructor(main: Scene, others: readonly Scene[] = []) {
    this.#main = main;
    this.scenes = [main, ...others];
  }

  /** The window it was made for. */
  get window(): WindowId {
    return this.#main.window;
  }

  /** All of its windows. */
  get windows(): readonly WindowId[] {
    return this.scenes.map(({ window }) => window);
  }

  /** What shows it. */
  get kind(): SurfaceKind {
    return this.#main.kind;
  }

  /** The range it plays from. */
  get range(): FrameRange {
    return this.#main.range;
  }

  /** Up to this time every event of every window is at hand. */
  get readyUntilMs(): number {
    return Math.min(...this.scenes.map(({ readyUntilMs }) => readyUntilMs));
  }

  /** Whether it shows a window. */
  has(window: WindowId): boolean {
    return this.scenes.some((scene) => scene.window === window);
  }

  /** Begins to decode the frames up to a time. */
  advance(untilMs: number): void {
    for (const scene of this.scenes) scene.advance(untilMs);
  }

  /** Resolves when everything in the range up to a time is decoded. */
  async settle(untilMs: number): Promise<void> {
    await Promise.all(this.scenes.map((scene) => scene.settle(untilMs)));
  }

  /** How many events happened up to a time that were not given yet. */
  countHappened(untilMs: number): number {
    return this.scenes.reduce((sum, scene) => sum + scene.countHappened(untilMs), 0);
  }

  /** What a surface opens a time with. */
  openingAt(atMs: number): Opening {
    const happened = this.#merged((scene) => scene.takeHappened(atMs), inTime);
    return { window: this.window, windows: this.windows, kind: this.kind, events: happened, atMs };
  }

  /** The events that begin to show up to a time, in their order. Late ones come as soon as they are known. */
  takeDue(untilMs: number): readonly PlayEvent[] {
    return this.#merged(
      (scene) => scene.takeDue(untilMs),
      (a, b) => a.dueMs - b.dueMs || a.seqNum - b.seqNum,
    );
  }

  #merged(
    take: (scene: Scene) => readonly Queued[],
    order: (a: Queued, b: Queued) => number,
  ): readonly PlayEvent[] {
    const taken = this.scenes.map(take).filter((list) => list.length > 0);
    const all = taken.length > 1 ? taken.flat().sort(order) : (taken[0] ?? []);
    return all.map(({ event }) => event);
  }
}

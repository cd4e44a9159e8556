import type { SessionStatus, WindowId } from "@reeltime/recorder/protocol";
import type { LiveStatus } from "../client/live-connection.js";
import type { FrameBuffer } from "./frame-buffer.js";
import { idleSpans } from "./idle-spans.js";
import type { PictureIndex } from "./picture-index.js";
import type { SceneGroup } from "./scene-group.js";
import type { SessionIndex } from "./session-index.js";
import type { PlayerPhase, PlayerProblem, PlayerState, PlayerWindow, TimeSpan } from "./state.js";

/** What the store itself decides; the rest of a state follows from what is known. Times are epoch ms. */
export interface Course {
  readonly phase: PlayerPhase;
  readonly error: PlayerProblem | undefined;
  readonly connection: LiveStatus["state"];
  readonly atMs: number;
  readonly edgeMs: number;
  readonly presence: SessionStatus;
  /** Follows the edge, is connected, and has been given everything. */
  readonly atEdge: boolean;
  readonly paused: boolean;
  readonly waiting: boolean;
  readonly playbackRate: number;
  readonly skipInactive: boolean;
  readonly skipping: boolean;
  /** What is shown; `undefined` before anything is. */
  readonly shown: SceneGroup | undefined;
  readonly windowChosen: boolean;
  readonly damaged: number;
}

/** Draws a {@link PlayerState} from what is known, computing anew only what changed. */
export class StateView {
  readonly #index: SessionIndex;
  readonly #buffer: FrameBuffer;
  #version = -1;
  #idleEndMs = 0;
  #idle: readonly TimeSpan[] = [];
  #buffered: readonly TimeSpan[] = [];
  #windows: readonly PlayerWindow[] = [];
  #shown: readonly WindowId[] = [];

  constructor(index: SessionIndex, buffer: FrameBuffer) {
    this.#index = index;
    this.#buffer = buffer;
  }

  /** The state as of now. */
  draw(course: Course): PlayerState {
    const index = this.#index;
    const { startMs, closed } = index;
    const { atMs, edgeMs } = course;
    const endMs = closed ? index.lastMs : edgeMs;
    const shownMs = course.atEdge ? edgeMs : Math.min(Math.max(atMs, startMs), endMs);
    this.#refresh(endMs, shownMs);
    this.#shown = keep(this.#shown, course.shown?.windows ?? [], Object.is);
    const ended = closed && course.paused && shownMs >= endMs && course.phase === "ready";
    return {
      phase: course.phase,
      error: course.error,
      mode: closed ? (ended ? "ended" : "replay") : course.atEdge ? "live" : "behind",
      presence: course.presence,
      connection: course.connection,
      session: index.item,
      startMs,
      durationMs: Math.max(0, endMs - startMs),
      currentTimeMs: shownMs - startMs,
      behindMs: closed || course.atEdge ? 0 : Math.max(0, edgeMs - shownMs),
      paused: course.paused,
      waiting: course.waiting,
      playbackRate: course.playbackRate,
      skipInactive: course.skipInactive,
      skipping: course.skipping,
      buffered: this.#buffered,
      windows: this.#windows,
      activeWindow: this.#active(course.shown, atMs),
      shownWindows: this.#shown,
      windowChosen: course.windowChosen,
      facts: index.facts,
      factsCut: index.factsCut,
      activity: index.activity,
      idle: this.#idle,
      gaps: index.gaps,
      damaged: course.damaged,
      unplayable: index.unplayable,
    };
  }

  #refresh(endMs: number, atMs: number): void {
    const { startMs, version } = this.#index;
    this.#buffered = keep(this.#buffered, this.#bufferedSpans(endMs), sameSpan);
    this.#windows = keep(this.#windows, this.#playerWindows(atMs), sameWindow);
    if (version === this.#version && Math.abs(endMs - this.#idleEndMs) < 1_000) return;
    this.#version = version;
    this.#idleEndMs = endMs;
    const inputs = this.#index.inputs.map((inputMs) => inputMs - startMs);
    this.#idle = keep(this.#idle, idleSpans(this.#index.activity, endMs - startMs, inputs), sameSpan);
  }

  /** Of several displays the one its user is in. */
  #active(shown: SceneGroup | undefined, atMs: number): WindowId | undefined {
    const inUse = this.#index.windowAt(atMs);
    return inUse !== undefined && shown?.has(inUse) === true ? inUse : shown?.window;
  }

  #bufferedSpans(endMs: number): readonly TimeSpan[] {
    const { startMs } = this.#index;
    return this.#buffer.ranges
      .filter((range) => range.frames.length > 0)
      .map((range) => ({
        fromMs: Math.max(0, range.startMs - startMs),
        toMs: Math.max(0, Math.min(endMs, range.complete ? endMs : range.endMs) - startMs),
      }));
  }

  #playerWindows(atMs: number): readonly PlayerWindow[] {
    const { startMs, item } = this.#index;
    const { pictures } = this.#index;
    const windows = [...this.#index.windows].sort((a, b) => a[1].firstMs - b[1].firstMs);
    return windows.map(([id, { firstMs, lastMs }]) => {
      const span = { id, fromMs: firstMs - startMs, toMs: lastMs - startMs };
      const page = this.#index.pageAt(id, Math.max(atMs, firstMs));
      const title = page?.detail?.title;
      const kind = pictures.kindOf(id);
      if (kind === "screen") {
        const inUse = typeof title === "string" && title !== "" ? title : (page?.text ?? "");
        return { ...span, kind, ...pictureWords(pictures, id, atMs), url: inUse };
      }
      const alone = windows.length === 1 && page === undefined;
      return {
        ...span,
        kind,
        display: false,
        title: typeof title === "string" ? title : alone ? (item?.page.title ?? "") : "",
        url: page?.text ?? (alone ? (item?.page.url ?? "") : ""),
      };
    });
  }
}

/** A picture by its own name, whatever its user did in it. */
const pictureWords = (pictures: PictureIndex, id: WindowId, atMs: number) => ({
  display: pictures.sourceOf(id) === "display",
  title: pictures.nameAt(id, atMs),
});

/** The list before when it says the same, so that whoever compares by identity sees no change. */
function keep<T>(before: readonly T[], now: readonly T[], same: (a: T, b: T) => boolean): readonly T[] {
  if (before.length !== now.length) return now;
  return now.every((entry, index) => same(entry, before[index] ?? entry) && before[index] !== undefined)
    ? before
    : now;
}

const sameSpan = (a: TimeSpan, b: TimeSpan): boolean => a.fromMs === b.fromMs && a.toMs === b.toMs;
const sameWindow = (a: PlayerWindow, b: PlayerWindow): boolean =>
  sameSpan(a, b) &&
  a.id === b.id &&
  a.kind === b.kind &&
  a.display === b.display &&
  a.title === b.title &&
  a.url === b.url;

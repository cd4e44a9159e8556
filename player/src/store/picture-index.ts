import type { DisplayEvent, WindowId } from "@reeltime/recorder/protocol";
import { MAX_PICTURE_NAMES } from "./limits.js";
import { META, type PlayEvent } from "./play-event.js";
import { screenEventOf } from "./screen-events.js";
import { countUpTo, insertByTime } from "./sorted.js";
import type { SurfaceKind } from "./surface-port.js";

interface Named {
  readonly atMs: number;
  readonly name: string;
}

const byTime = ({ atMs }: Named): number => atMs;

/** What is known of a session's windows: which are pages and which are pictures, and of what. Times are epoch ms of the server's clock. */
export class PictureIndex {
  readonly #kinds = new Map<WindowId, SurfaceKind>();
  readonly #sources = new Map<WindowId, DisplayEvent["source"]>();
  readonly #names = new Map<WindowId, Named[]>();

  /** A frame of a window was of this kind. */
  learnKind(window: WindowId, kind: SurfaceKind): void {
    this.#kinds.set(window, kind);
  }

  /** Takes what a picture's events say of it. */
  learn(window: WindowId, events: readonly PlayEvent[]): void {
    for (const event of events) {
      if (event.type !== META) continue;
      const { data } = screenEventOf(event);
      if (data.type !== "display") continue;
      this.#sources.set(window, data.source);
      this.#name(window, { atMs: data.atMs, name: data.name });
    }
  }

  /** A page, a picture, or not known yet. */
  kindOf(window: WindowId): SurfaceKind | undefined {
    return this.#kinds.get(window);
  }

  /** What a picture is of; `undefined` before one of its events was read. */
  sourceOf(window: WindowId): DisplayEvent["source"] | undefined {
    return this.#sources.get(window);
  }

  /** A picture's name at a time, or its first; empty when not known. */
  nameAt(window: WindowId, atMs: number): string {
    const names = this.#names.get(window) ?? [];
    return (names[countUpTo(names, atMs, byTime) - 1] ?? names[0])?.name ?? "";
  }

  /** Pictures that are, or may turn out to be, whole displays. */
  get maybeDisplays(): readonly WindowId[] {
    return [...this.#kinds]
      .filter(([window, kind]) => kind === "screen" && this.#sources.get(window) !== "window")
      .map(([window]) => window);
  }

  #name(window: WindowId, named: Named): void {
    const names = this.#names.get(window) ?? [];
    this.#names.set(window, names);
    const index = countUpTo(names, named.atMs, byTime);
    const same = names[index - 1]?.name === named.name;
    if (!same && names.length < MAX_PICTURE_NAMES) insertByTime(names, named, byTime);
  }
}

import type { WindowId } from "@reeltime/recorder/protocol";
import { MAX_DISPLAYS_AT_ONCE } from "./limits.js";
import type { SceneGroup } from "./scene-group.js";
import type { SessionIndex } from "./session-index.js";

/** Chooses every display of a desktop at once; no window's id. */
export const ALL_DISPLAYS = "*";
/** What a viewer chose to see: one window, all displays, or (`undefined`) whatever its user is in. */
export type WindowChoice = WindowId | typeof ALL_DISPLAYS | undefined;

/** The window that a choice comes down to at a time; of several displays the one in use. */
export function windowOf(choice: WindowChoice, index: SessionIndex, atMs: number): WindowId | undefined {
  const inUse = index.windowAt(atMs);
  if (choice !== ALL_DISPLAYS) return choice ?? inUse;
  const displays = index.pictures.maybeDisplays;
  if (inUse !== undefined && displays.includes(inUse)) return inUse;
  return displays.find((window) => begunAt(index, window, atMs)) ?? inUse;
}

/** The displays that belong beside a window at a time: none unless it is, or may turn out to be, a display itself. */
export function displaysBeside(
  choice: WindowChoice,
  window: WindowId,
  index: SessionIndex,
  atMs: number,
): readonly WindowId[] {
  if (choice !== undefined && choice !== ALL_DISPLAYS) return [];
  const displays = index.pictures.maybeDisplays;
  if (!displays.includes(window)) return [];
  return displays
    .filter((other) => other !== window && begunAt(index, other, atMs))
    .slice(0, MAX_DISPLAYS_AT_ONCE - 1);
}

const begunAt = (index: SessionIndex, window: WindowId, atMs: number): boolean =>
  (index.windows.get(window)?.firstMs ?? Number.POSITIVE_INFINITY) <= atMs;

/** What a viewer chose, and whether what is shown should give way to something else. */
export class WindowChooser {
  chosen: WindowChoice;
  /** The change last tried, so that one that cannot be shown is asked for once. */
  #tried: string | undefined;

  /** Takes another choice. */
  choose(choice: WindowChoice): void {
    this.chosen = choice;
    this.#tried = undefined;
  }

  /** Whether to open anew: the viewer chose, or its user is in, something that is not shown. True once for each such change. */
  wantsOther(
    shown: SceneGroup,
    index: SessionIndex,
    atMs: number,
    canShow: (window: WindowId) => boolean,
  ): boolean {
    const wanted = windowOf(this.chosen, index, atMs);
    if (wanted === undefined) return false;
    const beside = displaysBeside(this.chosen, wanted, index, atMs);
    const missing = [wanted, ...beside].filter((window) => !shown.has(window));
    const tooMany = beside.length === 0 && shown.windows.length > 1;
    if (missing.length === 0 && !tooMany) {
      this.#tried = undefined;
      return false;
    }
    const attempt = [wanted, ...missing.map((window) => `${window} ${canShow(window)}`)].join();
    if (attempt === this.#tried) return false;
    this.#tried = attempt;
    return true;
  }
}

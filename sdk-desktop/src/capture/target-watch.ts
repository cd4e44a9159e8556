import type { PictureArea } from "../geometry.js";
import type { WindowSource, WindowsSnapshot } from "../windows/desktop-window.js";
import { chooseTarget, type TargetChoice, type TargetPicture } from "../windows/target.js";
import { type Scene, sameAreas } from "./camera.js";
import type { CaptureCommand, CaptureReport } from "./messages.js";
import type { Screens } from "./screens.js";
import type { Troubles } from "./troubles.js";
import { WindowWatch } from "./window-watch.js";

/** What the capture helper was told to capture, and how. */
export type Configuration = Extract<CaptureCommand, { type: "configure" }>;

/** No display answers any more: nothing can be captured by this process. */
export class DisplayLost extends Error {
  override readonly name = "DisplayLost";
}

/** What a {@link TargetWatch} needs. */
export interface TargetWatchOptions {
  readonly screens: Pick<Screens, "displays">;
  readonly openWindows: () => Promise<WindowSource>;
  readonly ownPids: () => Promise<ReadonlySet<number>>;
  readonly report: (report: CaptureReport) => void;
  readonly troubles: Troubles;
  /** Milliseconds, as `monotonicMs`. */
  readonly clock: () => number;
}

/** What there is to capture now. */
export interface Sight {
  readonly pictures: readonly TargetPicture[];
  /** `undefined`: which windows there are is needed, and cannot be read. */
  readonly scene: Scene | undefined;
}

/** Windows where nobody needs to know of any. */
const NO_WINDOWS: WindowsSnapshot = { atMs: 0, sinceMs: 0, windows: [], active: undefined };

/** Whether windows must be known of: to find one, or to blacken some. */
const needsWindows = ({ rules, target }: Configuration): boolean =>
  rules.denyWindows.length > 0 || target.kind === "window" || target.kind === "own-window";

/** Knows what a target means at any time, and says so where it changed. */
export class TargetWatch {
  readonly #options: TargetWatchOptions;
  readonly #windows: WindowWatch;
  #configuration: Configuration | undefined;
  #choice: TargetChoice | undefined;
  /** What `pictures` said last. */
  #reported: readonly PictureArea[] | undefined;
  #lookMs = Number.NEGATIVE_INFINITY;

  constructor(options: TargetWatchOptions) {
    this.#options = options;
    const { troubles } = options;
    this.#windows = new WindowWatch({
      open: options.openWindows,
      clock: options.clock,
      onFailure: (reason) =>
        troubles.begin(
          "capture_failed",
          "windows",
          `Which windows are open cannot be read (${reason}), so that all that is recorded is black.`,
        ),
      onRecovery: () => troubles.end("capture_failed", "windows"),
    });
  }

  /** When it was looked last, by `monotonicMs`; long ago when never since the last configuration. */
  get lookMs(): number {
    return this.#lookMs;
  }

  /** Whether there is nothing to capture, as far as is known. */
  get isEmpty(): boolean {
    return this.#reported === undefined || this.#reported.length === 0;
  }

  /** Begins anew, with another target or other rules. */
  begin(configuration: Configuration): void {
    this.#configuration = configuration;
    this.#choice = undefined;
    this.#reported = undefined;
    this.#lookMs = Number.NEGATIVE_INFINITY;
  }

  /** Looks. `undefined`: it was configured anew meanwhile, or never. Throws {@link DisplayLost}. */
  async look(): Promise<Sight | undefined> {
    const configuration = this.#configuration;
    if (configuration === undefined) return undefined;
    const { target, rules } = configuration;
    this.#lookMs = this.#options.clock();
    const displays = this.displays();
    const windows = needsWindows(configuration) ? await this.#windows.snapshot() : NO_WINDOWS;
    const ownPids = target.kind === "own-window" ? await this.#options.ownPids() : new Set<number>();
    if (configuration !== this.#configuration) return undefined;
    const snapshot = windows ?? NO_WINDOWS;
    const before = this.#choice;
    this.#choice = chooseTarget({ target, rules, snapshot, displays, ownPids, ...(before && { before }) });
    this.#tell(this.#choice);
    this.#tellRectangles(configuration, displays);
    return { pictures: this.#choice.pictures, scene: windows && { displays, windows } };
  }

  /** The windows once a capture has been made, as far as they are needed, and where they were since a time before it. */
  async windowsAfter(sinceMs: number): Promise<WindowsSnapshot | undefined> {
    const isNeeded = this.#configuration !== undefined && needsWindows(this.#configuration);
    return isNeeded ? await this.#windows.snapshot(sinceMs) : NO_WINDOWS;
  }

  /** The displays as they are now. Throws {@link DisplayLost}. */
  displays(): readonly PictureArea[] {
    try {
      return this.#options.screens.displays();
    } catch (cause) {
      throw new DisplayLost("the display went away", { cause });
    }
  }

  close(): void {
    this.#windows.close();
  }

  /** A rectangle on a display that is not there blackens nothing. That may be as it should, or a misspelt name. */
  #tellRectangles({ rules }: Configuration, displays: readonly PictureArea[]): void {
    const { troubles } = this.#options;
    for (const wanted of new Set(rules.denyRectangles.flatMap(({ display }) => display ?? [])))
      if (displays.some(({ id, name }) => id === wanted || name === wanted))
        troubles.end("target_not_found", `display ${wanted}`);
      else
        troubles.begin(
          "target_not_found",
          `display ${wanted}`,
          `A rectangle that is to be black lies on the display ${wanted}, and there is none of that name: nothing is black for it. The names are in: reeltime-desktop list. If it is plugged in later, the rectangle is black there.`,
        );
  }

  #tell({ pictures, found }: TargetChoice): void {
    const { troubles, report, clock } = this.#options;
    if (found) troubles.end("target_not_found", "target");
    else
      troubles.begin(
        "target_not_found",
        "target",
        "Nothing on this desktop is what was to be recorded. Recording begins when it appears.",
      );
    const areas = pictures.map(({ area }) => area);
    // While there is nothing, that is said each time: who waits for something to happen here knows that it is looked for.
    if (areas.length > 0 && this.#reported !== undefined && sameAreas(areas, this.#reported)) return;
    this.#reported = areas;
    report({ type: "pictures", atMs: clock(), pictures: areas });
  }
}

import { takePhotograph } from "../../src/capture/camera.js";
import { DisplayView } from "../../src/capture/display-view.js";
import type { RawImage } from "../../src/capture/raw-image.js";
import { changesOf } from "../../src/capture/screen-changes.js";
import { openScreens, type Screens } from "../../src/capture/screens.js";
import { monotonicMs } from "../../src/monotonic.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { WindowMatch } from "../../src/types.js";
import type { WindowSource } from "../../src/windows/desktop-window.js";
import { patternPixels } from "./pattern.js";

/** What captures a display. One display in each process: the native part stays with the first that it met. */
export function screensOf(display: string): Promise<Screens> {
  // The native part finds it in the environment.
  process.env.DISPLAY = display;
  process.env.XDG_SESSION_TYPE = "x11";
  delete process.env.WAYLAND_DISPLAY;
  return openScreens({ platform: "linux", copyPixels: false, testScale: 1 });
}

/** A view of a display that is captured only where it is drawn in, as far as its server tells. */
export const viewByChanges = (screens: Screens, display: string): DisplayView =>
  new DisplayView({
    screens,
    openChanges: changesOf({ platform: "linux", display }),
    clock: monotonicMs,
  });

/** A view of a display that is captured whole each time. */
export const viewOfWholes = (screens: Screens): DisplayView =>
  new DisplayView({ screens, openChanges: async () => undefined, clock: monotonicMs });

/** Captures the first display and blackens what the rules deny, as the capture helper does. */
export async function captureMasked(
  screens: Screens,
  source: WindowSource,
  rules: PrivacyRules,
  view: DisplayView,
): Promise<RawImage> {
  const displays = screens.displays();
  const [area] = displays;
  if (area === undefined) throw new Error("no display");
  const taken = await takePhotograph(
    {
      screens,
      view,
      held: undefined,
      rules,
      displays: () => screens.displays(),
      windowsAfter: (sinceMs) => source.snapshot(sinceMs),
      clock: monotonicMs,
    },
    { area, captured: area, state: "shown" },
    { displays, windows: await source.snapshot() },
  );
  if ("failed" in taken) throw new Error(taken.failed);
  return taken.image;
}

/** Counts the pixels of a pattern in such a capture. */
export async function patternSeen(
  display: string,
  source: WindowSource,
  ...denyWindows: readonly WindowMatch[]
): Promise<number> {
  const rules: PrivacyRules = { denyWindows, denyRectangles: [], recordTitles: true };
  const screens = await screensOf(display);
  const image = await captureMasked(screens, source, rules, viewOfWholes(screens));
  return patternPixels(image.pixels, 4);
}

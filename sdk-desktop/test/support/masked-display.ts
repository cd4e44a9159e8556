import { blacken } from "../../src/capture/masking.js";
import type { RawImage } from "../../src/capture/raw-image.js";
import { openScreens, type Screens } from "../../src/capture/screens.js";
import { deniedAreas } from "../../src/privacy/deny.js";
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

/** Captures the first display and blackens what the rules deny, as the capture helper does. */
export async function captureMasked(
  screens: Screens,
  source: WindowSource,
  rules: PrivacyRules,
): Promise<RawImage> {
  const displays = screens.displays();
  const [picture] = displays;
  if (picture === undefined) throw new Error("no display");
  const before = await source.snapshot();
  const image = await screens.captureDisplay(picture.id);
  const after = await source.snapshot(before.atMs);
  if ("failed" in image) throw new Error(image.failed);
  blacken(image, deniedAreas({ before, after, rules, picture, displays }));
  return image;
}

/** Counts the pixels of a pattern in such a capture. */
export async function patternSeen(
  display: string,
  source: WindowSource,
  ...denyWindows: readonly WindowMatch[]
): Promise<number> {
  const rules: PrivacyRules = { denyWindows, denyRectangles: [], recordTitles: true };
  const image = await captureMasked(await screensOf(display), source, rules);
  return patternPixels(image.pixels, 4);
}

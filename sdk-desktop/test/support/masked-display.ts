import { blacken } from "../../src/capture/masking.js";
import { openScreens } from "../../src/capture/screens.js";
import { deniedAreas } from "../../src/privacy/deny.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { WindowMatch } from "../../src/types.js";
import type { WindowSource } from "../../src/windows/desktop-window.js";
import { patternPixels } from "./pattern.js";

/**
 * Captures a display and blackens what is denied, as the capture helper does; then counts the pixels of a pattern. One display
 * in each process: the native part stays with the first that it met.
 */
export async function patternSeen(
  display: string,
  source: WindowSource,
  ...denyWindows: readonly WindowMatch[]
): Promise<number> {
  process.env.DISPLAY = display;
  process.env.XDG_SESSION_TYPE = "x11";
  delete process.env.WAYLAND_DISPLAY;
  const rules: PrivacyRules = { denyWindows, denyRectangles: [], recordTitles: true };
  const screens = await openScreens({ platform: "linux", copyPixels: false, testScale: 1 });
  const displays = screens.displays();
  const [picture] = displays;
  if (picture === undefined) throw new Error("no display");
  const before = await source.snapshot();
  const image = await screens.captureDisplay(picture.id);
  if ("failed" in image) throw new Error(image.failed);
  const after = await source.snapshot(before.atMs);
  blacken(image, deniedAreas({ before, after, rules, picture, displays }));
  return patternPixels(image.pixels, 4);
}

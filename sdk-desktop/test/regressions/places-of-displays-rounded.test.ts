/*
 * Cause: where text has a scale that is no whole number, the native part divides a display's place by it and drops what is left,
 * so that a display at 1366 is said to be at 1365. What was drawn in was read there, a pixel beside where it belonged, and put
 * into a picture that had been captured in its true place.
 */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { closedWithTest } from "../support/closed-with-test.js";
import { missingForDisplays, startDisplays } from "../support/displays-server.js";
import { screensOf, viewByChanges } from "../support/masked-display.js";
import { startPattern } from "../support/pattern.js";
import { missingForX } from "../support/x-server.js";

const PLACES = [
  { x: 0, y: 0, width: 800, height: 600 },
  { x: 801, y: 0, width: 640, height: 480 },
] as const;

test.skipIf(missingForX.length + missingForDisplays.length > 0)(
  "what is drawn is where it belongs, on a display whose place is not known to the pixel",
  { timeout: 60_000 },
  async () => {
    const x = await closedWithTest(startDisplays(PLACES));
    const scale = ["-root", "-f", "RESOURCE_MANAGER", "8s", "-set", "RESOURCE_MANAGER", "Xft.dpi:\t120\n"];
    spawnSync("xprop", scale, { env: x.env });
    const app = await closedWithTest(
      startPattern(x, [
        { kind: "popup", x: 820, y: 20, width: 100, height: 80 },
        { kind: "popup", x: 1000, y: 200, width: 100, height: 80 },
      ]),
    );
    const screens = await screensOf(x.display);
    const area = screens.displays().find((display) => display.x > 0);
    if (area === undefined) throw new Error("there is no second display");
    const view = viewByChanges(screens, x.display);
    for (const left of [830, 847, 866]) {
      const before = await view.capture(area, []);
      if ("failed" in before) throw new Error(before.failed);
      view.mask(before, []);
      await app.tell({ x: left });
      const taken = await view.capture(area, []);
      const whole = await screens.captureDisplay(area.id);
      if ("failed" in taken || "failed" in whole) throw new Error("it was not captured");
      expect(view.mask(taken, []).pixels.equals(whole.pixels)).toBe(true);
    }
    view.close();
  },
);

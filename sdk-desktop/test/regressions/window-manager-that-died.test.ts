/**
 * A window manager that dies leaves what it said was in use last, and often a keyboard that follows the pointer. That window
 * was believed to have the keyboard, so that keys and chords for a denied window under the pointer were told.
 */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { isKeyboardDenied } from "../../src/privacy/deny.js";
import { createX11Source } from "../../src/windows/x11-source.js";
import { startPattern } from "../support/pattern.js";
import { missingForX, startX, until } from "../support/x-server.js";

test.skipIf(missingForX.length > 0)(
  "no window is believed to have a keyboard that follows the pointer",
  async () => {
    const x = await startX({ width: 800, height: 600, windowManager: false });
    const manager = x.run("openbox");
    const source = await createX11Source(x.display);
    const [open, denied] = [
      await startPattern(x, [{ title: "Notes", x: 20, y: 40 }]),
      await startPattern(x, [{ title: "Vault", x: 420, y: 300 }]),
    ];
    const rules = { denyWindows: [{ title: "vault" }], denyRectangles: [], recordTitles: true };
    try {
      const [notes = 0] = open.handles;
      await until(async () => {
        spawnSync("xdotool", ["windowactivate", String(notes)], { env: x.env });
        return (await source.snapshot()).active === notes;
      }, "the window cannot be activated");
      expect(isKeyboardDenied(await source.snapshot(), rules)).toBe(false);
      x.xdotool("mousemove", 500, 400);
      const ended = new Promise((resolve) => manager.once("exit", resolve));
      manager.kill("SIGKILL");
      await ended;
      await until(() => x.xdotool("getwindowfocus", "-f").trim() === "1", "the keyboard stays with a window");
      const snapshot = await source.snapshot();
      expect(snapshot.active).toBeUndefined();
      expect(isKeyboardDenied(snapshot, rules)).toBe(true);
    } finally {
      await open.close();
      await denied.close();
      source.close();
      await x.close();
    }
  },
);

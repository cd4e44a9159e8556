/**
 * A window manager that dies leaves what it said was in use last, and often a keyboard that follows the pointer. That window
 * was believed to have the keyboard, so that keys and chords for a denied window under the pointer were told.
 */
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { isKeyboardDenied } from "../../src/privacy/deny.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { watchDisplay } from "../support/watched-display.js";
import { missingForX, until } from "../support/x-server.js";

test.skipIf(missingForX.length > 0)(
  "no window is believed to have a keyboard that follows the pointer",
  async () => {
    const { x, source, open } = await closedWithTest(
      watchDisplay({ width: 800, height: 600, windowManager: false }),
    );
    const manager = x.run("openbox");
    const [notes = 0] = (await open({ title: "Notes", x: 20, y: 40 })).handles;
    await open({ title: "Vault", x: 420, y: 300 });
    const rules = { denyWindows: [{ title: "vault" }], denyRectangles: [], recordTitles: true };
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
  },
);

/**
 * Qt says of dialogs and menus that were made without a parent that they belong to the program's leader, a window that is never
 * shown. That counted as an owner who is not denied, so that with a rule for a title they were recorded beside a denied window.
 */
import { expect, test } from "vitest";
import { deniedWindows } from "../../src/privacy/deny.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { patternSeen } from "../support/masked-display.js";
import { watchDisplay } from "../support/watched-display.js";
import { missingForX, until } from "../support/x-server.js";

test.skipIf(missingForX.length > 0)(
  "what belongs to a program's leader is denied with a window of that program",
  async () => {
    const { x, source, open } = await closedWithTest(watchDisplay({ width: 1000, height: 700 }));
    await open(
      { title: "Vault", app: ["keeper", "Keeper"], colour: "#203040", x: 20, y: 40 },
      {
        title: "Qt Client Leader Window",
        shown: false,
        children: [
          { kind: "dialog", title: "Master password", app: ["keeper", "Keeper"], x: 500, y: 40 },
          { kind: "popup", app: ["keeper", "Keeper"], x: 500, y: 400, width: 200, height: 100 },
        ],
      },
    );
    // Of another program, with a leader of its own.
    const other = await open({
      title: "Qt Client Leader Window",
      shown: false,
      children: [{ kind: "dialog", title: "Save as", colour: "#10b040", x: 20, y: 400 }],
    });
    await until(async () => (await patternSeen(x.display, source)) > 70_000, "they are not on the screen");
    expect(await patternSeen(x.display, source, { title: "vault" })).toBe(0);
    // Neither this program's windows without a denied one, nor another's.
    expect(await patternSeen(x.display, source, { title: "nothing here" })).toBeGreaterThan(70_000);
    const rules = { denyWindows: [{ title: "vault" }], denyRectangles: [], recordTitles: true };
    await until(
      async () => !deniedWindows(await source.snapshot(), rules).has(other.handles[1] ?? 0),
      "another program's dialog is denied",
    );
  },
);

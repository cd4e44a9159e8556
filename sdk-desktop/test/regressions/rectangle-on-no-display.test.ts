/**
 * A rectangle that is to be black may lie on a display by its name. One of a name that no display has was nowhere, and nobody was
 * told; and of an Electron app's own windows no display is known, so that the rectangle was recorded on every one.
 */
import { expect, test } from "vitest";
import type { CaptureCommand, CaptureReport } from "../../src/capture/messages.js";
import { TargetWatch } from "../../src/capture/target-watch.js";
import { Troubles } from "../../src/capture/troubles.js";
import { explainOwnRules, forOwnWindows } from "../../src/electron/own-rules.js";
import type { PictureArea } from "../../src/geometry.js";
import { deniedAreas } from "../../src/privacy/deny.js";
import type { WindowsSnapshot } from "../../src/windows/desktop-window.js";

const rectangle = { x: 10, y: 20, width: 30, height: 40 };
const command = (display?: string) =>
  ({
    type: "configure",
    rules: {
      denyWindows: [],
      denyRectangles: [{ ...rectangle, ...(display !== undefined && { display }) }],
      recordTitles: true,
    },
    target: { kind: "displays" },
    quality: 75,
    maxBytesPerSecond: 1e6,
  }) as const satisfies CaptureCommand;
const display = (name: string): PictureArea => ({
  id: name === "HDMI-1" ? "1" : "2",
  name,
  source: "display",
  x: 0,
  y: 0,
  width: 800,
  height: 600,
  scale: 1,
});

test("a display that a rectangle names and that is not there is told, and when it is there", async () => {
  const reports: CaptureReport[] = [];
  let displays = [display("HDMI-1")];
  const watch = new TargetWatch({
    screens: { displays: () => displays },
    openWindows: () => Promise.reject(new Error("not needed")),
    ownPids: () => Promise.resolve(new Set()),
    report: (report) => reports.push(report),
    troubles: new Troubles((report) => reports.push(report)),
    clock: () => 1,
  });
  const told = () => reports.filter(({ type }) => type === "trouble" || type === "recovered");
  watch.begin(command("HDMI-1"));
  await watch.look();
  expect(told()).toEqual([]);
  watch.begin(command("HDMI1"));
  await watch.look();
  await watch.look();
  expect(told()).toMatchObject([{ type: "trouble", code: "target_not_found" }]);
  expect(JSON.stringify(told())).toContain("HDMI1");
  displays = [display("HDMI-1"), display("HDMI1")];
  await watch.look();
  expect(told()[1]).toEqual({ type: "recovered", code: "target_not_found" });
});

test("a rectangle on a display is everywhere in an Electron app's own windows", () => {
  const look: WindowsSnapshot = { atMs: 0, sinceMs: 0, windows: [], active: undefined };
  const picture: PictureArea = { ...display("A page"), id: "window-3", source: "window", x: 300, y: 200 };
  const areas = (given: CaptureCommand) =>
    given.type !== "configure"
      ? []
      : deniedAreas({ before: look, after: look, rules: given.rules, picture, displays: [] });
  expect(areas(forOwnWindows(command("HDMI-1")))).toEqual([{ x: 0, y: 0, width: 800, height: 600 }]);
  expect(explainOwnRules(command("HDMI-1"))).toContain("HDMI-1");
  expect(forOwnWindows(command())).toEqual(command());
  expect(explainOwnRules(command())).toBeUndefined();
});

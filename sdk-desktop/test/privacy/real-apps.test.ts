import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deniedWindows, isKeyboardDenied } from "../../src/privacy/deny.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { DesktopWindow, WindowSource, WindowsSnapshot } from "../../src/windows/desktop-window.js";
import { type WatchedDisplay, watchDisplay } from "../support/watched-display.js";
import { missingForX, until, type XServer } from "../support/x-server.js";

const APPS = ["xterm", "zenity"];
const missing = [
  ...missingForX,
  ...APPS.filter((name) => spawnSync("which", [name], { stdio: "ignore" }).status !== 0),
];
if (missing.length > 0)
  process.stderr.write(`\nSKIPPED: masks over real apps, since ${missing.join(", ")} is not installed.\n\n`);

const deny = (title: string): PrivacyRules => ({
  denyWindows: [{ title }],
  denyRectangles: [],
  recordTitles: true,
});

describe.skipIf(missing.length > 0)("windows that real apps open", () => {
  let x: XServer;
  let source: WindowSource;
  let watched: WatchedDisplay;
  beforeAll(async () => {
    watched = await watchDisplay({ width: 1280, height: 800 });
    ({ x, source } = watched);
  });
  afterAll(() => watched?.close());

  /** Waits until a snapshot has what is looked for. */
  const seen = async (
    isSo: (snapshot: WindowsSnapshot) => boolean,
    what: string,
  ): Promise<WindowsSnapshot> => {
    let snapshot = await source.snapshot();
    await until(async () => {
      snapshot = await source.snapshot();
      return isSo(snapshot);
    }, what);
    return snapshot;
  };
  const named = (snapshot: WindowsSnapshot, title: string): DesktopWindow | undefined =>
    snapshot.windows.find((window) => window.visible && window.title.includes(title));
  const popups = (snapshot: WindowsSnapshot): readonly DesktopWindow[] =>
    snapshot.windows.filter(
      ({ kind, visible, frame }) => kind === "popup" && visible && frame.width > 20 && frame.height > 20,
    );

  test("a terminal's menu is denied with the terminal, and another app's menu is not", async () => {
    x.run("xterm", ["-T", "Secret shell", "-geometry", "40x10+50+50"]);
    x.run("zenity", ["--entry", "--title=Open notes"]);
    const secret = await x.windowNamed("Secret shell");
    const editor = await x.windowNamed("Open notes");
    await seen((snapshot) => named(snapshot, "Open notes") !== undefined, "no editor");
    // xterm's menus: Ctrl and a button.
    x.xdotool("windowactivate", "--sync", secret);
    x.xdotool("mousemove", "--window", secret, 60, 60, "keydown", "ctrl", "mousedown", 1);
    const inMenu = await seen((snapshot) => popups(snapshot).length > 0, "xterm opened no menu");
    x.xdotool("mouseup", 1, "keyup", "ctrl");
    const [menu] = popups(inMenu);
    expect([...deniedWindows(inMenu, deny("secret shell"))]).toEqual(
      expect.arrayContaining([secret, menu?.handle]),
    );
    expect(deniedWindows(inMenu, deny("secret shell")).has(editor)).toBe(false);
    await seen((snapshot) => popups(snapshot).length === 0, "the menu stays");
    // GTK's, of a text field.
    x.xdotool("windowactivate", "--sync", editor);
    x.xdotool("key", "shift+F10");
    const inEditor = await seen((snapshot) => popups(snapshot).length > 0, "the editor opened no menu");
    const handles = popups(inEditor).map(({ handle }) => handle);
    expect(handles.filter((handle) => deniedWindows(inEditor, deny("secret shell")).has(handle))).toEqual([]);
    expect(handles.filter((handle) => !deniedWindows(inEditor, deny("open notes")).has(handle))).toEqual([]);
    x.xdotool("key", "Escape");
    await seen((snapshot) => popups(snapshot).length === 0, "the editor's menu stays");
    await until(
      async () => isKeyboardDenied(await source.snapshot(), deny("open notes")),
      "the editor's keyboard is not denied",
    );
    await until(
      async () => !isKeyboardDenied(await source.snapshot(), deny("nothing like it")),
      "a keyboard is denied for nothing",
    );
  });

  test("a dialog of the toolkit is denied by its title from its first frame on", async () => {
    let wasShown = false;
    x.run("zenity", ["--password", "--title=Secret question"]);
    const rules = deny("secret question");
    await seen((snapshot) => {
      const dialog = snapshot.windows.find(
        ({ visible, app, title }) => visible && app === "Zenity" && title !== "Open notes",
      );
      if (dialog === undefined) return false;
      // Whatever it says already, and however it is framed by then.
      wasShown ||= !deniedWindows(snapshot, rules).has(dialog.handle);
      return dialog.title === "Secret question" && dialog.frame.height > dialog.content.height;
    }, "zenity did not open");
    expect(wasShown).toBe(false);
  });
});

import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CANNOT_HEAR } from "../../src/input/helper.js";
import { CHARACTER_KEYS } from "../../src/input/key-names.js";
import { ACTIVE_EVERY_MS } from "../../src/input/limits.js";
import type { InputCommand, InputReport } from "../../src/input/messages.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { Target } from "../../src/types.js";
import { bundleProgram } from "../support/bundle.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { missingForDisplays, startDisplays } from "../support/displays-server.js";
import { type RunningInputHelper, startInputHelper } from "../support/input-helper.js";
import { missingForX, startX, until, type XServer } from "../support/x-server.js";

const SCREEN = {
  id: "1",
  name: "screen",
  source: "display",
  x: 0,
  y: 0,
  width: 1280,
  height: 800,
  scale: 1,
} as const;

let program = "";

beforeAll(async () => {
  program = await bundleProgram("input/main.ts");
});
afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

/** What the helper is told first. */
function configure(rules: Partial<PrivacyRules> = {}, target: Target = { kind: "displays" }): InputCommand {
  return {
    type: "configure",
    rules: { denyWindows: [], denyRectangles: [], recordTitles: true, ...rules },
    target,
    pictures: [SCREEN],
  };
}

const screen = (): Promise<XServer> => closedWithTest(startX({ width: 1280, height: 800 }));

async function hearing(x: XServer, command: InputCommand = configure()): Promise<RunningInputHelper> {
  const helper = startInputHelper(program, x.env);
  await helper.tell(command);
  await helper.report("ready");
  return helper;
}

/** A terminal window that does nothing with what is typed into it. */
async function terminal(x: XServer, title: string, place: string): Promise<number> {
  x.run("xterm", ["-T", title, "-geometry", place, "-e", "cat"]);
  const handle = await x.windowNamed(`^${title}$`);
  focus(x, handle);
  return handle;
}

function focus(x: XServer, handle: number): void {
  x.xdotool("windowactivate", "--sync", handle);
}

const titles = (reports: readonly InputReport[]): readonly string[] =>
  reports.flatMap((report) => (report.type === "clicked" || report.type === "focused" ? [report.title] : []));

/** The keys that were told, without that of {@link settled}. */
const keysOf = (helper: RunningInputHelper): readonly string[] =>
  helper.inputs().flatMap((input) => (input.type === "key" && input.key !== "F9" ? [input.key] : []));

/** Waits until a last key has come through: everything before it has, too. */
async function settled(x: XServer, helper: RunningInputHelper): Promise<void> {
  const key = "F9";
  await until(
    () => {
      x.xdotool("key", key);
      return helper.inputs().some((input) => input.type === "key" && input.key === key);
    },
    `${key} was not heard: ${JSON.stringify(helper.reports.slice(-5))}`,
  );
}

describe.skipIf(missingForX.length > 0)("the input helper's process", () => {
  it("hears moves, clicks, double clicks, the wheel and drags, in order", async () => {
    const x = await screen();
    const helper = await hearing(x);
    x.xdotool("mousemove", 100, 100, "click", 1);
    // Longer than any double click.
    x.xdotool("sleep", 0.7, "mousemove", 300, 200, "click", "--repeat", 2, "--delay", 20, 1);
    x.xdotool("click", 3, "click", 2, "click", 4, "click", 5, "click", 6, "click", 7);
    x.xdotool(
      "mousemove",
      400,
      300,
      "mousedown",
      1,
      "mousemove",
      500,
      400,
      "mousemove",
      640,
      480,
      "mouseup",
      1,
    );
    await settled(x, helper);
    const done = helper.inputs().flatMap((input) => {
      if (input.type === "button")
        return [`${input.down ? "down" : "up"} ${input.button}x${input.clicks} ${input.x},${input.y}`];
      return input.type === "wheel" ? [`wheel ${input.deltaX},${input.deltaY}`] : [];
    });
    expect(done).toEqual([
      "down 1x1 100,100",
      "up 1x1 100,100",
      "down 1x1 300,200",
      "up 1x1 300,200",
      "down 1x2 300,200",
      "up 1x2 300,200",
      "down 2x1 300,200",
      "up 2x1 300,200",
      "down 3x1 300,200",
      "up 3x1 300,200",
      "wheel 0,-1",
      "wheel 0,1",
      "wheel -1,0",
      "wheel 1,0",
      "down 1x1 400,300",
      "up 1x1 640,480",
    ]);
    const drag = helper
      .inputs()
      .slice(helper.inputs().findIndex((input) => input.type === "button" && input.x === 400));
    expect(drag).toContainEqual(expect.objectContaining({ type: "pointer", x: 640, y: 480 }));
    const times = helper.inputs().map(({ atMs }) => atMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("thins a fast mouse, and always tells where it comes to rest", async () => {
    const x = await screen();
    const helper = await hearing(x);
    for (let step = 0; step < 20; step++)
      x.xdotool(
        ...Array.from({ length: 20 }, (_, part) => ["mousemove", 10 + step * 20 + part, 50 + step]).flat(),
      );
    await until(
      () => helper.inputs().some((input) => input.type === "pointer" && input.x === 409 && input.y === 69),
      "the resting place was not told",
    );
    const moves = helper.inputs().filter((input) => input.type === "pointer");
    const spanMs = (moves.at(-1)?.atMs ?? 0) - (moves[0]?.atMs ?? 0);
    expect(moves.length).toBeLessThanOrEqual(2 * (spanMs / 50) + 2);
    expect(moves.length).toBeLessThan(400);
  });

  it("names special keys and chords, and says where the window lies that has the keyboard", async () => {
    const x = await screen();
    await terminal(x, "Editor", "80x24+100+100");
    const helper = await hearing(x);
    x.xdotool("key", "Return", "Up", "Home", "Prior", "F5", "ctrl+s", "ctrl+shift+z", "alt+F10", "super+x");
    await settled(x, helper);
    expect(keysOf(helper)).toEqual([
      "Enter",
      "ArrowUp",
      "Home",
      "PageUp",
      "F5",
      "Ctrl+S",
      "Ctrl+Shift+Z",
      "Alt+F10",
      "Meta+X",
    ]);
    for (const { x: left = 0, y: top = 0 } of helper.inputs().filter(({ type }) => type === "key")) {
      expect(left).toBeGreaterThan(100);
      expect(top).toBeGreaterThan(100);
    }
  });

  it("lets no typed character out of the process: not in words, not as a number, not in what it writes", async () => {
    const x = await screen();
    await terminal(x, "Editor", "80x24+100+100");
    const helper = await hearing(x);
    const secret = "Zq7#Jx9V%kw3";
    x.xdotool("type", "--delay", 40, secret);
    x.xdotool("key", "ISO_Level3_Shift+q", "ctrl+alt+q", "KP_7", "shift+KP_1", "KP_Home");
    await settled(x, helper);
    const bytes = helper.bytes().toString("latin1");
    for (let at = 0; at + 3 <= secret.length; at++) expect(bytes).not.toContain(secret.slice(at, at + 3));
    const { texts, numbers } = partsOf(helper.reports);
    const known = ["Editor", "XTerm", "F9", "key", "input", "active", "ready", "focused"];
    expect(texts.filter((text) => !known.includes(text))).toEqual([]);
    for (const keycode of CHARACTER_KEYS.keys()) {
      expect(numbers, "libuiohook's number").not.toContain(keycode);
      expect(numbers, "X's number").not.toContain(keycode + 8);
    }
    expect(helper.inputs().filter(({ type }) => type !== "key")).toEqual([]);
    expect(keysOf(helper)).toEqual([]);
    const active = helper.reports.flatMap((report) => (report.type === "active" ? [report.atMs] : []));
    expect(active.length).toBeGreaterThan(0);
    for (const [place, atMs] of active.entries())
      if (place > 0) expect(atMs - (active[place - 1] ?? 0)).toBeGreaterThanOrEqual(ACTIVE_EVERY_MS);
  });

  it("says which window was clicked, and which has the keyboard", async () => {
    const x = await screen();
    const editor = await terminal(x, "Editor", "40x10+0+0");
    await terminal(x, "Notes", "40x10+600+400");
    const helper = await hearing(x);
    await until(() => titles(helper.reports).includes("Notes"), "the focus was not told");
    x.xdotool("mousemove", 50, 50, "click", 1);
    focus(x, editor);
    await until(
      () => helper.reports.some((report) => report.type === "focused" && report.title === "Editor"),
      "the new focus was not told",
    );
    expect(await helper.report("clicked")).toMatchObject({ title: "Editor", app: "XTerm" });
  });

  it("says no title when titles are not recorded", async () => {
    const x = await screen();
    await terminal(x, "Editor", "80x24+0+0");
    const helper = await hearing(x, configure({ recordTitles: false }));
    x.xdotool("mousemove", 50, 50, "click", 1);
    await settled(x, helper);
    expect(titles(helper.reports)).toEqual([]);
    expect(helper.bytes().toString("latin1")).not.toContain("Editor");
  });

  it("drops clicks and keys in a denied window, and never says its title", async () => {
    const x = await screen();
    const editor = await terminal(x, "Editor", "40x10+0+0");
    const vault = await terminal(x, "Vault", "40x10+600+400");
    const helper = await hearing(x, configure({ denyWindows: ["vault"] }));
    x.xdotool("mousemove", 700, 480, "click", 1, "key", "Return", "Tab");
    await helper.report("active");
    focus(x, editor);
    x.xdotool("mousemove", 50, 50);
    // What was denied a moment ago still counts; then the editor is heard.
    await until(() => {
      x.xdotool("click", 1);
      return titles(helper.reports).includes("Editor");
    }, "nothing of the editor was told");
    await settled(x, helper);
    expect(helper.inputs().filter((input) => input.x !== undefined && input.x > 500)).toEqual([]);
    expect(keysOf(helper)).toEqual([]);
    expect(helper.bytes().toString("latin1")).not.toContain("Vault");
    focus(x, vault);
  });

  it("drops what happens outside the chosen window, and in windows that cover it", async () => {
    const x = await screen();
    const editor = await terminal(x, "Editor", "60x20+0+0");
    const helper = startInputHelper(program, x.env);
    await helper.tell({
      ...configure({}, { kind: "window", title: "Editor" }),
      pictures: [{ ...SCREEN, id: `window-${editor}`, source: "window", width: 360, height: 260 }],
    } as InputCommand);
    await helper.report("ready");
    x.xdotool("mousemove", 900, 700, "click", 1);
    await terminal(x, "Cover", "10x5+20+20");
    x.xdotool("mousemove", 60, 70, "click", 1, "key", "Return");
    focus(x, editor);
    x.xdotool("mousemove", 300, 200, "click", 1);
    await settled(x, helper);
    const clicks = helper.inputs().filter((input) => input.type === "button" && input.down);
    expect(clicks).toEqual([expect.objectContaining({ x: 300, y: 200 })]);
    expect(keysOf(helper)).toEqual([]);
    expect(titles(helper.reports)).not.toContain("Cover");
  });

  it("hears nothing while it is paused, and nothing of then afterwards", async () => {
    const x = await screen();
    const helper = await hearing(x);
    await helper.tell({ type: "pause", paused: true });
    x.xdotool("mousemove", 10, 10, "mousemove", 200, 200, "click", 1, "key", "Return");
    await helper.tell({ type: "pause", paused: false });
    await settled(x, helper);
    expect(helper.inputs().filter(({ type }) => type !== "key")).toEqual([]);
    expect(keysOf(helper)).toEqual([]);
  });

  it("names chords as the keyboard that is set has them", async () => {
    const x = await screen();
    execFileSync("setxkbmap", ["de"], { env: x.env });
    const helper = await hearing(x);
    // X's number of the key that has Y on an American keyboard, and Z on a German one.
    x.xdotool("key", "ctrl+29", "29");
    await settled(x, helper);
    expect(keysOf(helper)).toEqual(["Ctrl+Z"]);
  });

  it.skipIf(missingForDisplays.length > 0)(
    "tells places on the desktop, whichever display lies first",
    async () => {
      const right = { x: 1000, y: 100, width: 800, height: 600 };
      const x = await closedWithTest(startDisplays([right, { x: 0, y: 0, width: 1000, height: 700 }]));
      // Alone, it was moved to the corner.
      x.place(0, right);
      const pictures = [
        { ...SCREEN, id: "right", ...right },
        { ...SCREEN, id: "left", width: 1000, height: 700 },
      ];
      const helper = startInputHelper(program, x.env);
      await helper.tell({ ...configure(), pictures } as InputCommand);
      await helper.report("ready");
      x.xdotool("mousemove", 50, 60, "click", 1, "mousemove", 1200, 300, "click", 1);
      await settled(x, helper);
      const clicks = helper
        .inputs()
        .flatMap((input) => (input.type === "button" && input.down ? [[input.x, input.y]] : []));
      expect(clicks).toEqual([
        [50, 60],
        [1200, 300],
      ]);
    },
  );

  it("says that there is no screen, and ends by itself", async () => {
    for (const display of [undefined, ":64321"]) {
      const { DISPLAY: _, WAYLAND_DISPLAY: __, XDG_SESSION_TYPE: ___, ...env } = process.env;
      const helper = startInputHelper(program, display === undefined ? env : { ...env, DISPLAY: display });
      await helper.tell(configure());
      expect(await helper.report("trouble")).toMatchObject({ code: "no_display" });
      expect(await helper.exited).toBe(CANNOT_HEAR);
    }
  });

  it("ends when it is told to, and when its parent is gone", async () => {
    const x = await screen();
    const told = await hearing(x);
    await told.tell({ type: "stop" });
    expect(await told.exited).toBe(0);
    const left = await hearing(x);
    left.child.disconnect();
    expect(await left.exited).toBe(0);
  });

  it("tells the last click before it is told to stop", async () => {
    const x = await screen();
    const helper = await hearing(x);
    x.xdotool("mousemove", 10, 10, "mousemove", 200, 200, "click", 1);
    await until(() => helper.inputs().some(({ type }) => type === "button"), "no click");
    await helper.tell({ type: "stop" });
    expect(await helper.exited).toBe(0);
    expect(helper.inputs()).toContainEqual(expect.objectContaining({ type: "button", down: false }));
  });

  it("ends with the screen", async () => {
    const x = await screen();
    const helper = await hearing(x);
    await x.kill();
    await helper.exited;
    expect(helper.child.exitCode ?? helper.child.signalCode).not.toBe(0);
  });
});

/** Every text and every number in what was reported, times aside. */
function partsOf(reports: readonly InputReport[]): {
  readonly texts: readonly string[];
  readonly numbers: readonly number[];
} {
  const texts: string[] = [];
  const numbers: number[] = [];
  JSON.stringify(reports, (name, value: unknown) => {
    if (typeof value === "string") texts.push(value);
    if (typeof value === "number" && name !== "atMs") numbers.push(value);
    return value;
  });
  return { texts, numbers };
}

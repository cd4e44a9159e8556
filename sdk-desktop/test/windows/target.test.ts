import { describe, expect, test } from "vitest";
import type { PictureArea } from "../../src/geometry.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { Target } from "../../src/types.js";
import type { DesktopWindow } from "../../src/windows/desktop-window.js";
import { MAX_OWN_WINDOWS } from "../../src/windows/limits.js";
import { listTargets } from "../../src/windows/list.js";
import { chooseTarget, type TargetChoice } from "../../src/windows/target.js";
import { snapshotOf, windowOf } from "../support/windows.js";

const left: PictureArea = {
  id: "11",
  name: "left",
  source: "display",
  x: 0,
  y: 0,
  width: 1_000,
  height: 800,
  scale: 1,
};
const right: PictureArea = { ...left, id: "22", name: "right", x: 1_000, scale: 2 };
const NO_RULES: PrivacyRules = { denyWindows: [], denyRectangles: [], recordTitles: true };

interface Given {
  readonly before?: TargetChoice;
  readonly displays?: readonly PictureArea[];
  readonly rules?: PrivacyRules;
}
const choose = (target: Target, windows: readonly DesktopWindow[], given: Given = {}): TargetChoice =>
  chooseTarget({
    target,
    snapshot: snapshotOf(windows),
    displays: given.displays ?? [left, right],
    rules: given.rules ?? NO_RULES,
    ownPids: new Set([70, 71]),
    ...(given.before !== undefined && { before: given.before }),
  });
const one = (choice: TargetChoice) => {
  expect(choice.pictures).toHaveLength(1);
  return choice.pictures[0];
};

describe("displays", () => {
  test("are all shown, whole", () => {
    const choice = choose({ kind: "displays" }, []);
    expect(choice.pictures.map(({ area, state }) => [area.id, state])).toEqual([
      ["11", "shown"],
      ["22", "shown"],
    ]);
    expect(choice.pictures[1]?.captured).toEqual({ x: 1_000, y: 0, width: 1_000, height: 800 });
  });

  test.each([
    ["its id", "22"],
    ["its name", "right"],
    ["its place", 1],
  ])("one is chosen by %s", (_, id) => {
    expect(one(choose({ kind: "display", id }, []))?.area.id).toBe("22");
  });

  test("one that was unplugged is unavailable until it is back, one that never was is not found", () => {
    const target = { kind: "display", id: "22" } as const;
    const before = choose(target, []);
    const gone = choose(target, [], { before, displays: [left] });
    expect(one(gone)).toMatchObject({ state: "unavailable", captured: undefined, area: { id: "22" } });
    expect(one(choose(target, [], { before: gone }))).toMatchObject({ state: "shown" });
    expect(choose({ kind: "display", id: 7 }, [])).toEqual({ pictures: [], found: false });
  });
});

describe("a window", () => {
  const target = { kind: "window", title: "editor" } as const;

  test("is the topmost that has all that is given, before any that is not on the screen", () => {
    const windows = [
      windowOf(1, { title: "Editor 1", app: "Code" }),
      windowOf(2, { title: "Editor 2", app: "Vim", pid: 9 }),
      windowOf(3, { title: "Editor 3", visible: false, minimised: true }),
      windowOf(4, { title: "Editor menu", kind: "popup" }),
    ];
    const handle = (more: object) => one(choose({ ...target, ...more }, windows))?.handle;
    expect(handle({})).toBe(2);
    expect(handle({ app: /^Code$/ })).toBe(1);
    expect(handle({ pid: 9 })).toBe(2);
    expect(one(choose({ kind: "window", handle: 4 }, windows))?.handle).toBe(4);
    expect(choose({ ...target, app: "Code", pid: 9 }, windows)).toEqual({ pictures: [], found: false });
    expect(one(choose(target, windows.slice(2)))).toMatchObject({ handle: 3, state: "minimised" });
  });

  test("is its content, in the scale of the display that shows most of it", () => {
    const content = { x: 900, y: 30, width: 300, height: 200 };
    const picture = one(choose(target, [windowOf(1, { title: "The editor", content })]));
    expect(picture).toMatchObject({
      area: { id: "window-1", name: "The editor", source: "window", ...content, scale: 2 },
      captured: content,
      state: "shown",
    });
  });

  test("is kept while it exists, whatever it is called and whatever else would match", () => {
    const before = choose(target, [windowOf(1, { title: "Editor" })]);
    const windows = [windowOf(1, { title: "Settings" }), windowOf(2, { title: "Editor" })];
    expect(one(choose(target, windows, { before }))).toMatchObject({ handle: 1, area: { name: "Settings" } });
  });

  test("has closed when it is gone, as it was, until another one matches", () => {
    const before = choose(target, [windowOf(1, { title: "Editor" })]);
    const closed = choose(target, [windowOf(1, { title: "Editor", visible: false, closed: true })], {
      before,
    });
    expect(one(closed)).toMatchObject({ handle: 1, state: "closed", captured: undefined });
    expect(one(closed)?.area).toEqual(before.pictures[0]?.area);
    const still = choose(target, [], { before: closed });
    expect(one(still)).toMatchObject({ state: "closed" });
    expect(still.found).toBe(true);
    expect(one(choose(target, [windowOf(5, { title: "Editor" })], { before: still }))).toMatchObject({
      handle: 5,
      state: "shown",
    });
  });

  test("that is minimised stays where it was seen", () => {
    const before = choose(target, [windowOf(1, { title: "Editor" })]);
    const away = { x: -32_000, y: -32_000, width: 200, height: 100 };
    expect(
      one(
        choose(target, [windowOf(1, { title: "Editor", visible: false, minimised: true, content: away })], {
          before,
        }),
      ),
    ).toMatchObject({ state: "minimised", captured: undefined, area: { x: 100, y: 100 } });
  });

  test("that is partly off the displays is outside, with the part that is on them; wholly: with none", () => {
    const at = (x: number, y: number) =>
      one(choose(target, [windowOf(1, { title: "Editor", frame: { x, y, width: 200, height: 100 } })]));
    expect(at(-50, 10)).toMatchObject({
      state: "outside",
      area: { x: -50, width: 200 },
      captured: { x: 0, y: 10, width: 150, height: 100 },
    });
    expect(at(100, 5_000)).toMatchObject({ state: "outside", captured: undefined });
    // Over two displays it is whole.
    expect(at(900, 10)).toMatchObject({ state: "shown", captured: { x: 900, width: 200 } });
  });

  test("over displays that show the same is counted once", () => {
    const frame = { x: 900, y: 0, width: 200, height: 100 };
    const mirrored = { displays: [left, { ...left, id: "33" }] };
    expect(one(choose(target, [windowOf(1, { title: "Editor", frame })], mirrored))).toMatchObject({
      state: "outside",
    });
  });

  test("that is denied says so, and not its title", () => {
    const rules = { ...NO_RULES, denyWindows: ["secret"] };
    const windows = [windowOf(1, { title: "Secret editor" })];
    expect(one(choose(target, windows, { rules }))).toMatchObject({ state: "denied", area: { name: "" } });
    expect(one(choose(target, windows, { rules: { ...NO_RULES, recordTitles: false } }))).toMatchObject({
      state: "shown",
      area: { name: "" },
    });
  });
});

describe("an app's own windows", () => {
  const target = { kind: "own-window" } as const;
  const own = (handle: number, more: Partial<DesktopWindow> = {}) => windowOf(handle, { pid: 70, ...more });
  const handles = (choice: TargetChoice) => choice.pictures.map(({ handle, state }) => [handle, state]);

  test("are those of its processes, or of a connection that one of these has, without popups", () => {
    const windows = [
      own(1, { client: 5 }),
      own(2, { pid: 71 }),
      windowOf(3, { client: 5 }),
      windowOf(4, { pid: 72, client: 5 }),
      windowOf(5),
      own(6, { kind: "popup" }),
      own(7, { frame: { x: 0, y: 0, width: 1, height: 1 } }),
    ];
    expect(handles(choose(target, windows))).toEqual([
      [1, "shown"],
      [2, "shown"],
      [3, "shown"],
    ]);
  });

  test("keep their order; one that closed says so once, the last one for good", () => {
    const before = choose(target, [own(1), own(2)]);
    const closed = choose(target, [own(3), own(2)], { before });
    expect(handles(closed)).toEqual([
      [2, "shown"],
      [3, "shown"],
      [1, "closed"],
    ]);
    const later = choose(target, [own(3), own(2)], { before: closed });
    expect(handles(later)).toEqual([
      [2, "shown"],
      [3, "shown"],
    ]);
    const none = choose(target, [], { before: choose(target, [own(1)]) });
    expect(handles(choose(target, [], { before: none }))).toEqual([[1, "closed"]]);
  });

  test("are waited for, and not more than can be shown", () => {
    expect(choose(target, [windowOf(1)])).toEqual({ pictures: [], found: false });
    const many = Array.from({ length: MAX_OWN_WINDOWS + 1 }, (_, handle) => own(handle));
    expect(choose(target, many).pictures).toHaveLength(MAX_OWN_WINDOWS);
  });
});

test("what can be recorded is listed from the topmost, without what no user calls a window", () => {
  const snapshot = snapshotOf(
    [
      windowOf(1, { kind: "desktop" }),
      windowOf(2, { title: "Mail", pid: 5 }),
      windowOf(3, { visible: false, minimised: true }),
      windowOf(4, { visible: false }),
      windowOf(5, { visible: false, closed: true }),
      windowOf(6, { kind: "popup" }),
      windowOf(7, { kind: "dialog" }),
    ],
    { active: 2 },
  );
  const { displays, windows } = listTargets([left], snapshot);
  expect(displays).toEqual([left]);
  expect(windows.map(({ handle, active, minimised }) => [handle, active, minimised])).toEqual([
    [7, false, false],
    [3, false, true],
    [2, true, false],
  ]);
  expect(windows[2]).toMatchObject({ title: "Mail", app: "App2", pid: 5, place: { x: 100, y: 100 } });
});

import { describe, expect, it } from "vitest";
import { LATE_LOOK_MS } from "../../src/input/limits.js";
import {
  judgeKey,
  judgePlace,
  keyboardPlace,
  type Scope,
  wordsAt,
  wordsOfActive,
} from "../../src/input/scope.js";
import type { Target } from "../../src/types.js";
import type { DesktopWindow } from "../../src/windows/desktop-window.js";
import { desktopWindow, lookAt } from "./desk.js";

const display = (id: string, x: number) =>
  ({ id, name: id, source: "display", x, y: 0, width: 1000, height: 800, scale: 1 }) as const;

function scopeOf(target: Target = { kind: "displays" }, change: Partial<Scope> = {}): Scope {
  const rules = { denyWindows: ["Vault"], denyRectangles: [], recordTitles: true };
  return { target, rules, pictures: [display("left", 0), display("right", 1000)], ...change };
}

const editor = desktopWindow(1, "Editor", { x: 0, y: 0, width: 400, height: 300 });
const vault = desktopWindow(2, "Vault", { x: 200, y: 100, width: 400, height: 300 });
const other = desktopWindow(3, "Other", { x: 1100, y: 100, width: 400, height: 300 });

const place = (scope: Scope, windows: readonly DesktopWindow[], x: number, y: number, lateMs = 0) => {
  const look = lookAt(windows, { atMs: 1_000 });
  return judgePlace(scope, { before: look, after: look }, { x, y, atMs: 1_000 - lateMs });
};

describe("what the pointer does", () => {
  it("is told in pictures, and nothing of elsewhere", () => {
    expect(place(scopeOf(), [editor], 10, 10)).toBe("told");
    expect(place(scopeOf(), [editor], 10, 900)).toBe("outside");
    expect(place(scopeOf(undefined, { pictures: [] }), [editor], 10, 10)).toBe("outside");
  });

  it("is hidden in a denied window, and told in one that covers it", () => {
    expect(place(scopeOf(), [editor, vault], 300, 200)).toBe("hidden");
    expect(place(scopeOf(), [vault, editor], 300, 200)).toBe("told");
    expect(place(scopeOf(), [vault, editor], 500, 350)).toBe("hidden");
  });

  it("is hidden where either look found it denied", () => {
    const with_ = lookAt([editor, vault], { atMs: 900 });
    const without = lookAt([editor], { atMs: 1_000 });
    const at = { x: 300, y: 200, atMs: 1_000 };
    expect(judgePlace(scopeOf(), { before: with_, after: without }, at)).toBe("hidden");
    expect(judgePlace(scopeOf(), { before: without, after: with_ }, at)).toBe("hidden");
    expect(judgePlace(scopeOf(), { before: without, after: without }, at)).toBe("told");
  });

  it("is hidden over a denied window at whatever depth when the windows were read late", () => {
    expect(place(scopeOf(), [vault, editor], 300, 200, LATE_LOOK_MS)).toBe("told");
    expect(place(scopeOf(), [vault, editor], 300, 200, LATE_LOOK_MS + 1)).toBe("hidden");
  });

  it("is hidden in a declared rectangle, also where windows cannot be read", () => {
    const rules = {
      denyWindows: [],
      denyRectangles: [{ x: 5, y: 5, width: 10, height: 10 }],
      recordTitles: false,
    };
    const blind = { before: undefined, after: undefined };
    expect(judgePlace(scopeOf(undefined, { rules }), blind, { x: 10, y: 10, atMs: 0 })).toBe("hidden");
    expect(judgePlace(scopeOf(undefined, { rules }), blind, { x: 50, y: 50, atMs: 0 })).toBe("told");
  });

  it("is hidden while windows that may be denied, or may cover the chosen one, cannot be read", () => {
    const blind = { before: lookAt([editor]), after: undefined };
    expect(judgePlace(scopeOf(), blind, { x: 10, y: 10, atMs: 0 })).toBe("hidden");
    expect(judgeKey(scopeOf(), blind, { atMs: 0 })).toBe("hidden");
    const rules = { denyWindows: [], denyRectangles: [], recordTitles: true };
    const chosen = scopeOf({ kind: "window", title: "Editor" }, { rules });
    expect(judgePlace(chosen, blind, { x: 10, y: 10, atMs: 0 })).toBe("hidden");
    expect(judgeKey(chosen, blind, { atMs: 0 })).toBe("hidden");
    const open = scopeOf(undefined, { rules });
    expect(judgePlace(open, blind, { x: 10, y: 10, atMs: 0 })).toBe("told");
    expect(judgeKey(open, blind, { atMs: 0 })).toBe("told");
  });
});

describe("a chosen window", () => {
  const scope = scopeOf(
    { kind: "window", title: "Editor" },
    { pictures: [{ ...display("window-1", 0), source: "window", width: 400, height: 300 }] },
  );
  const menu = desktopWindow(
    9,
    "",
    { x: 20, y: 20, width: 100, height: 100 },
    { kind: "popup", pid: editor.pid },
  );

  it("is told what happens in it and in what belongs to it, and nothing of what covers it", () => {
    expect(place(scope, [editor], 50, 50)).toBe("told");
    expect(place(scope, [editor, menu], 50, 50)).toBe("told");
    const dialog = desktopWindow(5, "Save", menu.frame, { owner: 1 });
    expect(place(scope, [editor, dialog], 50, 50)).toBe("told");
    expect(place(scope, [editor, desktopWindow(6, "Chat", menu.frame)], 50, 50)).toBe("outside");
  });

  it("is told its keys, and nothing of another window's", () => {
    const at = { atMs: 0 };
    const inEditor = lookAt([editor, other], { active: 1 });
    const inOther = lookAt([editor, other], { active: 3 });
    expect(judgeKey(scope, { before: inEditor, after: inEditor }, at)).toBe("told");
    expect(judgeKey(scope, { before: inOther, after: inEditor }, at)).toBe("outside");
    expect(judgeKey(scope, { before: inEditor, after: inOther }, at)).toBe("outside");
    const nowhere = lookAt([editor, other], { active: undefined });
    expect(judgeKey(scope, { before: nowhere, after: nowhere }, at)).toBe("hidden");
  });

  it("hides everything where a rectangle is declared on a display that is not known", () => {
    const rules = {
      denyWindows: [],
      denyRectangles: [{ x: 0, y: 0, width: 1, height: 1, display: "left" }],
      recordTitles: true,
    };
    expect(place({ ...scope, rules }, [editor], 50, 50)).toBe("hidden");
  });
});

describe("keys", () => {
  it("are told where a window has the keyboard that is not denied, with that window's middle", () => {
    const look = lookAt([editor, vault], { active: 1 });
    expect(judgeKey(scopeOf(), { before: look, after: look }, { atMs: 0 })).toBe("told");
    expect(keyboardPlace(scopeOf(), { before: undefined, after: look })).toEqual({ x: 200, y: 150 });
  });

  it("are hidden where a denied window has it, or had it a moment ago", () => {
    const free = lookAt([editor, vault], { active: 1 });
    const denied = lookAt([editor, vault], { active: 2 });
    expect(judgeKey(scopeOf(), { before: free, after: denied }, { atMs: 0 })).toBe("hidden");
    expect(judgeKey(scopeOf(), { before: denied, after: free }, { atMs: 0 })).toBe("hidden");
    expect(judgeKey(scopeOf(), { before: free, after: { ...free, atMs: 500 } }, { atMs: 0 })).toBe("hidden");
  });

  it("of a window on a display that is not recorded are nobody's business", () => {
    const scope = scopeOf({ kind: "display", id: 0 }, { pictures: [display("left", 0)] });
    const look = lookAt([editor, other], { active: 3 });
    expect(judgeKey(scope, { before: look, after: look }, { atMs: 0 })).toBe("outside");
  });
});

describe("words of windows", () => {
  it("are title and app; of a menu those of what it belongs to", () => {
    const menu = desktopWindow(
      9,
      "",
      { x: 20, y: 20, width: 100, height: 100 },
      { kind: "popup", owner: 1, app: "" },
    );
    const look = lookAt([editor, menu], { active: 1 });
    expect(wordsAt(scopeOf(), { before: look, after: look }, { x: 30, y: 30 })).toEqual({
      title: "Editor",
      app: "app of Editor",
    });
    expect(wordsOfActive(scopeOf(), look)).toEqual({ title: "Editor", app: "app of Editor", handle: 1 });
  });

  it("are none of a denied window, of what belongs to one, or where titles are not recorded", () => {
    const dialog = desktopWindow(5, "Unlock", { x: 700, y: 500, width: 100, height: 100 }, { owner: 2 });
    const look = lookAt([editor, vault, dialog], { active: 5 });
    const views = { before: look, after: look };
    expect(wordsAt(scopeOf(), views, { x: 500, y: 350 })).toBeUndefined();
    expect(wordsAt(scopeOf(), views, { x: 750, y: 550 })).toBeUndefined();
    expect(wordsOfActive(scopeOf(), look)).toBeUndefined();
    const rules = { denyWindows: [], denyRectangles: [], recordTitles: false };
    expect(wordsAt(scopeOf(undefined, { rules }), views, { x: 10, y: 10 })).toBeUndefined();
  });

  it("are none of a window that nobody sees", () => {
    const hidden = desktopWindow(7, "Openbox", { x: -100, y: -100, width: 1, height: 1 });
    expect(wordsOfActive(scopeOf(), lookAt([hidden], { active: 7 }))).toBeUndefined();
  });
});

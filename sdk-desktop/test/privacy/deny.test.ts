import { describe, expect, test } from "vitest";
import type { PictureArea, Rectangle } from "../../src/geometry.js";
import {
  DENIED_MARGIN_POINTS,
  deniedAreas,
  deniedWindows,
  isDeniedAt,
  isKeyboardDenied,
  MAX_DENIED_AREAS,
} from "../../src/privacy/deny.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { DeniedRectangle, WindowMatch } from "../../src/types.js";
import type { DesktopWindow } from "../../src/windows/desktop-window.js";
import { LINGER_MS, SETTLING_MS } from "../../src/windows/limits.js";
import { covers } from "../../src/windows/rectangles.js";
import { snapshotOf, windowOf } from "../support/windows.js";

const rules = (
  denyWindows: readonly WindowMatch[],
  denyRectangles: readonly DeniedRectangle[] = [],
): PrivacyRules => ({ denyWindows, denyRectangles, recordTitles: true });
const SECRET = rules([{ app: "secret" }]);
const display = (more: Partial<PictureArea> = {}): PictureArea => ({
  id: "1",
  name: "screen",
  source: "display",
  x: 0,
  y: 0,
  width: 1_000,
  height: 800,
  scale: 1,
  ...more,
});
const denied = (windows: readonly DesktopWindow[], under = SECRET): number[] =>
  [...deniedWindows(snapshotOf(windows), under)].sort((a, b) => a - b);
const secret = (handle: number, more: Partial<DesktopWindow> = {}) =>
  windowOf(handle, { app: "Secret", client: 7, pid: 70, ...more });
const other = (handle: number, more: Partial<DesktopWindow> = {}) =>
  windowOf(handle, { app: "Other", client: 8, pid: 80, ...more });
/** What says nothing of itself. */
const stray = (handle: number, more: Partial<DesktopWindow> = {}) =>
  windowOf(handle, { app: "", title: "", kind: "popup", ...more });

describe("denied are", () => {
  test("the windows that a rule means, and nothing without a rule", () => {
    expect(denied([secret(1), other(2)])).toEqual([1]);
    expect(denied([secret(1), stray(2)], rules([]))).toEqual([]);
  });

  test("what belongs to them, to any depth, also when a part of the chain comes first", () => {
    const chain = [
      other(5, { kind: "dialog", owner: 4 }),
      other(4, { kind: "dialog", owner: 3 }),
      other(3, { kind: "popup", owner: 1 }),
      secret(1),
      other(2),
    ];
    expect(denied(chain)).toEqual([1, 3, 4, 5]);
  });

  test("windows that belong to each other in a ring, without end", () => {
    expect(
      denied([secret(1), other(2, { owner: 3 }), other(3, { owner: 2 }), other(4, { owner: 4 })]),
    ).toEqual([1]);
  });

  test.each([
    ["connection", { client: 7 }],
    ["process", { pid: 70 }],
    ["group", { group: 99 }],
    ["group that the window itself leads", { group: 1 }],
    ["name of the app", { apps: ["SECRET"], app: "SECRET" }],
  ])("popups and dialogs of the same %s", (_, mark) => {
    const main = secret(1, { title: "Vault", group: 99 });
    for (const kind of ["popup", "dialog"] as const)
      expect(denied([main, other(2), stray(3, { kind, ...mark })], rules([{ title: "vault" }]))).toEqual([
        1, 3,
      ]);
  });

  test("no other windows of an app of which one window is meant by its title", () => {
    const tabs = [
      secret(1, { title: "Bank" }),
      secret(2, { title: "News" }),
      secret(3, { title: "", kind: "popup", owner: 2 }),
    ];
    expect(denied(tabs, rules([{ title: "bank" }]))).toEqual([1]);
  });

  test("popups that nothing ties to a window that is not denied, while a denied app runs", () => {
    expect(denied([secret(1), other(2), stray(3)])).toEqual([1, 3]);
    expect(denied([secret(1), other(2), stray(3, { client: 8 })])).toEqual([1]);
    expect(denied([secret(1), other(2), windowOf(3, { app: "notifier", kind: "popup" })])).toEqual([1, 3]);
    // Also while it shows nothing: it may do so at any time.
    expect(denied([secret(1, { visible: false }), stray(3)])).toEqual([1, 3]);
    expect(denied([other(2), stray(3)])).toEqual([]);
  });

  test("a window without any name like a popup, whatever its kind", () => {
    expect(denied([secret(1), stray(3, { kind: "normal", client: 7 })])).toEqual([1, 3]);
    expect(denied([secret(1), stray(3, { kind: "normal" })])).toEqual([1, 3]);
  });

  test("whatever was gone before it could say what it was", () => {
    expect(denied([other(1), other(2, { known: false })])).toEqual([2]);
  });

  test("a window that has no title yet, for a while, where a title may be meant", () => {
    const young = (visibleSinceMs: number) => [other(1, { title: "", visibleSinceMs })];
    const title = rules([{ title: "bank" }]);
    expect(denied(young(1_000 - SETTLING_MS + 1), title)).toEqual([1]);
    expect(denied(young(1_000 - SETTLING_MS), title)).toEqual([]);
    expect(denied(young(999))).toEqual([]);
    expect(denied([windowOf(1, { app: "", visibleSinceMs: 999 })])).toEqual([1]);
  });

  test("windows by a title that they had within the time", () => {
    const flips = other(1, { title: "News", titles: ["News", "Bank"] });
    expect(denied([flips], rules([{ title: "bank" }]))).toEqual([1]);
  });
});

describe("black in a capture is", () => {
  const areas = (
    before: readonly DesktopWindow[],
    after: readonly DesktopWindow[],
    picture = display(),
    under = SECRET,
    displays = [picture],
  ) =>
    deniedAreas({
      before: snapshotOf(before, { atMs: 1_000 }),
      after: snapshotOf(after, { atMs: 1_030, sinceMs: 1_000 }),
      rules: under,
      picture,
      displays,
    });
  const isBlack = (black: readonly Rectangle[], area: Rectangle): boolean =>
    black.some((one) => covers(one, area));

  test("the frame with a margin, in the picture's pixels, rounded outward and cut to it", () => {
    const frame = { x: 10.5, y: 20.2, width: 100, height: 50 };
    expect(areas([], [secret(1, { frame })], display({ scale: 1.5 }))).toEqual([
      { x: 12, y: 27, width: 157, height: 82 },
    ]);
    expect(areas([], [secret(1, { frame: { x: -50, y: 780, width: 60, height: 100 } })])).toEqual([
      { x: 0, y: 780 - DENIED_MARGIN_POINTS, width: 12, height: 22 },
    ]);
    expect(areas([], [secret(1)], display({ x: 1_000 }))).toEqual([]);
  });

  test("where it was before and where it is after, and all between when nothing tells the way", () => {
    const left = { x: 0, y: 0, width: 50, height: 50 };
    const right = { x: 500, y: 300, width: 50, height: 50 };
    const black = areas([secret(1, { frame: left })], [secret(1, { frame: right })]);
    expect(isBlack(black, { x: 0, y: 0, width: 550, height: 350 })).toBe(true);
    const told = areas([secret(1, { frame: left })], [secret(1, { frame: right, lingering: [left, right] })]);
    expect(isBlack(told, left) && isBlack(told, right)).toBe(true);
    expect(isBlack(told, { x: 250, y: 150, width: 10, height: 10 })).toBe(false);
  });

  test("a window that was there before alone, or after alone, or at neither time but between", () => {
    expect(areas([secret(1)], [])).toHaveLength(1);
    expect(areas([], [secret(1)])).toHaveLength(1);
    const between = secret(1, {
      visible: false,
      closed: true,
      lingering: [{ x: 1, y: 1, width: 9, height: 9 }],
    });
    expect(isBlack(areas([], [between]), { x: 1, y: 1, width: 9, height: 9 })).toBe(true);
  });

  test("a window whose title was meant at either time", () => {
    const bank = rules([{ title: "bank" }]);
    const as = (title: string) => [other(1, { title })];
    expect(areas(as("Bank"), as("News"), display(), bank)).toHaveLength(1);
    expect(areas(as("News"), as("Bank"), display(), bank)).toHaveLength(1);
    expect(areas(as("News"), as("News"), display(), bank)).toHaveLength(0);
  });

  test("a window whose owner was denied before, and is gone", () => {
    expect(
      areas([secret(1), other(2, { kind: "dialog", owner: 1 })], [other(2, { kind: "dialog" })]),
    ).not.toEqual([]);
  });

  test("a window that was too young to have a title when the capture began", () => {
    const young = (atMs: number) => [other(1, { title: "", visibleSinceMs: atMs - SETTLING_MS })];
    const title = rules([{ title: "bank" }]);
    expect(areas(young(1_001), young(1_001), display(), title)).toHaveLength(1);
    expect(areas(young(1_000), young(1_000), display(), title)).toHaveLength(0);
  });

  test("a window that has the number of a denied one that has just closed", () => {
    const closed = secret(1, {
      visible: false,
      closed: true,
      lingering: [{ x: 1, y: 1, width: 9, height: 9 }],
    });
    const black = areas([], [closed, other(1, { frame: { x: 500, y: 500, width: 20, height: 20 } })]);
    expect(isBlack(black, { x: 1, y: 1, width: 9, height: 9 })).toBe(true);
  });

  test("the whole picture when the time between is not told of wholly", () => {
    const picture = display({ scale: 2 });
    const gap = {
      before: snapshotOf([other(1)], { atMs: 1_000 }),
      after: snapshotOf([other(1)], { atMs: 20_000, sinceMs: 1_000.5 }),
      picture,
      displays: [picture],
    };
    expect(deniedAreas({ ...gap, rules: SECRET })).toEqual([{ x: 0, y: 0, width: 2_000, height: 1_600 }]);
    expect(deniedAreas({ ...gap, rules: rules([]) })).toEqual([]);
  });

  test("declared rectangles, of the desktop or of a display by its id or its name", () => {
    const second = display({ id: "2", name: "beamer", x: 1_000, scale: 2 });
    const at = (denyRectangles: readonly DeniedRectangle[], picture: PictureArea) =>
      areas([], [], picture, rules([], denyRectangles), [display(), second]);
    const place = { x: 1_010, y: 10, width: 20, height: 20 };
    expect(at([place], display())).toEqual([]);
    expect(at([place], second)).toEqual([{ x: 20, y: 20, width: 40, height: 40 }]);
    for (const name of ["2", "beamer"])
      expect(at([{ x: 10, y: 10, width: 20, height: 20, display: name }], second)).toEqual([
        { x: 20, y: 20, width: 40, height: 40 },
      ]);
    expect(at([{ ...place, display: "3" }], second)).toEqual([]);
    // Over a window that is recorded for itself it is black there as well.
    expect(
      at([place], display({ id: "window-9", source: "window", x: 1_000, width: 50, height: 50 })),
    ).toEqual([{ x: 10, y: 10, width: 20, height: 20 }]);
  });

  test("every point of every place, however many there are, in any picture", () => {
    let seed = 11;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return (seed / 2_147_483_648) * below;
    };
    const somewhere = (): Rectangle => ({
      x: random(2_400) - 700,
      y: random(2_000) - 600,
      width: 1 + random(300),
      height: 1 + random(200),
    });
    for (let turn = 0; turn < 200; turn++) {
      const picture = display({
        x: random(500) - 250,
        y: random(500) - 250,
        scale: [1, 1.25, 2, 0.5][turn % 4] ?? 1,
      });
      const windows = Array.from({ length: 1 + Math.floor(random(60)) }, (_, handle) =>
        secret(handle, { frame: somewhere(), lingering: [somewhere(), somewhere(), somewhere()] }),
      );
      const black = areas([], windows, picture);
      expect(black.length).toBeLessThanOrEqual(MAX_DENIED_AREAS);
      for (const area of black)
        expect(
          covers(
            { x: 0, y: 0, width: picture.width * picture.scale, height: picture.height * picture.scale },
            area,
          ) && Object.values(area).every(Number.isInteger),
        ).toBe(true);
      for (const window of windows)
        for (const place of [window.frame, ...window.lingering]) {
          const x = Math.floor((place.x + random(place.width) - picture.x) * picture.scale);
          const y = Math.floor((place.y + random(place.height) - picture.y) * picture.scale);
          const inside =
            x >= 0 && y >= 0 && x < picture.width * picture.scale && y < picture.height * picture.scale;
          if (inside) expect(isBlack(black, { x, y, width: 1, height: 1 })).toBe(true);
        }
    }
  });
});

describe("input is dropped", () => {
  const at = (windows: readonly DesktopWindow[], x: number, y: number, under = SECRET) =>
    isDeniedAt(snapshotOf(windows), under, { x, y }, [display()]);

  test("in a denied window, and not where another lies over it", () => {
    expect(at([secret(1)], 150, 150)).toBe(true);
    expect(at([secret(1)], 99, 150)).toBe(false);
    expect(at([secret(1), other(2)], 150, 150)).toBe(false);
    expect(at([other(2), secret(1)], 150, 150)).toBe(true);
  });

  test("where a denied window was a moment ago: it may be what closed it", () => {
    const closed = secret(1, {
      visible: false,
      closed: true,
      lingering: [{ x: 100, y: 100, width: 10, height: 10 }],
    });
    expect(at([closed, other(2)], 105, 105)).toBe(true);
    expect(LINGER_MS).toBeGreaterThan(0);
  });

  test("in a declared rectangle", () => {
    const pad = rules([], [{ x: 0, y: 0, width: 10, height: 10, display: "screen" }]);
    expect(at([], 9, 9, pad)).toBe(true);
    expect(at([], 10, 9, pad)).toBe(false);
  });

  test("from the keyboard of a denied window, of none that is known, and while a denied popup may have it", () => {
    const keys = (windows: readonly DesktopWindow[], active?: number) =>
      isKeyboardDenied(snapshotOf(windows, active === undefined ? {} : { active }), SECRET);
    expect(keys([secret(1), other(2)], 1)).toBe(true);
    expect(keys([secret(1), other(2)], 2)).toBe(false);
    expect(keys([secret(1), other(2)])).toBe(true);
    expect(keys([secret(1), other(2)], 99)).toBe(true);
    expect(keys([other(2)])).toBe(false);
    expect(keys([secret(1), other(2), stray(3, { client: 7 })], 2)).toBe(true);
    expect(
      keys([secret(1, { visible: false, lingering: [{ x: 0, y: 0, width: 9, height: 9 }] }), other(2)], 2),
    ).toBe(true);
  });
});

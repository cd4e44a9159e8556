import { expect, test } from "vitest";
import { LINGER_MS, MAX_HISTORY_MS } from "../../src/windows/limits.js";
import { openWindowSource } from "../../src/windows/open.js";
import { covers } from "../../src/windows/rectangles.js";
import { createScreensSource, type ListedWindow } from "../../src/windows/screens-source.js";

const listed = (handle: number, more: Partial<ListedWindow> = {}): ListedWindow => ({
  handle,
  pid: 5,
  app: "Mail",
  title: `Mail ${handle}`,
  frame: { x: 0, y: 0, width: 100, height: 50 },
  minimised: false,
  focused: false,
  ...more,
});
/** A source on a list and a clock that the test sets. */
const given = (windows: readonly ListedWindow[]) => {
  const desktop = { windows, nowMs: 1_000 };
  const source = createScreensSource(
    () => desktop.windows,
    () => desktop.nowMs,
  );
  return { desktop, source };
};

test("windows come from the lowest to the topmost, with the one that has the keyboard", async () => {
  const { source } = given([listed(2, { focused: true }), listed(1), listed(3, { title: "" })]);
  const snapshot = await source.snapshot();
  expect(snapshot.windows.map(({ handle }) => handle)).toEqual([3, 1, 2]);
  expect(snapshot.active).toBe(2);
  expect(snapshot.windows[2]).toMatchObject({
    pid: 5,
    app: "Mail",
    title: "Mail 2",
    kind: "normal",
    visible: true,
  });
  expect(snapshot.windows[0]).toMatchObject({ kind: "dialog", titles: [] });
});

test("a window that moved may have been anywhere between, and lingers where it was", async () => {
  const { desktop, source } = given([listed(1)]);
  await source.snapshot();
  desktop.nowMs += 30;
  desktop.windows = [listed(1, { frame: { x: 400, y: 300, width: 100, height: 50 }, title: "Other" })];
  const [moved] = (await source.snapshot()).windows;
  const way = { x: 0, y: 0, width: 500, height: 350 };
  expect(moved?.recent.some((area) => covers(area, way))).toBe(true);
  expect(moved?.titles).toEqual(["Other", "Mail 1"]);
  desktop.nowMs += LINGER_MS;
  const [still] = (await source.snapshot()).windows;
  expect(still?.lingering.some((area) => covers(area, way))).toBe(true);
  desktop.nowMs += 1;
  expect((await source.snapshot()).windows[0]).toMatchObject({
    recent: [{ x: 400, y: 300, width: 100, height: 50 }],
    lingering: [{ x: 400, y: 300, width: 100, height: 50 }],
  });
});

test("a window that closed is told of once more, and for as long as it lingers", async () => {
  const { desktop, source } = given([listed(1)]);
  await source.snapshot();
  desktop.nowMs += 30;
  desktop.windows = [];
  expect((await source.snapshot()).windows).toMatchObject([{ handle: 1, closed: true, visible: false }]);
  desktop.nowMs += LINGER_MS + 1;
  expect((await source.snapshot(desktop.nowMs - 1)).windows).toEqual([]);
});

test("a minimised window is nowhere, and is new on the screen when it comes back", async () => {
  const { desktop, source } = given([listed(1, { minimised: true })]);
  expect((await source.snapshot()).windows).toMatchObject([{ visible: false, minimised: true, recent: [] }]);
  desktop.nowMs += 5_000;
  desktop.windows = [listed(1)];
  expect((await source.snapshot()).windows).toMatchObject([{ visible: true, visibleSinceMs: 6_000 }]);
});

test("what is asked of a time before all that is kept says since when it is complete", async () => {
  const { desktop, source } = given([listed(1)]);
  desktop.nowMs += 3 * MAX_HISTORY_MS;
  expect((await source.snapshot(0)).sinceMs).toBe(desktop.nowMs - MAX_HISTORY_MS);
  expect((await given([]).source.snapshot(0)).sinceMs).toBe(1_000);
});

test("a system is asked in its own way, and what is missing is told", async () => {
  const open = openWindowSource({ platform: "darwin", display: undefined, listWindows: () => [listed(1)] });
  expect((await (await open).snapshot()).windows).toHaveLength(1);
  await expect(openWindowSource({ platform: "win32", display: undefined })).rejects.toThrow(
    "list of windows",
  );
  for (const display of [undefined, ""])
    await expect(openWindowSource({ platform: "linux", display })).rejects.toThrow("DISPLAY is not set");
});

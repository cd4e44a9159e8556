import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DesktopWindow, WindowSource, WindowsSnapshot } from "../../src/windows/desktop-window.js";
import { LINGER_MS } from "../../src/windows/limits.js";
import { covers } from "../../src/windows/rectangles.js";
import { createX11Source } from "../../src/windows/x11-source.js";
import { type WatchedDisplay, watchDisplay } from "../support/watched-display.js";
import { missingForX, startX, until, type XServer } from "../support/x-server.js";

describe.skipIf(missingForX.length > 0)("the windows of an X display", () => {
  let x: XServer;
  let source: WindowSource;
  let watched: WatchedDisplay;
  beforeAll(async () => {
    watched = await watchDisplay({ width: 1280, height: 800 });
    ({ x, source } = watched);
  });
  afterAll(() => watched?.close());

  const find = (snapshot: WindowsSnapshot, handle: number | undefined): DesktopWindow | undefined =>
    snapshot.windows.find((window) => window.handle === handle);
  /** Waits until the window is as it should be; what it is then. */
  const settled = async (
    handle: number | undefined,
    isSo: (window: DesktopWindow) => boolean,
  ): Promise<DesktopWindow> => {
    let window: DesktopWindow | undefined;
    await until(async () => {
      window = find(await source.snapshot(), handle);
      return window !== undefined && isSo(window);
    }, `the window ${handle} did not become what it should`).catch((error) => {
      const { stdout } = spawnSync("xwininfo", ["-root", "-tree"], { env: x.env, encoding: "utf8" });
      throw new Error(`${error.message}: ${JSON.stringify(window)}\n${stdout}`);
    });
    if (window === undefined) throw new Error("no window");
    return window;
  };
  const framed = (window: DesktopWindow): boolean =>
    window.visible && window.frame.height > window.content.height;

  test("a window says its titles, its app and its process, and has a frame around its content", async () => {
    const app = await watched.open({ title: "Ledger – März", app: ["ledger", "Ledger"], x: 100, y: 120 });
    const window = await settled(app.handles[0], framed);
    expect(window).toMatchObject({
      title: "Ledger – März",
      app: "Ledger",
      apps: ["ledger", "Ledger"],
      pid: app.pid,
      kind: "normal",
      known: true,
      closed: false,
      minimised: false,
    });
    expect(window.content).toMatchObject({ width: 300, height: 200 });
    expect(covers(window.frame, window.content)).toBe(true);
    expect(window.content.y).toBeGreaterThan(window.frame.y + 10);
    // The server's own account of where it stands.
    const { stdout } = spawnSync("xwininfo", ["-id", String(app.handles[0])], {
      env: x.env,
      encoding: "utf8",
    });
    expect(stdout).toMatch(new RegExp(`Absolute upper-left X:\\s+${window.content.x}\n`));
    expect(stdout).toMatch(new RegExp(`Absolute upper-left Y:\\s+${window.content.y}\n`));
    await app.close();
  });

  test("a title that is only in WM_NAME is read, in the encoding that it says and in the one that it is in", async () => {
    const app = await watched.open({ title: "Geheimnis für alle", names: "wm", pid: false });
    const window = await settled(app.handles[0], framed);
    expect(window.titles).toContain("Geheimnis für alle");
    expect(window.pid).toBeUndefined();
    expect(window.apps).toEqual([]);
    await app.close();
  });

  test("a menu is a popup, a dialog a dialog, and both say whose they are", async () => {
    const app = await watched.open({
      title: "Owner",
      children: [
        { kind: "popup", x: 400, y: 300, pid: false },
        { kind: "dialog", title: "Really?", children: [{ kind: "dialog", title: "Really, really?" }] },
        { kind: "popup", owned: false, pid: false, x: 500, y: 300 },
      ],
    });
    const [owner, menu, dialog, inner, stray] = app.handles;
    expect(await settled(menu, (window) => window.visible)).toMatchObject({ kind: "popup", owner });
    expect(await settled(dialog, framed)).toMatchObject({ kind: "dialog", owner });
    expect(await settled(inner, framed)).toMatchObject({ kind: "dialog", owner: dialog });
    const lone = await settled(stray, (window) => window.visible);
    expect(lone).toMatchObject({ kind: "popup", owner: undefined, pid: undefined });
    // Whatever it does not say: the connection that made it is the same.
    expect(lone.client).toBe((await settled(owner, framed)).client);
    await app.close();
  });

  test("a window that opened and closed between two snapshots is in the second, with its title and place", async () => {
    const app = await watched.open({ title: "Host" });
    await settled(app.handles[0], framed);
    const before = await source.snapshot();
    await app.tell({ add: { kind: "popup", title: "Gone at once", x: 600, y: 400, width: 50, height: 40 } });
    const handle = app.handles[1];
    await app.tell({ window: 1, destroy: true });
    const after = await source.snapshot(before.atMs);
    const gone = find(after, handle);
    expect(gone).toMatchObject({ closed: true, visible: false });
    expect(gone?.recent).toEqual([{ x: 600, y: 400, width: 50, height: 40 }]);
    expect(after.sinceMs).toBeLessThanOrEqual(before.atMs);
    await app.close();
  });

  test("a window that moved between two snapshots was everywhere that it was", async () => {
    const app = await watched.open({ kind: "popup", title: "Mover", width: 30, height: 20, x: 0, y: 0 });
    await settled(app.handles[0], (window) => window.visible);
    const before = await source.snapshot();
    const places = [
      [500, 10],
      [20, 600],
      [900, 700],
      [40, 50],
    ] as const;
    for (const [left, top] of places) await app.tell({ x: left, y: top });
    // Another reader of the same windows takes nothing away.
    await source.snapshot();
    const window = find(await source.snapshot(before.atMs), app.handles[0]);
    for (const [left, top] of places)
      expect(window?.recent.some((area) => covers(area, { x: left, y: top, width: 30, height: 20 }))).toBe(
        true,
      );
    expect(find(await source.snapshot(), app.handles[0])?.recent).toEqual([
      { x: 40, y: 50, width: 30, height: 20 },
    ]);
    await app.close();
  });

  test("where a window was lingers for a second, and so does its title", async () => {
    const app = await watched.open({ kind: "popup", title: "First", width: 30, height: 20, x: 700, y: 0 });
    await settled(app.handles[0], (window) => window.titles.includes("First"));
    await app.tell({ x: 0, title: "Second" });
    const moved = await source.snapshot();
    const just = find(await source.snapshot(), app.handles[0]);
    expect(just?.titles).toEqual(expect.arrayContaining(["First", "Second"]));
    expect(just?.lingering).toContainEqual({ x: 700, y: 0, width: 30, height: 20 });
    expect(just?.recent).toEqual([{ x: 0, y: 0, width: 30, height: 20 }]);
    const later = await settled(app.handles[0], (window) => window.lingering.length === 1);
    expect(later.titles).toEqual(["Second"]);
    expect((await source.snapshot()).atMs).toBeGreaterThan(moved.atMs + LINGER_MS - 500);
    await app.close();
  });

  test("the window with the keyboard is the active one, also when a window inside it has it", async () => {
    const app = await watched.open({ title: "One" }, { title: "Two", x: 500 });
    for (const handle of app.handles) {
      await settled(handle, framed);
      x.xdotool("windowactivate", "--sync", handle);
      await until(async () => (await source.snapshot()).active === handle, "it did not become active");
    }
    await app.close();
  });

  test("a minimised window is not visible, and is again when it comes back", async () => {
    const app = await watched.open({ title: "Iconic" });
    await settled(app.handles[0], framed);
    x.xdotool("windowminimize", app.handles[0] ?? 0);
    expect(await settled(app.handles[0], (window) => window.minimised)).toMatchObject({ visible: false });
    x.xdotool("windowactivate", app.handles[0] ?? 0);
    expect(await settled(app.handles[0], (window) => window.visible)).toMatchObject({ minimised: false });
    await app.close();
  });

  test("whatever was done to the windows, they are as a source that begins now finds them", async () => {
    const app = await watched.open(
      ...Array.from({ length: 6 }, (_, at) => ({ title: `Window ${at}`, x: 50 + at * 60, y: 40 + at * 50 })),
      { kind: "popup", x: 10, y: 10, width: 60, height: 300 },
      { kind: "popup", x: 30, y: 200, width: 600, height: 30 },
    );
    let seed = 7;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    for (let turn = 0; turn < 120; turn++) {
      const window = random(8);
      const words = [
        { x: random(900), y: random(600) },
        { raise: true },
        { shown: false },
        { shown: true },
        { width: 50 + random(300), height: 40 + random(200) },
        { title: `Title ${turn}` },
      ][random(6)];
      await app.tell({ window, ...words });
    }
    // A window manager is still at work when the server has answered the app.
    const told = (snapshot: WindowsSnapshot) =>
      snapshot.windows
        .filter(({ visible }) => visible)
        .map(({ handle, title, frame, content, kind, owner, pid }) => ({
          handle,
          title,
          frame,
          content,
          kind,
          owner,
          pid,
        }));
    let [followed, fresh]: unknown[] = [1, 2];
    await until(async () => {
      const other = await createX11Source(x.display);
      fresh = told(await other.snapshot());
      other.close();
      followed = told(await source.snapshot());
      return JSON.stringify(followed) === JSON.stringify(fresh);
    }, "they differ").catch(() => {});
    expect(followed).toEqual(fresh);
    await app.close();
  });

  test("a snapshot of thirty windows costs a round trip", async () => {
    const app = await watched.open(
      ...Array.from({ length: 30 }, (_, at) => ({ title: `Window ${at}`, x: at * 30, y: at * 15 })),
    );
    await settled(app.handles[29], framed);
    const times: number[] = [];
    for (let turn = 0; turn < 200; turn++) {
      const startMs = performance.now();
      await source.snapshot();
      times.push(performance.now() - startMs);
    }
    times.sort((a, b) => a - b);
    const at = (share: number) => times[Math.floor(share * times.length)]?.toFixed(2);
    console.log(
      `a snapshot: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, ${(await source.snapshot()).windows.length} windows`,
    );
    await app.close();
  });

  test("asks that wait when the server dies are refused, and so are those after", async () => {
    const other = await startX({ width: 320, height: 200, windowManager: false });
    const windows = await createX11Source(other.display);
    await windows.snapshot();
    await other.kill();
    await until(
      () =>
        windows.snapshot().then(
          () => false,
          () => true,
        ),
      "it still answers",
    );
    await expect(windows.snapshot()).rejects.toThrow("the X server is gone");
    windows.close();
  });

  test("a display that nobody serves is told in one message", async () => {
    await expect(createX11Source(":4711")).rejects.toThrow("no connection to the X server :4711");
    await expect(createX11Source("nonsense")).rejects.toThrow("no connection to the X server nonsense");
  });
});

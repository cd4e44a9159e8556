/**
 * A window can be put into one of another program: a tab, a plug, a player in a page. What was in an app's own window was not
 * looked at, so that a denied app's window was recorded as soon as another app held it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deniedWindows, isKeyboardDenied } from "../../src/privacy/deny.js";
import type { PrivacyRules } from "../../src/privacy/rules.js";
import type { WindowSource } from "../../src/windows/desktop-window.js";
import { createX11Source } from "../../src/windows/x11-source.js";
import { patternSeen } from "../support/masked-display.js";
import type { PatternApp } from "../support/pattern.js";
import { type WatchedDisplay, watchDisplay } from "../support/watched-display.js";
import { missingForX, until, type XServer } from "../support/x-server.js";

describe.skipIf(missingForX.length > 0)("a window in another program's window", () => {
  let x: XServer;
  let source: WindowSource;
  let watched: WatchedDisplay;
  const keeper: PrivacyRules = { denyWindows: [{ app: "keeper" }], denyRectangles: [], recordTitles: true };
  const host = async (app: string): Promise<readonly [PatternApp, number]> => {
    const started = await watched.open({
      title: "Tabs",
      app: [app, app],
      colour: "#203040",
      width: 500,
      height: 400,
    });
    const handle = started.handles[0] ?? 0;
    await framed(handle, true);
    return [started, handle];
  };
  /** Waits until the window manager has put a frame around it, or taken it away. */
  const framed = (handle: number, isFramed: boolean): Promise<void> =>
    until(
      async () =>
        (await source.snapshot()).windows.some(
          (one) =>
            one.handle === handle &&
            one.visible === isFramed &&
            one.frame.height > one.content.height === isFramed,
        ),
      "the window manager did nothing",
    );

  beforeAll(async () => {
    watched = await watchDisplay({ width: 1000, height: 700 });
    ({ x, source } = watched);
  });
  afterAll(() => watched?.close());

  for (const how of ["made there", "put there"] as const)
    test(`is black when it is denied and was ${how}`, async () => {
      const [holder, handle] = await host("tabbed");
      const where = { x: 30, y: 30 };
      const guest = await watched.open({
        title: "Vault",
        app: ["keeper", "Keeper"],
        ...where,
        ...(how === "made there" ? { within: handle } : {}),
      });
      if (how === "put there") {
        const [own = 0] = guest.handles;
        await framed(own, true);
        await guest.tell({ shown: false });
        await framed(own, false);
        await guest.tell({ into: handle, ...where });
      }
      await until(async () => (await patternSeen(x.display, source)) > 30_000, "it is not on the screen");
      expect(await patternSeen(x.display, source, { app: "keeper" })).toBe(0);
      // Also for who comes later, and has heard of none of it.
      const late = await createX11Source(x.display);
      expect(deniedWindows(await late.snapshot(), keeper).has(handle)).toBe(true);
      late.close();
      await guest.tell({ focus: true });
      expect(isKeyboardDenied(await source.snapshot(), keeper)).toBe(true);
      await guest.close();
      // What the holder shows by itself is nobody's secret.
      await until(
        async () => !deniedWindows(await source.snapshot(), keeper).has(handle),
        "it is denied for ever",
      );
      await holder.close();
    });

  test("is found in a part of the other program's window", async () => {
    const [holder, handle] = await host("plugs");
    await holder.tell({ add: { within: handle, owned: false, pid: false, width: 350, height: 300 } });
    const guest = await watched.open({ title: "Vault", app: ["keeper", "Keeper"] });
    const [own = 0] = guest.handles;
    await framed(own, true);
    await guest.tell({ shown: false });
    await framed(own, false);
    await guest.tell({ into: holder.handles[1] ?? 0 });
    await until(
      async () => deniedWindows(await source.snapshot(), keeper).has(handle),
      "the holder is not denied",
    );
    const late = await createX11Source(x.display);
    expect(deniedWindows(await late.snapshot(), keeper).has(handle)).toBe(true);
    late.close();
    await guest.close();
    await holder.close();
  });

  test("is denied with the window that it is in", async () => {
    const [holder, handle] = await host("keeper");
    const guest = await watched.open({ title: "Calculator", app: ["calc", "Calc"], within: handle });
    await guest.tell({ focus: true });
    const snapshot = await source.snapshot();
    expect(deniedWindows(snapshot, keeper).has(handle)).toBe(true);
    expect(isKeyboardDenied(snapshot, keeper)).toBe(true);
    await guest.close();
    await holder.close();
  });
});

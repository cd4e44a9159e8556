/*
 * Cause: a connection to an X server stayed open when it was given up (no answer in time, no such screen, a request that the server
 * refused), and when what tells the changes of a screen was closed while it was being opened, as by rules that change. A
 * server takes 256 connections from all programs: one that froze for half an hour had as many from here as soon as it went on, and
 * no other program could open a window.
 */
import { readdirSync, readlinkSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DisplayView } from "../../src/capture/display-view.js";
import { changesOf, type OpenChanges } from "../../src/capture/screen-changes.js";
import type { PictureArea } from "../../src/geometry.js";
import { type FixesExtension, openXClient } from "../../src/x11/client.js";
import { X_ANSWER_MS } from "../../src/x11/limits.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { missingForX, startX, until, type XServer } from "../support/x-server.js";

const AREA: PictureArea = {
  id: "1",
  name: "one",
  source: "display",
  x: 0,
  y: 0,
  width: 320,
  height: 240,
  scale: 1,
};

/** Sockets that a process holds. */
const sockets = (pid: number): number =>
  readdirSync(`/proc/${pid}/fd`).filter((descriptor) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith("socket:");
    } catch {
      // It was closed in between.
      return false;
    }
  }).length;

const onX = test.skipIf(missingForX.length > 0);
let x: XServer;
let before: number;
beforeEach(async () => {
  if (missingForX.length > 0) return;
  x = await closedWithTest(startX({ width: 320, height: 240, windowManager: false }));
  // Whoever waited for it to listen has hung up.
  let held = -1;
  await until(() => {
    const holds = sockets(x.pid);
    const isSame = holds === held;
    held = holds;
    return isSame;
  }, "the server does not come to rest");
  before = held;
});
afterEach(() => {
  vi.useRealTimers();
});
const allClosed = (): Promise<void> =>
  until(() => sockets(x.pid) === before, `the server holds ${sockets(x.pid)} sockets, ${before} before`);

onX("a connection is not left open where the screen is not there", async () => {
  await expect(openXClient(`${x.display}.7`)).rejects.toThrow("no such screen");
  await allClosed();
});

onX("a connection that is not answered in time is not left to a server that goes on", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  process.kill(x.pid, "SIGSTOP");
  try {
    const own = sockets(process.pid);
    const opening = openXClient(x.display);
    const late = expect(opening).rejects.toThrow("does not answer");
    await vi.waitUntil(() => sockets(process.pid) > own);
    await vi.advanceTimersByTimeAsync(X_ANSWER_MS);
    await late;
    vi.useRealTimers();
    await until(() => sockets(process.pid) === own, "this process holds its end");
  } finally {
    process.kill(x.pid, "SIGCONT");
  }
  // Whatever it had not answered it has by now.
  const next = await openXClient(x.display);
  next.close();
  await allClosed();
});

onX("a connection is not left open when the server refused what has no answer", async () => {
  const client = await openXClient(x.display);
  const region = client.requests.AllocID();
  const fixes = await client.ask<FixesExtension>((settle) => client.requests.require("fixes", settle));
  fixes?.DestroyRegion(region);
  await until(() => client.isGone, "the error was not told");
  client.close();
  await allClosed();
});

onX("what tells the changes is closed also when its display's view was, while it opened", async () => {
  const open = changesOf({ platform: "linux", display: x.display });
  for (let turn = 0; turn < 20; turn++) {
    let opened = (): void => undefined;
    const isOpen = new Promise<void>((resolve) => {
      opened = resolve;
    });
    const openChanges: OpenChanges = async (onDrawn) => {
      const changes = await open(onDrawn);
      view.close();
      opened();
      return changes;
    };
    const screens = { captureDisplay: async () => ({ failed: "not asked" }) };
    const view = new DisplayView({ screens, openChanges, clock: () => 0 });
    await Promise.all([view.capture(AREA, []), isOpen]);
  }
  await allClosed();
});

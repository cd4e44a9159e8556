/*
 * Cause: the pictures of a run were counted from its start, and twice where several came at once. An app that had opened its 64th
 * dialog in a day, or its 33rd window at once, was not recorded any more from there on, and nothing said so.
 */
import { expect, it } from "vitest";
import type { PictureArea } from "../../src/geometry.js";
import { MAX_PICTURES } from "../../src/limits.js";
import { monotonicMs } from "../../src/monotonic.js";
import { createScene, DISPLAY, paint, startScene } from "../recorder/fake-host.js";

const windowAt = (place: number): PictureArea => ({
  ...DISPLAY,
  id: `window-${place}`,
  name: `Window ${place}`,
  source: "window",
});

it("each window of a day is recorded, and those that closed are let go", async () => {
  const scene = await createScene();
  const main = windowAt(0);
  await startScene(scene, [main]);
  const dialogs = Array.from({ length: MAX_PICTURES * 2 }, (_, place) => windowAt(place + 1));
  for (const dialog of dialogs) {
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [main, dialog] });
    scene.capture.say(paint({ picture: dialog.id, whole: true }));
  }
  scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [main] });
  await scene.recorder.stop();
  const windows = new Set(scene.frames().map(({ window }) => window));
  expect(windows.size).toBe(dialogs.length + 1);
  expect(scene.frames().filter(({ checkout }) => checkout)).toHaveLength(dialogs.length + 1);
  // Each window is said to have ended, the main one last.
  const closed = scene.collector.frames.filter(({ kind }) => kind === "close").map(({ window }) => window);
  expect([...closed].sort()).toEqual([...windows].sort());
  expect(closed.at(-1)).toBe(scene.frames()[0]?.window);
  expect(scene.collector.opened).toHaveLength(1);
});

it("as many windows at once as a session can name are recorded", async () => {
  const scene = await createScene();
  const all = Array.from({ length: MAX_PICTURES + 1 }, (_, place) => windowAt(place));
  await startScene(scene, all.slice(0, 40));
  scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: all });
  for (const { id } of all.slice(40)) scene.capture.say(paint({ picture: id, whole: true }));
  await scene.recorder.stop();
  expect(new Set(scene.frames().map(({ window }) => window)).size).toBe(MAX_PICTURES);
});

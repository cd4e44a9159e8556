/*
 * Cause: every picture's frames told the last input of all of them. So a player that follows the window in use went to whichever
 * was painted last: to a clock that ticks, while its user wrote beside it.
 */

import { expect, it } from "vitest";
import type { InputReport } from "../../src/input/messages.js";
import { monotonicMs } from "../../src/monotonic.js";
import { createScene, DISPLAY, paint, startScene } from "../recorder/fake-host.js";

const SECOND = { ...DISPLAY, id: "display-2", x: 64 };
const press = (x: number): InputReport => {
  const at = { type: "button", atMs: monotonicMs(), x, y: 10, button: 1, clicks: 1 } as const;
  return {
    type: "input",
    inputs: [
      { ...at, down: true },
      { ...at, down: false },
    ],
  };
};

it.each(["hybrid", "video"] as const)("an input is told by the picture it was in (%s)", async (mode) => {
  const scene = await createScene({ mode });
  await startScene(scene, [DISPLAY, SECOND]);
  scene.input.say(press(70));
  scene.capture.say(paint({ picture: DISPLAY.id, whole: true }));
  scene.capture.say(paint({ picture: SECOND.id, whole: true }));
  scene.input.say({ type: "active", atMs: monotonicMs() });
  scene.capture.say(paint({ picture: DISPLAY.id, whole: true }));
  await scene.recorder.stop();
  const told = scene.frames().filter(({ inputMs }) => inputMs !== undefined);
  const displays = scene
    .frames()
    .flatMap(({ list, window }) =>
      list.flatMap((event) => (event.type === "display" && event.x === SECOND.x ? window : [])),
    );
  expect(displays).not.toEqual([]);
  expect(new Set(told.map(({ window }) => window))).toEqual(new Set(displays));
});

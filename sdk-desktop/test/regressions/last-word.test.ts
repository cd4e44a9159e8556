/*
 * Cause: a `start` that waited for a `stop` to end began when it had, whatever the app had said since. An app that started and
 * stopped by its user's clicks recorded on after the last of them was a stop, or a pause.
 */
import { expect, it } from "vitest";
import { createScene } from "../recorder/fake-host.js";

it("the app's last word counts, however fast it changes its mind", async () => {
  const { recorder, capture } = await createScene();
  await Promise.all([recorder.start(), recorder.stop(), recorder.start(), recorder.stop()]);
  expect(recorder.status.state).toBe("stopped");
  expect(capture.isRunning).toBe(false);
  void recorder.start();
  const stopped = recorder.stop();
  void recorder.start();
  recorder.pause();
  await stopped;
  await Promise.resolve();
  expect(recorder.status.state).toBe("paused");
});

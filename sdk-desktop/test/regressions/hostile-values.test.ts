/*
 * Cause: what an app gives was read where it was given, so that a getter of its own that throws, or a value without a text,
 * threw into the app out of `createRecorder`, `event` and `setTarget`.
 */
import { expect, it } from "vitest";
import { createDesktopRecorder } from "../../src/recorder/desktop-recorder.js";
import { nodeHost } from "../../src/recorder/host.js";
import type { RecorderOptions, Target } from "../../src/types.js";
import { createScene, startScene } from "../recorder/fake-host.js";

const throwing = (name: string): object =>
  Object.defineProperty({}, name, {
    enumerable: true,
    get: () => {
      throw new Error("the app's own");
    },
  });

it("no value of an app's makes a recorder throw", async () => {
  const scene = await createScene();
  await startScene(scene);
  const { recorder } = scene;
  recorder.event("getter", throwing("amount") as Record<string, string>);
  recorder.event(Object.create(null) as string, { part: { toJSON: () => undefined } as unknown as string });
  recorder.identify("user-1", throwing("name") as Record<string, string>);
  recorder.setTarget(throwing("kind") as unknown as Target);
  expect(scene.troubles).toEqual([
    { code: "invalid_options", message: "The target cannot be read. It stays as it was." },
  ]);
  await recorder.stop();
  const facts = scene.frames().flatMap((frame) => frame.facts);
  expect(facts.map(({ type, text }) => [type, text])).toEqual([
    ["custom", "getter"],
    ["custom", ""],
    ["identify", "user-1"],
  ]);
});

it("options that cannot be read record nothing, and say so", () => {
  for (const given of [throwing("projectKey"), throwing("onTrouble"), { target: throwing("kind") }]) {
    const recorder = createDesktopRecorder(given as unknown as RecorderOptions, nodeHost("/nowhere"));
    expect(recorder.status.troubles).toMatchObject([{ code: "invalid_options" }]);
  }
});

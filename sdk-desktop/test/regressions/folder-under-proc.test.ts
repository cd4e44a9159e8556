/*
 * Cause: Node makes a path of folders by making the parent of one that cannot be made for want of its parent, and then trying
 * again. Under `/proc`, where a parent is there and the answer is the same all the same, that never ended: a core was busy with
 * it, and the app never ended.
 */
import { expect, it } from "vitest";
import { createScene, startScene } from "../recorder/fake-host.js";

it.skipIf(process.platform !== "linux")(
  "a folder under /proc is told at once, and recording goes on",
  async () => {
    const scene = await createScene({ spoolFolder: "/proc/spool" });
    await startScene(scene);
    expect(scene.frames().length).toBeGreaterThan(0);
    expect(scene.troubles).toMatchObject([{ code: "spool_failed" }]);
    expect(scene.troubles[0]?.message).toContain(
      "/proc/spool: there is no such folder, and none can be made (ENOENT).",
    );
    expect(scene.recorder.status.spooledBytes).toBe(0);
  },
);

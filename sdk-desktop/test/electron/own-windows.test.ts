import sharp from "sharp";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import type { Collector } from "../../../sdk-browser/test/collector.js";
import { createElectronRecorder } from "../../src/electron/electron-recorder.js";
import type { RecorderOptions } from "../../src/types.js";
import { builtPackage } from "../support/built.js";
import { collectedBy, screenEvents } from "../support/collected.js";
import { missingForX, startX, takeDisplay, until } from "../support/x-server.js";
import { fakeElectron } from "./fake-electron.js";

let folder: string;
beforeAll(async () => {
  folder = await builtPackage("electron");
});

async function createScene(options: Partial<RecorderOptions> = {}, scaleFactor = 1) {
  const electron = fakeElectron(folder, scaleFactor);
  const made = await collectedBy((given) => createElectronRecorder(given, electron, folder), {
    target: { kind: "own-window" },
    ...options,
  });
  return { electron, ...made };
}

/** The picture of the only window, as painting everything in turn leaves it; RGB. */
async function replayed(collector: Collector): Promise<{ width: number; height: number; rgb: Buffer }> {
  let width = 0;
  let height = 0;
  let rgb = Buffer.alloc(0);
  for (const event of screenEvents(collector)) {
    if (event.type === "display" && (event.width !== width || event.height !== height)) {
      ({ width, height } = event);
      rgb = Buffer.alloc(width * height * 3);
    }
    if (event.type !== "paint") continue;
    for (const { x, y, width: wide, height: high, image } of event.rectangles) {
      const part = await sharp(image).removeAlpha().raw().toBuffer();
      for (let row = 0; row < high; row++)
        part.copy(rgb, ((y + row) * width + x) * 3, row * wide * 3, (row + 1) * wide * 3);
    }
  }
  return { width, height, rgb };
}

describe("an Electron app's own windows", () => {
  it("are captured by the app itself, exactly, at the display's scale", async () => {
    const { electron, recorder, collector } = await createScene({}, 2);
    const window = electron.addWindow({ bounds: { x: 10, y: 20, width: 70, height: 45 }, title: "First" });
    window.colour = (x, y) => [x < 30 ? 200 : 10, y < 20 ? 100 : 20, 3];
    electron.ready();
    await recorder.start();
    await collector.until("a whole picture", () =>
      screenEvents(collector).some(({ type }) => type === "paint"),
    );
    expect(screenEvents(collector)[0]).toMatchObject({
      type: "display",
      width: 140,
      height: 90,
      x: 10,
      y: 20,
      scale: 2,
      source: "window",
      name: "First",
      state: "shown",
    });
    const at = (
      { rgb, width }: Awaited<ReturnType<typeof replayed>>,
      x: number,
      y: number,
    ): readonly number[] => [...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
    const first = await replayed(collector);
    expect([at(first, 59, 39), at(first, 60, 40), at(first, 139, 89)]).toEqual([
      [200, 100, 3],
      [10, 20, 3],
      [10, 20, 3],
    ]);
    // One small change.
    window.colour = (x, y) => (x >= 64 && y >= 40 ? [1, 2, 250] : [x < 30 ? 200 : 10, y < 20 ? 100 : 20, 3]);
    await collector.until("the change", () =>
      screenEvents(collector).some((event) => event.type === "paint" && !event.whole),
    );
    const then = await replayed(collector);
    expect([at(then, 127, 79), at(then, 128, 80)]).toEqual([
      [10, 20, 3],
      [1, 2, 250],
    ]);
  });

  it("wait until the app is ready, and are told when they move, change and go", async () => {
    const { electron, recorder, collector } = await createScene();
    const window = electron.addWindow({ bounds: { x: 0, y: 0, width: 64, height: 64 }, title: "First" });
    const started = recorder.start();
    expect(electron.processes.size).toBe(0);
    electron.ready();
    await started;
    const states = (): readonly unknown[] =>
      screenEvents(collector).flatMap((event) =>
        event.type === "display" ? [`${event.name} ${event.x} ${event.state}`] : [],
      );
    await collector.until("the window", () => states().includes("First 0 shown"));
    window.bounds = { ...window.bounds, x: -30 };
    await collector.until("its new place", () => states().includes("First -30 shown"));
    window.title = "Second";
    await collector.until("its new title", () => states().includes("Second -30 shown"));
    window.minimised = true;
    await collector.until("that it is minimised", () => states().includes("Second -30 minimised"));
    window.minimised = false;
    await collector.until("that it is back", () => states().at(-1) === "Second -30 shown");
    window.closed = true;
    await collector.until("that it is closed", () => states().at(-1) === "Second -30 closed");
  });

  it("are black where they are denied", async () => {
    const { electron, recorder, collector } = await createScene({ denyWindows: ["secret"] });
    const window = electron.addWindow({ bounds: { x: 0, y: 0, width: 64, height: 64 }, title: "A secret" });
    window.colour = () => [250, 1, 1];
    electron.ready();
    await recorder.start();
    await collector.until("the window", () => screenEvents(collector).some(({ type }) => type === "paint"));
    expect(screenEvents(collector)[0]).toMatchObject({ type: "display", name: "", state: "denied" });
    const { rgb } = await replayed(collector);
    expect(rgb.every((value) => value === 0)).toBe(true);
  });

  it("go on after their helper died, and end with it when the recorder stops", async () => {
    const { electron, recorder, collector, troubles } = await createScene();
    electron.addWindow({ bounds: { x: 0, y: 0, width: 64, height: 64 }, title: "First" });
    electron.ready();
    await recorder.start();
    const capture = () =>
      [...electron.processes].find(({ serviceName }) => serviceName === "Reeltime capture");
    await collector.until("the window", () => screenEvents(collector).some(({ type }) => type === "paint"));
    const first = capture()?.pid;
    capture()?.end();
    await until(() => capture() !== undefined && capture()?.pid !== first, "it was not started again");
    await collector.until(
      "a checkout",
      () => collector.frames.filter(({ checkout }) => checkout).length === 2,
    );
    expect(troubles).toContainEqual(expect.objectContaining({ code: "capture_lost" }));
    await recorder.stop();
    await until(() => electron.processes.size === 0, "a helper goes on");
    expect([...collector.closed.values()]).toEqual(["stopped"]);
  });

  it.skipIf(missingForX.length > 0)("and displays are captured in turn, as the target says", async () => {
    const x = await startX({ width: 320, height: 200, windowManager: false });
    const giveBack = takeDisplay(x);
    onTestFinished(async () => {
      giveBack();
      await x.close();
    });
    const { electron, recorder, collector, troubles } = await createScene();
    electron.addWindow({ bounds: { x: 0, y: 0, width: 64, height: 64 }, title: "First" });
    electron.ready();
    await recorder.start();
    const shown = (): readonly string[] =>
      screenEvents(collector).flatMap((event) =>
        event.type === "display" ? `${event.source} ${event.width} ${event.state}` : [],
      );
    await collector.until("the window", () => shown().includes("window 64 shown"));
    recorder.setTarget({ kind: "displays" });
    await collector.until("the display", () => shown().includes("display 320 shown"));
    await collector.until("that the window is over", () => shown().includes("window 64 closed"));
    recorder.setTarget({ kind: "own-window" });
    await collector.until(
      "the window again",
      () => shown().filter((one) => one === "window 64 shown").length > 1,
    );
    await collector.until("that the display is over", () => shown().includes("display 320 closed"));
    expect(troubles).toEqual([]);
    await recorder.stop();
    expect(collector.opened).toHaveLength(1);
  });
});

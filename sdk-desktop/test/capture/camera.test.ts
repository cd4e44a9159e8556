import { describe, expect, it } from "vitest";
import { type Camera, pixelSize, takePhotograph } from "../../src/capture/camera.js";
import { DisplayView } from "../../src/capture/display-view.js";
import { BLACK, type RawImage, wordsOf } from "../../src/capture/raw-image.js";
import type { PictureArea, Rectangle } from "../../src/geometry.js";
import type { DesktopWindow, WindowsSnapshot } from "../../src/windows/desktop-window.js";
import type { TargetPicture } from "../../src/windows/target.js";
import { snapshotOf, windowOf } from "../support/windows.js";
import { colour, plain } from "./synthetic.js";

const DESKTOP = colour(10, 20, 30);
const OTHER_DESKTOP = colour(30, 20, 10);

const display = (id: string, place: Rectangle, scale = 1): PictureArea => ({
  id,
  name: id,
  source: "display",
  scale,
  ...place,
});

const window = (handle: number, frame: Rectangle, more: Partial<DesktopWindow> = {}): DesktopWindow =>
  windowOf(handle, {
    app: "app",
    title: "title",
    pid: 1,
    frame,
    recent: [frame],
    visibleSinceMs: 0,
    ...more,
  });

const snapshot = (...windows: readonly DesktopWindow[]): WindowsSnapshot => snapshotOf(windows, { atMs: 0 });

/** A camera before two displays, each in one colour. */
function camera(displays: readonly PictureArea[], after: WindowsSnapshot | undefined): Camera {
  const screens: Camera["screens"] = {
    captureDisplay: (id) => {
      const at = displays.findIndex((one) => one.id === id);
      const { width, height } = pixelSize(displays[at] ?? display("", { x: 0, y: 0, width: 1, height: 1 }));
      return Promise.resolve(plain(width, height, at === 0 ? DESKTOP : OTHER_DESKTOP));
    },
    captureWindow: () => Promise.resolve(plain(200, 100, colour(1, 1, 1))),
  };
  const clock = () => 0;
  return {
    displays: () => displays,
    screens,
    view: new DisplayView({ screens, openChanges: async () => undefined, clock }),
    held: undefined,
    rules: { denyWindows: [], denyRectangles: [], recordTitles: true },
    windowsAfter: () => Promise.resolve(after),
    clock,
  };
}

const target = (place: Rectangle, captured: Rectangle | undefined, scale = 1): TargetPicture => ({
  area: { id: "window-7", name: "title", source: "window", scale, ...place },
  captured,
  state: "outside",
  handle: 7,
});

/** The colour of each pixel of a row. */
const row = (image: RawImage, y: number): readonly number[] =>
  [...wordsOf(image)].slice(y * image.width, (y + 1) * image.width);

describe("a window partly off the displays", () => {
  const left = display("left", { x: 0, y: 0, width: 400, height: 300 });
  const right = display("right", { x: 400, y: 0, width: 400, height: 300 });
  const place = { x: -50, y: 250, width: 200, height: 100 };
  const on = { x: 0, y: 250, width: 150, height: 50 };

  it("has what is on them, and is black elsewhere", async () => {
    const windows = snapshot(window(7, place));
    const taken = await takePhotograph(camera([left, right], windows), target(place, on), {
      displays: [left, right],
      windows,
    });
    if ("failed" in taken) throw new Error(taken.failed);
    expect(row(taken.image, 0)).toEqual([...Array(50).fill(BLACK), ...Array(150).fill(DESKTOP)]);
    expect(row(taken.image, 49)).toEqual(row(taken.image, 0));
    expect(row(taken.image, 50)).toEqual(Array(200).fill(BLACK));
  });

  it("is put together from all displays that it lies on", async () => {
    const wide = { x: 350, y: -20, width: 200, height: 100 };
    const windows = snapshot(window(7, wide));
    const taken = await takePhotograph(
      camera([left, right], windows),
      target(wide, { x: 350, y: 0, width: 200, height: 80 }),
      { displays: [left, right], windows },
    );
    if ("failed" in taken) throw new Error(taken.failed);
    expect(row(taken.image, 19)).toEqual(Array(200).fill(BLACK));
    expect(row(taken.image, 20)).toEqual([...Array(50).fill(DESKTOP), ...Array(150).fill(OTHER_DESKTOP)]);
  });

  it("has black what lay over it before, in between or after", async () => {
    const before = snapshot(window(7, place), window(8, { x: 0, y: 0, width: 10, height: 300 }));
    const after = snapshot(
      window(6, { x: 0, y: 0, width: 400, height: 300 }),
      window(9, { x: 70, y: 0, width: 1, height: 300 }, { visible: false }),
      window(7, place),
      window(
        8,
        { x: 20, y: 0, width: 10, height: 300 },
        {
          recent: [
            { x: 20, y: 0, width: 10, height: 300 },
            { x: 50, y: 0, width: 10, height: 300 },
          ],
        },
      ),
    );
    const taken = await takePhotograph(camera([left], after), target(place, on), {
      displays: [left],
      windows: before,
    });
    if ("failed" in taken) throw new Error(taken.failed);
    const black = row(taken.image, 0).flatMap((word, x) => (word === BLACK ? [x - 50] : []));
    const tens = [0, 20, 50].flatMap((start) => Array.from({ length: 10 }, (_, at) => start + at));
    expect(black).toEqual([...Array.from({ length: 50 }, (_, at) => at - 50), ...tens, 70]);
  });

  it.each([
    ["moved", window(7, { ...place, x: -51 })],
    ["moved and came back", window(7, place, { recent: [place, { ...place, x: 40 }] })],
    ["closed", window(8, place)],
  ])("is not taken when it %s meanwhile: what lay beneath it would be shown", async (_, is) => {
    const taken = await takePhotograph(camera([left], snapshot(is)), target(place, on), {
      displays: [left],
      windows: snapshot(window(7, place)),
    });
    expect(taken).toMatchObject({ failed: expect.any(String), passing: true });
  });

  it("is black where it is wholly off them", async () => {
    const windows = snapshot(window(7, place));
    const taken = await takePhotograph(camera([left], windows), target(place, undefined), {
      displays: [left],
      windows,
    });
    if ("failed" in taken) throw new Error(taken.failed);
    expect(wordsOf(taken.image).every((word) => word === BLACK)).toBe(true);
  });
});

describe("a photograph", () => {
  const one = display("one", { x: 0, y: 0, width: 400, height: 300 });

  it("of a window that grew meanwhile has the size that was said of it", async () => {
    const place = { x: 10, y: 10, width: 220, height: 90 };
    const windows = snapshot(window(7, place));
    const taken = await takePhotograph(camera([one], windows), target(place, place), {
      displays: [one],
      windows,
    });
    if ("failed" in taken) throw new Error(taken.failed);
    expect(taken.image).toMatchObject({ width: 220, height: 90 });
    expect(row(taken.image, 89)).toEqual([...Array(200).fill(colour(1, 1, 1)), ...Array(20).fill(BLACK)]);
  });

  it("is none when the windows cannot be read afterwards, or the displays are others", async () => {
    const scene = { displays: [one], windows: snapshot() };
    const picture = { area: one, captured: one, state: "shown" } as const;
    expect(await takePhotograph(camera([one], undefined), picture, scene)).toMatchObject({ passing: true });
    const moved = camera([display("one", { x: 1, y: 0, width: 400, height: 300 })], snapshot());
    const denyRectangles = [{ x: 0, y: 0, width: 9, height: 9 }];
    const rules = { ...moved.rules, denyRectangles };
    expect(await takePhotograph({ ...moved, rules }, picture, scene)).toMatchObject({ passing: true });
  });
});

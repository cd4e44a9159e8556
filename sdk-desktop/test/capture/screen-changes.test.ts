import { beforeEach, describe, expect, it } from "vitest";
import { DisplayView } from "../../src/capture/display-view.js";
import { blackImage, type RawImage } from "../../src/capture/raw-image.js";
import { changesOf, type ScreenChanges } from "../../src/capture/screen-changes.js";
import type { Screens } from "../../src/capture/screens.js";
import type { PictureArea, Rectangle } from "../../src/geometry.js";
import { covers } from "../../src/windows/rectangles.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { screensOf } from "../support/masked-display.js";
import { startPattern } from "../support/pattern.js";
import { missingForX, startX, until, type XServer } from "../support/x-server.js";
import { grab } from "./grab.js";
import { randomNumbers } from "./synthetic.js";

const SIZE = { width: 900, height: 600 };
const WHOLE: Rectangle = { x: 0, y: 0, ...SIZE };

const openChanges = async ({ display }: XServer, onDrawn = () => {}): Promise<ScreenChanges> => {
  const changes = await changesOf({ platform: "linux", display })(onDrawn);
  if (changes === undefined) throw new Error("this server tells no changes");
  return changes;
};

/** Takes until a part was told that covers this one. */
async function told(changes: ScreenChanges, area: Rectangle, part: Rectangle): Promise<void> {
  await until(
    async () => (await changes.take(area)).some((one) => covers(one, part)),
    `no change was told of ${JSON.stringify(part)}`,
  );
}

describe.skipIf(missingForX.length > 0)("the changes of an X screen", () => {
  let x: XServer;
  beforeEach(async () => {
    x = await closedWithTest(startX({ ...SIZE, windowManager: false }));
  });

  it("are where a window appears, moves and goes, in the pixels of the area that is asked for", async () => {
    const changes = await openChanges(x);
    // At first, all of it.
    expect(await changes.take(WHOLE)).toEqual([WHOLE]);
    expect(await changes.take(WHOLE)).toEqual([]);
    const app = await startPattern(x, [{ kind: "popup", x: 100, y: 80, width: 50, height: 40 }]);
    await told(changes, WHOLE, { x: 100, y: 80, width: 50, height: 40 });
    await app.tell({ x: 400, y: 300 });
    await told(changes, { ...WHOLE, x: 90 }, { x: 310, y: 300, width: 50, height: 40 });
    await app.tell({ x: 500, y: 300 });
    // What lies elsewhere is not this area's.
    expect(await changes.take({ x: 0, y: 0, width: 90, height: 600 })).toEqual([]);
    await app.close();
    await told(changes, { x: 510, y: 0, width: 390, height: 600 }, { x: 0, y: 300, width: 40, height: 40 });
    changes.close();
  });

  it("are announced once, until they are asked for", async () => {
    let drawn = 0;
    const changes = await openChanges(x, () => drawn++);
    await changes.take(WHOLE);
    const before = drawn;
    const app = await startPattern(x, [{ kind: "popup", x: 10, y: 80, width: 50, height: 40 }]);
    for (let step = 0; step < 20; step++) await app.tell({ x: step * 10, y: 300 });
    await until(() => drawn > before, "nothing was announced");
    expect(drawn).toBe(before + 1);
    await changes.take(WHOLE);
    expect(drawn).toBe(before + 1);
    await app.tell({ x: 400, y: 10 });
    await until(() => drawn > before + 1, "nothing was announced again");
    await app.close();
    changes.close();
  });

  it("have the pixels that are on the screen", async () => {
    const changes = await openChanges(x);
    const colours = ["#ff0000", "#00ff00", "#0000ff", "#123456"] as const;
    const app = await startPattern(
      x,
      colours.map((one, at) => ({ kind: "popup", colour: one, x: at * 60, y: 30, width: 50, height: 40 })),
    );
    await told(changes, WHOLE, { x: 180, y: 30, width: 50, height: 40 });
    const read = blackImage(SIZE.width, SIZE.height);
    expect(await changes.read(WHOLE, WHOLE, read)).toBe(true);
    expect(read.pixels.equals((await grab(x)).pixels)).toBe(true);
    // A part of an area that does not begin in the corner, of an odd size.
    const area = { x: 37, y: 21, width: 301, height: 77 };
    const part = { x: 3, y: 9, width: 155, height: 41 };
    const small = blackImage(area.width, area.height);
    await changes.read(area, part, small);
    const at = (image: RawImage, px: number, py: number): number =>
      image.pixels.readUInt32LE((py * image.width + px) * 4);
    for (const [px, py] of [
      [0, 0],
      [154, 40],
      [77, 20],
    ] as const)
      expect(at(small, part.x + px, part.y + py)).toBe(at(read, 40 + px, 30 + py));
    expect(at(small, 2, 9)).toBe(0xff_00_00_00);
    await app.close();
    changes.close();
  });

  it("are read no further than the screen reaches", async () => {
    const changes = await openChanges(x);
    const area = { x: 600, y: 0, width: 400, height: 600 };
    const image = blackImage(area.width, area.height);
    const before = Buffer.from(image.pixels);
    expect(await changes.read(area, { x: 0, y: 0, width: 400, height: 600 }, image)).toBe(false);
    expect(image.pixels.equals(before)).toBe(true);
    expect(await changes.read(area, { x: 0, y: 0, width: 300, height: 600 }, image)).toBe(true);
    changes.close();
  });

  it("cannot be asked for once the server is gone", async () => {
    const changes = await openChanges(x);
    await x.kill();
    await expect(changes.take(WHOLE)).rejects.toThrow(/gone|closed/);
    await expect(changes.take(WHOLE)).rejects.toThrow(/gone|closed/);
    await expect(changes.read(WHOLE, WHOLE, blackImage(900, 600))).rejects.toThrow(/gone|closed/);
    changes.close();
  });

  it("are told by no server that is not there, and on no other system", async () => {
    expect(await changesOf({ platform: "linux", display: ":4242" })(() => undefined)).toBeUndefined();
    expect(await changesOf({ platform: "linux", display: undefined })(() => undefined)).toBeUndefined();
    expect(await changesOf({ platform: "darwin", display: x.display })(() => undefined)).toBeUndefined();
  });
});

describe.skipIf(missingForX.length > 0)("a display that is captured by what changes", () => {
  it("is to the pixel what is on the screen, whatever windows do", { timeout: 120_000 }, async () => {
    const x = await closedWithTest(startX(SIZE));
    const screens: Screens = await screensOf(x.display);
    const [area] = screens.displays() as [PictureArea];
    let wholes = 0;
    const view = new DisplayView({
      screens: {
        captureDisplay: (id) => {
          wholes++;
          return screens.captureDisplay(id);
        },
      },
      openChanges: changesOf({ platform: "linux", display: x.display }),
      // It is never checked: what is seen here was told.
      clock: () => 0,
    });
    const capture = async (): Promise<RawImage> => {
      const taken = await view.capture(area, []);
      if ("failed" in taken) throw new Error(taken.failed);
      return view.mask(taken, []);
    };
    const app = await startPattern(x, [
      { title: "One", x: 40, y: 40, width: 300, height: 200, colour: "#3060c0" },
      { title: "Two", x: 200, y: 120, width: 300, height: 200, colour: "#c06030" },
      { kind: "popup", x: 300, y: 60, width: 120, height: 300, colour: "#30c060" },
      { kind: "popup", x: 0, y: 300, width: 500, height: 100, background: "none" },
    ]);
    x.run("xterm", ["-geometry", "60x14+350+280", "-e", "sh -c 'seq 3000; sleep 600'"]);
    await x.windowNamed("sh");
    const random = randomNumbers(11);
    const whole = (most: number): number => Math.floor(random() * most);
    for (let round = 0; round < 12; round++) {
      for (let turn = 0; turn < 12; turn++) {
        const window = whole(4);
        const moves = [
          { window, x: whole(700) - 100, y: whole(500) - 50 },
          { window, width: 20 + whole(400), height: 20 + whole(300) },
          { window, raise: true },
          { window, shown: random() < 0.6 },
        ] as const;
        await app.tell(moves[whole(moves.length)] ?? moves[0]);
        if (random() < 0.5) await capture();
      }
      // Window manager and terminal come to rest by and by.
      await until(
        async () => (await capture()).pixels.equals((await grab(x)).pixels),
        `it is not what is on the screen after round ${round}`,
      );
    }
    expect(wholes).toBe(1);
    view.close();
  });
});

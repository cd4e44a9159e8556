import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { EXIT_CODES } from "../../src/capture/exit-codes.js";
import { BLACK, type RawImage, wordsOf } from "../../src/capture/raw-image.js";
import type { Rectangle } from "../../src/geometry.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { missingForX, startX, until, type XOptions, type XServer } from "../support/x-server.js";
import { type CaptureProcess, startCapture, untilShown } from "./capture-process.js";
import { grab } from "./grab.js";

const start = (options?: XOptions): Promise<XServer> => closedWithTest(startX(options));
const capture = (x: XServer, env: NodeJS.ProcessEnv = {}): Promise<CaptureProcess> =>
  startCapture({ ...x.env, ...env });

/** Captures all displays at 10 a second; resolves with the id of the first one once it is shown. */
async function begin(
  helper: CaptureProcess,
  more?: Parameters<CaptureProcess["configure"]>[0],
): Promise<string> {
  helper.configure(more);
  helper.send({ type: "pace", fps: 10 });
  await until(() => helper.shown.size > 0, "nothing was painted");
  return helper.pictures()[0]?.id ?? "";
}

const differs = (one: RawImage, other: RawImage): boolean => !one.pixels.equals(other.pixels);

const isBlack = (image: RawImage, { x, y, width, height }: Rectangle): boolean => {
  const words = wordsOf(image);
  for (let row = y; row < y + height; row++)
    for (let column = x; column < x + width; column++)
      if (words[row * image.width + column] !== BLACK) return false;
  return true;
};

const hasColour = (image: RawImage | undefined, word: number): boolean =>
  image !== undefined && wordsOf(image).includes(word);

/** Gives the one display of Xvfb another size. */
function resize(x: XServer, width: number, height: number): void {
  const mode = `${width}x${height}`;
  const timing = [width, width + 8, width + 16, width + 24, height, height + 2, height + 4, height + 6];
  for (const words of [
    ["--newmode", mode, "30", ...timing.map(String)],
    ["--addmode", "screen", mode],
    ["--output", "screen", "--mode", mode],
  ])
    spawnSync("xrandr", words, { env: x.env });
}

/** As `-bg` sets them. */
const RED = 0xff_00_00_ff;
const GREEN = 0xff_00_ff_00;

describe.skipIf(missingForX.length > 0)("the capture helper on a display", () => {
  it("shows a checkbox, one letter, a toast and a dialog to the pixel", async () => {
    const x = await start({ width: 1366, height: 768 });
    const helper = await capture(x);
    const picture = await begin(helper);
    const look = (): Promise<RawImage> => grab(x);
    const desktop = await untilShown(helper, picture, look);

    x.run("zenity", [
      "--list",
      "--checklist",
      "--title=Boxes",
      "--column=Done",
      "--column=Thing",
      "FALSE",
      "Milk",
    ]);
    const list = await x.windowNamed("Boxes");
    x.xdotool("windowactivate", "--sync", list);
    const unchecked = await untilShown(helper, picture, look);
    expect(differs(desktop, unchecked)).toBe(true);
    x.xdotool("key", "Down", "space");
    await until(async () => differs(await grab(x), unchecked), "the box was not checked");
    const checked = await untilShown(helper, picture, look);
    expect(differs(unchecked, checked)).toBe(true);

    x.run("zenity", ["--entry", "--title=Letter", "--text=Name"]);
    const entry = await x.windowNamed("Letter");
    x.xdotool("windowactivate", "--sync", entry);
    const empty = await untilShown(helper, picture, look);
    x.xdotool("type", "i");
    await until(async () => differs(await grab(x), empty), "the letter was not typed");
    await untilShown(helper, picture, look);

    x.run("xterm", ["-T", "Toast", "-geometry", "24x1+900+60", "-bg", "#ff0000", "-e", "sleep 60"]);
    await x.windowNamed("Toast");
    const toasted = await untilShown(helper, picture, look);
    expect(hasColour(toasted, RED)).toBe(true);

    x.run("zenity", ["--error", "--title=Dialog", "--text=It failed."]);
    await x.windowNamed("Dialog");
    await until(async () => differs(await grab(x), toasted), "no dialog");
    await untilShown(helper, picture, look);
    expect(helper.of("trouble")).toEqual([]);
  });

  it.each([
    [1366, 768],
    [801, 601],
    [1680, 1050],
  ])("shows %i x %i to the pixel, and follows a change of size with a whole paint", async (width, height) => {
    const x = await start({ width: 1920, height: 1080 });
    x.run("xterm", ["-geometry", "60x20+30+30", "-e", "ls -la /usr/bin; sleep 60"]);
    await x.windowNamed("xterm|ls|sleep");
    const helper = await capture(x);
    const picture = await begin(helper);
    await untilShown(helper, picture, () => grab(x));
    resize(x, width, height);
    await until(() => helper.shown.get(picture)?.width === width, "the size did not change");
    expect(helper.pictures()).toMatchObject([{ id: picture, width, height, scale: 1 }]);
    expect(await untilShown(helper, picture, () => grab(x))).toMatchObject({ width, height });
  });

  it("makes pictures of twice the pixels where the scale is 2", async () => {
    const x = await start({ width: 640, height: 480 });
    x.run("xterm", ["-geometry", "30x10+50+50", "-e", "sleep 60"]);
    const helper = await capture(x, { REELTIME_TEST_SCALE: "2" });
    const picture = await begin(helper, {
      rules: {
        denyWindows: [],
        denyRectangles: [{ x: 0, y: 0, width: 21, height: 11 }],
        recordTitles: true,
      },
    });
    expect(helper.pictures()).toMatchObject([{ width: 640, height: 480, scale: 2 }]);
    const shown = helper.shown.get(picture);
    expect(shown).toMatchObject({ width: 1280, height: 960 });
    expect(shown !== undefined && isBlack(shown, { x: 0, y: 0, width: 42, height: 22 })).toBe(true);
    await untilShown(helper, picture, async () => {
      const screen = await grab(x);
      const twice = Buffer.from(new ArrayBuffer(1280 * 960 * 4));
      const words = new Uint32Array(twice.buffer);
      wordsOf(screen).forEach((word, at) => {
        const [left, top] = [(at % 640) * 2, Math.floor(at / 640) * 2];
        const isDenied = left < 42 && top < 22;
        for (const place of [0, 1, 1280, 1281]) words[top * 1280 + left + place] = isDenied ? BLACK : word;
      });
      return { width: 1280, height: 960, pixels: twice };
    });
  });

  it("has places in pixels, as X has them, whatever scale is set for text", async () => {
    const x = await start({ width: 640, height: 480 });
    spawnSync("xrdb", ["-merge"], { env: x.env, input: "Xft.dpi: 192\n" });
    const helper = await capture(x);
    const picture = await begin(helper);
    expect(helper.pictures()).toMatchObject([{ x: 0, y: 0, width: 640, height: 480, scale: 1 }]);
    await untilShown(helper, picture, () => grab(x));
  });

  it("goes on when Ctrl+C reaches it: who started it ends it", async () => {
    const x = await start({ width: 640, height: 480 });
    const helper = await capture(x);
    await begin(helper);
    helper.child.kill("SIGINT");
    helper.send({ type: "checkout" });
    const paints = helper.of("paint").length;
    await until(() => helper.of("paint").length > paints, "it does not go on");
  });

  it("has a denied window black before anything else, and the rest to the pixel", async () => {
    const x = await start({ width: 1024, height: 768 });
    x.run("xterm", ["-T", "Secret", "-geometry", "30x10+400+300", "-bg", "#ff0000", "-e", "sleep 60"]);
    x.run("xterm", ["-T", "Other", "-geometry", "30x10+20+20", "-bg", "#00ff00", "-e", "sleep 60"]);
    await x.windowNamed("Secret");
    await x.windowNamed("Other");
    await until(
      async () => hasColour(await grab(x), RED) && hasColour(await grab(x), GREEN),
      "nothing is painted",
    );
    const helper = await capture(x);
    const picture = await begin(helper, {
      rules: { denyWindows: ["secret"], denyRectangles: [], recordTitles: true },
    });
    await until(() => hasColour(helper.shown.get(picture), GREEN), "the other window is not shown");
    expect(hasColour(helper.shown.get(picture), RED)).toBe(false);
  });

  it("sends again what was refused, and nothing while it is not answered", async () => {
    const x = await start({ width: 640, height: 480 });
    const helper = await capture(x);
    const picture = await begin(helper);
    await untilShown(helper, picture, () => grab(x));
    helper.answer = "refused";
    x.run("xterm", ["-geometry", "30x10+20+20", "-bg", "#00ff00", "-e", "sleep 60"]);
    const before = helper.of("paint").length;
    await until(() => helper.of("paint").length > before + 3, "it was not tried again");
    expect(hasColour(helper.shown.get(picture), GREEN)).toBe(false);
    helper.answer = "accepted";
    const shown = await untilShown(helper, picture, () => grab(x));
    expect(hasColour(shown, GREEN)).toBe(true);
  });

  it("captures nothing at a pace of 0, and on from there when it is raised", async () => {
    const x = await start({ width: 640, height: 480 });
    const helper = await capture(x);
    helper.configure();
    await until(() => helper.of("pictures").length === 1, "it did not say what there is");
    expect(helper.of("paint")).toEqual([]);
    helper.send({ type: "pace", fps: 30 });
    await until(() => helper.of("still").length > 3, "nothing was captured");
    helper.send({ type: "pace", fps: 0 });
    helper.send({ type: "checkout" });
    helper.configure();
    await until(() => helper.of("pictures").length === 2, "it did not say what there is");
    const paints = helper.of("paint").length;
    expect(paints).toBeLessThanOrEqual(2);
    helper.send({ type: "pace", fps: 1 });
    await until(() => helper.of("paint").length > paints, "no paint");
    expect(helper.of("paint").at(-1)?.whole).toBe(true);
  });

  it("ends with the display, and says so", async () => {
    const x = await start({ width: 640, height: 480 });
    const helper = await capture(x);
    await begin(helper, { rules: { denyWindows: ["secret"], denyRectangles: [], recordTitles: true } });
    await x.kill();
    expect(await helper.exited).toBe(EXIT_CODES.display_lost);
    expect(helper.of("trouble").at(-1)?.code).toBe("display_lost");
  });

  it("ends with the process that started it", async () => {
    const x = await start({ width: 640, height: 480 });
    const helper = await capture(x);
    await begin(helper);
    helper.child.disconnect();
    expect(await helper.exited).toBe(0);
  });

  it("does not grow over two thousand captures", { timeout: 240_000 }, async () => {
    const x = await start({ width: 800, height: 600 });
    x.run("xterm", [
      "-geometry",
      "90x30+20+20",
      "-e",
      "while true; do ls -la /usr/bin | head -40; sleep 0.1; done",
    ]);
    const helper = await capture(x);
    await begin(helper, { maxBytesPerSecond: 1e9 });
    helper.send({ type: "pace", fps: 100 });
    const captures = (): number => helper.of("paint").length + helper.of("still").length;
    const megabytes = (): number => {
      const status = readFileSync(`/proc/${helper.child.pid}/status`, "utf8");
      return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024);
    };
    const most: number[] = [];
    for (let part = 1; part <= 40; part++) {
      await until(() => captures() >= part * 50, `no ${part * 50} captures`);
      const quarter = Math.floor((part - 1) / 10);
      most[quarter] = Math.max(most[quarter] ?? 0, megabytes());
    }
    process.stdout.write(`capture helper, peak MB of each 500 captures: ${most.join(", ")}\n`);
    expect(most.at(-1) ?? 0).toBeLessThan((most[1] ?? 0) * 1.25 + 32);
  });
});

describe("the capture helper without a display", () => {
  const withoutDisplay = { PATH: process.env.PATH, HOME: process.env.HOME };

  it.each([
    ["where none is named", {}, "no_display"],
    ["where nothing answers", { DISPLAY: ":4095" }, "no_display"],
    ["on Wayland", { WAYLAND_DISPLAY: "wayland-0" }, "wayland"],
  ] as const)("says what to do %s, and ends without an abort", async (_, env, code) => {
    const helper = await startCapture({ ...withoutDisplay, ...env });
    helper.configure();
    expect(await helper.exited).toBe(EXIT_CODES.no_display);
    expect(helper.of("trouble")).toMatchObject([{ code }]);
    expect(helper.of("trouble")[0]?.message.length).toBeGreaterThan(40);
  });
});

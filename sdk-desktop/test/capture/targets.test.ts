import { describe, expect, it } from "vitest";
import type { RawImage } from "../../src/capture/raw-image.js";
import { BLACK, wordsOf } from "../../src/capture/raw-image.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { missingForDisplays, startDisplays } from "../support/displays-server.js";
import { missingForX, startX, until } from "../support/x-server.js";
import { startCapture, untilShown } from "./capture-process.js";
import { grab } from "./grab.js";

const RED = 0xff_00_00_ff;
const GREEN = 0xff_00_ff_00;

/** How many pixels have a colour. */
const count = (image: RawImage | undefined, word: number): number =>
  image === undefined ? 0 : wordsOf(image).reduce((sum, one) => (one === word ? sum + 1 : sum), 0);

describe.skipIf(missingForX.length > 0)("a window that is captured", () => {
  it("is told apart when it is shown, covered, partly outside, minimised, back and closed", async () => {
    const x = await closedWithTest(startX({ width: 1024, height: 768 }));
    const app = x.run("xterm", [
      "-T",
      "Target",
      "-geometry",
      "40x15+100+100",
      "-bg",
      "#ff0000",
      "-e",
      "sleep 90",
    ]);
    const target = await x.windowNamed("Target");
    x.run("xterm", ["-T", "Cover", "-geometry", "20x5+500+500", "-bg", "#00ff00", "-e", "sleep 90"]);
    const cover = await x.windowNamed("Cover");
    const helper = await startCapture(x.env);
    helper.configure({ target: { kind: "window", title: "Target" } });
    helper.send({ type: "pace", fps: 20 });
    const id = `window-${target}`;
    const shown = (): RawImage | undefined => helper.shown.get(id);
    await until(() => helper.state(id) === "shown" && count(shown(), RED) > 20_000, "not shown");
    expect(helper.pictures()).toMatchObject([{ id, source: "window" }]);
    const all = count(shown(), RED);

    x.xdotool("windowactivate", "--sync", cover);
    x.xdotool("windowmove", "--sync", cover, 150, 150);
    await until(() => count(shown(), BLACK) > 5_000, "what covers it is not black");
    expect(count(shown(), GREEN)).toBe(0);
    expect(helper.state(id)).toBe("shown");

    // Half of it off the left edge, and the other window over what is left.
    x.xdotool("windowmove", target, -100, 100);
    await until(() => helper.state(id) === "outside", "not outside");
    await until(() => count(shown(), RED) > 0 && count(shown(), RED) < all - 5_000, "all or none is shown");
    x.xdotool("windowmove", "--sync", cover, 20, 150);
    await until(() => count(shown(), BLACK) > 20_000, "what covers it is not black");
    expect(count(shown(), GREEN)).toBe(0);

    x.xdotool("windowminimize", target);
    await until(() => helper.state(id) === "minimised", "not minimised");
    x.xdotool("windowactivate", "--sync", target);
    x.xdotool("windowmove", "--sync", target, 300, 300);
    await until(() => helper.state(id) === "shown" && count(shown(), RED) > 20_000, "not shown again");

    app.kill();
    await until(() => helper.state(id) === "closed", "not closed");
    // A checkout shows what was there last.
    const paints = helper.of("paint").length;
    helper.send({ type: "checkout" });
    await until(() => helper.of("paint").length > paints, "no checkout");
    await until(() => count(shown(), RED) > 20_000, "what was there last is gone");
    expect(helper.of("trouble")).toEqual([]);
  });

  it("is waited for when it is not there yet, and said to be", async () => {
    const x = await closedWithTest(startX({ width: 640, height: 480 }));
    const helper = await startCapture(x.env);
    helper.configure({ target: { kind: "window", title: "Later" } });
    helper.send({ type: "pace", fps: 10 });
    await until(() => helper.of("trouble").some(({ code }) => code === "target_not_found"), "not said");
    expect(helper.pictures()).toEqual([]);
    x.run("xterm", ["-T", "Later", "-bg", "#ff0000", "-e", "sleep 90"]);
    const handle = await x.windowNamed("Later");
    await until(() => count(helper.shown.get(`window-${handle}`), RED) > 10_000, "not shown");
    expect(helper.of("recovered")).toMatchObject([{ code: "target_not_found" }]);
  });

  it("is black, and said to be denied, when it is", async () => {
    const x = await closedWithTest(startX({ width: 640, height: 480 }));
    x.run("xterm", ["-T", "Secret", "-bg", "#ff0000", "-e", "sleep 90"]);
    const handle = await x.windowNamed("Secret");
    const helper = await startCapture(x.env);
    helper.configure({
      target: { kind: "window", handle },
      rules: { denyWindows: ["secret"], denyRectangles: [], recordTitles: true },
    });
    helper.send({ type: "pace", fps: 10 });
    await until(() => helper.shown.size > 0, "nothing was painted");
    const id = `window-${handle}`;
    expect(helper.state(id)).toBe("denied");
    const image = helper.shown.get(id);
    expect(count(image, BLACK)).toBe((image?.width ?? 0) * (image?.height ?? 0));
  });
});

describe.skipIf(missingForX.length > 0 || missingForDisplays.length > 0)("several displays", () => {
  it("are a picture each, captured in turn, and follow displays that change, go and come", async () => {
    const x = await closedWithTest(
      startDisplays([
        { x: 0, y: 0, width: 800, height: 600 },
        { x: 800, y: 100, width: 1024, height: 768 },
      ]),
    );
    x.run("xterm", ["-T", "second", "-geometry", "40x10+850+150", "-bg", "#ff0000", "-e", "sleep 90"]);
    await x.windowNamed("second");
    const helper = await startCapture(x.env);
    helper.configure();
    helper.send({ type: "pace", fps: 10 });
    await until(() => helper.shown.size === 2, "there are not two pictures");
    expect(helper.pictures()).toMatchObject([
      { x: 0, y: 0, width: 800, height: 600, scale: 1 },
      { x: 800, y: 100, width: 1024, height: 768, scale: 1 },
    ]);
    const [one, other] = helper.pictures().map(({ id }) => id);
    const part = async (left: number, top: number, width: number, height: number): Promise<RawImage> => {
      const desktop = await grab(x);
      const pixels = Buffer.from(new ArrayBuffer(width * height * 4));
      for (let row = 0; row < height; row++) {
        const start = ((top + row) * desktop.width + left) * 4;
        desktop.pixels.copy(pixels, row * width * 4, start, start + width * 4);
      }
      return { width, height, pixels };
    };
    await untilShown(helper, one ?? "", () => part(0, 0, 800, 600));
    await until(() => count(helper.shown.get(other ?? ""), RED) > 10_000, "no window on the second display");
    await untilShown(helper, other ?? "", () => part(800, 100, 1024, 768));

    x.place(1, { x: 800, y: 0, width: 1280, height: 720 });
    await until(() => helper.shown.get(other ?? "")?.width === 1280, "the size did not change");
    expect(helper.pictures()[1]).toMatchObject({ id: other, x: 800, y: 0, width: 1280, height: 720 });
    await untilShown(helper, other ?? "", () => part(800, 0, 1280, 720));

    x.place(1, undefined);
    await until(() => helper.pictures().length === 1, "the display is still there");
    expect(helper.pictures()[0]?.id).toBe(one);
    const before = helper.of("paint").length;
    x.place(1, { x: 0, y: 600, width: 640, height: 480 });
    await until(() => helper.pictures().length === 2, "the display did not come back");
    await until(
      () =>
        helper
          .of("paint")
          .slice(before)
          .some(({ picture, whole }) => picture === other && whole),
      "no whole paint of it",
    );
    await untilShown(helper, other ?? "", () => part(0, 600, 640, 480));
  });
});

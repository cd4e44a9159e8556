import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { Reeltime, until } from "../../../server/test/journey/reeltime.js";
import { closedWithTest } from "../support/closed-with-test.js";
import { differingPixels } from "../support/compare-tiles.js";
import { missingForDisplays, startDisplays } from "../support/displays-server.js";
import { untilExact } from "../support/exactness.js";
import { missingForJourneys } from "../support/needs.js";
import { startPattern } from "../support/pattern.js";
import { ofType, Recording, type RecordingOptions, statesOf } from "../support/recording.js";
import { type Pixels, windowsOf } from "../support/replayed-pictures.js";
import { Viewer } from "../support/viewer.js";
import { startX, type XServer } from "../support/x-server.js";

describe.skipIf(missingForJourneys.length > 0)("a picture of any size, and where it lies", () => {
  let server: Reeltime;
  let browser: Browser;
  let office: BrowserContext;

  beforeAll(async () => {
    server = await new Reeltime().start();
    browser = await launchChromium();
    office = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    await (await office.newPage()).goto(server.signInUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const record = async (
    x: Pick<XServer, "env">,
    more: Partial<RecordingOptions> = {},
  ): Promise<Recording> => {
    return closedWithTest(Recording.start({ server, env: x.env, ...more }));
  };

  const watch = async (recording: Recording): Promise<Viewer> => {
    const viewer = new Viewer(await office.newPage());
    onTestFinished(() => viewer.page.close());
    await viewer.page.goto(recording.url);
    return viewer;
  };

  const something = async (x: XServer, at = { x: 60, y: 50 }): Promise<void> => {
    await closedWithTest(
      startPattern(x, [{ title: "Harbour", colour: "#2a7a6d", width: 260, height: 150, ...at }]),
    );
  };

  const untilShown = (viewer: Viewer, { width, height, bytes }: Pixels): Promise<true> =>
    until(
      async () =>
        (await viewer.pictures(width, height)).some(
          (shown) => differingPixels(shown, { width, height, bytes }) === 0,
        ),
      "the same pixels in the player",
    ) as Promise<true>;

  it.each([
    [1366, 768],
    [1680, 1050],
    [801, 601],
  ])("is %i by %i pixels in the stream and in the player", async (width, height) => {
    const x = await closedWithTest(startX({ width, height }));
    await something(x, { x: width - 300, y: height - 190 });
    const recording = await record(x);
    const { pixels } = await untilExact(recording, "an exact picture");
    expect([pixels.width, pixels.height]).toEqual([width, height]);
    await untilShown(await watch(recording), pixels);
    await recording.app.call("stop");
  });

  it("has twice as many pixels as points at a scale of 2, and its events lie where they were", async () => {
    const x = await closedWithTest(startX({ width: 801, height: 601 }));
    await something(x);
    const recording = await record({ env: { ...x.env, REELTIME_TEST_SCALE: "2" } });
    const { pixels } = await untilExact(recording, "an exact picture");
    expect([pixels.width, pixels.height]).toEqual([1602, 1202]);
    expect(ofType(await recording.events(), "display")[0]).toMatchObject({ scale: 2, x: 0, y: 0 });
    x.xdotool("mousemove", 100, 50, "click", 1);
    const button = await until(async () => ofType(await recording.events(), "button")[0], "the click");
    expect([button.x, button.y]).toEqual([200, 100]);
    await untilShown(await watch(recording), pixels);
    await recording.app.call("stop");
  });

  it.skipIf(missingForDisplays.length > 0)(
    "goes on in another size when the resolution changes",
    async () => {
      const x = await closedWithTest(startDisplays([{ x: 0, y: 0, width: 1280, height: 800 }]));
      await something(x);
      const recording = await record(x);
      const viewer = await watch(recording);
      await untilShown(viewer, (await untilExact(recording, "the first size")).pixels);
      for (const [width, height] of [
        [1024, 768],
        [1366, 768],
      ] as const) {
        x.place(0, { x: 0, y: 0, width, height });
        const { pixels } = await untilExact(
          recording,
          "the next size",
          (captured) => captured.width === width,
        );
        expect([pixels.width, pixels.height]).toEqual([width, height]);
        await untilShown(viewer, pixels);
      }
      await recording.app.call("stop");
      expect(windowsOf(await recording.frames())).toHaveLength(1);
      expect((await server.session(recording.sessionId)).counts.lostEvents).toBe(0);
    },
  );

  it.skipIf(missingForDisplays.length > 0)(
    "is one of several, each where it lies, one of which goes and comes",
    async () => {
      const second = { x: 1024, y: 60, width: 801, height: 601 };
      const x = await closedWithTest(startDisplays([{ x: 0, y: 0, width: 1024, height: 768 }, second]));
      await something(x);
      await something(x, { x: 1200, y: 200 });
      const recording = await record(x);
      const pictures = [
        await untilExact(recording, "the first display", undefined, 0),
        await untilExact(recording, "the second display", undefined, 1),
      ];
      expect(pictures.map(({ pixels }) => [pixels.width, pixels.height])).toEqual([
        [1024, 768],
        [801, 601],
      ]);
      expect(ofType(await recording.events(1), "display")[0]).toMatchObject({ x: 1024, y: 60, scale: 1 });
      const viewer = await watch(recording);
      for (const { pixels } of pictures) await untilShown(viewer, pixels);
      // What is done on the second display is told of that one, in its own pixels.
      x.xdotool("mousemove", 1024 + 300, 60 + 200, "click", 1);
      const button = await until(async () => ofType(await recording.events(1), "button")[0], "the click");
      expect([button.x, button.y]).toEqual([300, 200]);
      x.place(1, undefined);
      await until(
        async () => statesOf(await recording.events(1)).at(-1) === "closed",
        "the second display closed",
      );
      x.place(1, second);
      await until(async () => {
        const frames = await recording.frames();
        const shown = await Promise.all(windowsOf(frames).map((_, place) => recording.events(place)));
        return shown.filter((events) => statesOf(events).at(-1) === "shown").length === 2;
      }, "two displays again");
      await recording.app.call("stop");
    },
  );

  it("is one window that is minimised, half off the screen and closed, told apart", async () => {
    const x = await closedWithTest(startX({ width: 1024, height: 768 }));
    await something(x, { x: 500, y: 400 });
    const app = await closedWithTest(
      startPattern(x, [
        {
          title: "Chart of tides",
          app: ["chart", "Chart"],
          colour: "#3d6fb4",
          x: 200,
          y: 150,
          width: 321,
          height: 201,
        },
      ]),
    );
    const handle = await x.windowNamed("Chart of tides");
    const recording = await record(x, { options: { target: { kind: "window", title: "Chart" } } });
    const state = (wanted: string): Promise<true> =>
      until(async () => statesOf(await recording.events()).at(-1) === wanted, wanted) as Promise<true>;
    const viewer = await watch(recording);
    const { pixels } = await untilExact(recording, "the window alone");
    expect([pixels.width, pixels.height]).toEqual([321, 201]);
    await untilShown(viewer, pixels);
    x.xdotool("windowminimize", handle);
    await state("minimised");
    await until(async () => /minimi[sz]ed/i.test(await viewer.text()), "words for it in the player");
    x.xdotool("windowactivate", "--sync", handle);
    await state("shown");
    x.xdotool("windowmove", handle, -120, 300);
    await state("outside");
    await until(
      async () => /off the screen|outside|off screen/i.test(await viewer.text()),
      "words for that, too",
    );
    x.xdotool("windowmove", handle, 300, 300);
    await state("shown");
    await app.close();
    await state("closed");
    await until(async () => /closed/i.test(await viewer.text()), "words for the end");
    expect(recording.app.troubles.map(({ code }) => code)).not.toContain("capture_failed");
    await recording.app.call("stop");
  });
});

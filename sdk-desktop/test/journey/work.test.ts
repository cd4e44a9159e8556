import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openApps, type WorkApps, work } from "../../../scripts/bench/desktop/workload.mjs";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { Reeltime, until } from "../../../server/test/journey/reeltime.js";
import { grab } from "../capture/grab.js";
import { type Comparison, compareTiles } from "../support/compare-tiles.js";
import { type KeptFrame, keptAt, pixelsOf } from "../support/kept-frames.js";
import { FULL_LENGTH, missingForJourneys } from "../support/needs.js";
import { paintsOf, Recording } from "../support/recording.js";
import { eventsOf, pictureAt, ReplayedPicture, windowsOf } from "../support/replayed-pictures.js";
import { Viewer } from "../support/viewer.js";
import { startX, type XServer } from "../support/x-server.js";

const SIZE = FULL_LENGTH ? { width: 1920, height: 1080 } : { width: 1280, height: 800 };
const WORK_MS = FULL_LENGTH ? 60_000 : 24_000;
const SEEKS = 10;
const LEAST_DB = 25;

const isRight = ({ wrong, worstDb }: Comparison): boolean => wrong.length === 0 && worstDb >= LEAST_DB;
const say = (words: string): void => void process.stderr.write(`  ${words}\n`);
const inWords = ({ tiles, wrong, inexact, worstDb, wholeDb }: Comparison): string =>
  `${tiles} tiles, ${wrong.length} wrong ${JSON.stringify(wrong.slice(0, 6))}, ${inexact} coarse (worst ${worstDb.toFixed(1)} dB), whole ${wholeDb.toFixed(1)} dB`;

describe.skipIf(missingForJourneys.length > 0)(
  "a minute of work, recorded and watched",
  {
    timeout: 600_000,
  },
  () => {
    let server: Reeltime;
    let x: XServer;
    let apps: WorkApps;
    let recording: Recording;
    let browser: Browser;
    let viewer: Viewer;

    beforeAll(async () => {
      server = await new Reeltime().start();
      x = await startX(SIZE);
      apps = await openApps(x);
      recording = await Recording.start({ server, env: x.env, keptFrames: FULL_LENGTH ? 800 : 400 });
      browser = await launchChromium();
      const office = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      viewer = new Viewer(await office.newPage());
      await viewer.page.goto(server.signInUrl);
      await viewer.page.goto(recording.url);
      await until(async () => (await shown()) !== undefined, "the display in the player");
    });
    afterAll(async () => {
      await browser?.close();
      await recording?.close();
      await apps?.close();
      await x?.close();
      await server?.stop();
    });

    const shown = async () => (await viewer.pictures(SIZE.width, SIZE.height))[0];

    /** The best of some captures for what the viewer shows; the newest first. */
    const compareWith = async (frames: readonly KeptFrame[]): Promise<Comparison> => {
      const picture = await shown();
      if (picture === undefined) throw new Error("no picture is shown");
      let best: Comparison | undefined;
      for (const frame of [...frames].reverse()) {
        const comparison = compareTiles(pixelsOf(frame), picture);
        if (isRight(comparison)) return comparison;
        if (best === undefined || comparison.wrong.length < best.wrong.length) best = comparison;
      }
      if (best === undefined) throw new Error("no capture is kept");
      return best;
    };

    it("shows at three live moments what was captured at that time", async () => {
      const moments = [0.15, 0.45, 0.72].map((share) => share * WORK_MS);
      const startedMs = Date.now();
      const done = work(apps, WORK_MS);
      for (const moment of moments) {
        await until(() => Date.now() - startedMs >= moment, "the moment", WORK_MS + 5_000, 20);
        const comparison = await compareLive();
        say(`live at ${Math.round(moment / 1000)} s: ${inWords(comparison)}`);
        expect(isRight(comparison), inWords(comparison)).toBe(true);
      }
      await done;
    });

    /** What is live now is one of the captures of the last two seconds. */
    const compareLive = async (): Promise<Comparison> => {
      const nowMs = Date.now() - recording.epochOffsetMs;
      const recent = recording.kept().filter(({ atMs }) => nowMs - atMs < 2_000);
      return compareWith(recent);
    };

    it("captured what the display shows", async () => {
      // A caret blinks: now and then the two are of the same moment.
      const isSame = async (): Promise<boolean> => {
        const { pixels } = await grab(x);
        const [last] = recording.kept().slice(-1);
        return last !== undefined && pixels.equals(pixelsOf(last).bytes);
      };
      await until(isSame, "the last capture is what is on the display", 20_000, 100);
    });

    it("shows all of it exactly once it has been still", async () => {
      const isExact = async (): Promise<Comparison | false> => {
        const comparison = await compareWith(recording.kept().slice(-1));
        return comparison.wrong.length === 0 && comparison.inexact === 0 && comparison;
      };
      const comparison = await until(isExact, "every tile exact", 20_000, 500);
      say(`still: ${inWords(comparison)}`);
    });

    it("holds every capture that changed something, tile by tile, in the stream", async () => {
      await recording.app.call("stop");
      const kept = recording.kept();
      const events = await recording.events();
      const picture = new ReplayedPicture();
      let compared = 0;
      let worst = Number.POSITIVE_INFINITY;
      for (const event of events) {
        await picture.apply(event);
        if (event.type !== "paint") continue;
        const frame = keptAt(kept, event.atMs - recording.epochOffsetMs);
        if (frame === undefined) continue;
        const comparison = compareTiles(pixelsOf(frame), picture.pixels);
        expect(isRight(comparison), `at ${event.atMs}: ${inWords(comparison)}`).toBe(true);
        worst = Math.min(worst, comparison.worstDb);
        compared += 1;
      }
      say(
        `${compared} of ${paintsOf(events).length} paints compared, the worst tile at ${worst.toFixed(1)} dB`,
      );
      expect(compared).toBeGreaterThan(paintsOf(events).length * 0.9);
    });

    it("shows after each of ten seeks what was captured then, to the frame", async () => {
      const stored = await server.allFrames(recording.sessionId);
      const { startMs } = await server.session(recording.sessionId);
      const offsetMs = stored.at(-1)?.offsetMs ?? 0;
      const paints = paintsOf(await recording.events());
      const kept = recording.kept();
      await viewer.page.goto(`${recording.url}?t=0`);
      await until(async () => (await viewer.state()).phase === "ready", "the replay");
      for (let seek = 0; seek < SEEKS; seek++) {
        // Random places that are the same every time.
        const place = Math.floor(((seek * 0.618_034 + 0.29) % 1) * (paints.length - 2)) + 1;
        const [before, paint, after] = [paints[place - 1], paints[place], paints[place + 1]];
        if (before === undefined || paint === undefined || after === undefined) throw new Error("few paints");
        const atMs = (paint.atMs + after.atMs) / 2 + offsetMs - startMs;
        await viewer.seek(atMs / 1_000);
        const near = [after, before, paint].flatMap(
          ({ atMs }) => keptAt(kept, atMs - recording.epochOffsetMs) ?? [],
        );
        const comparison = await compareWith(near);
        say(`seek to ${(atMs / 1000).toFixed(2)} s: ${inWords(comparison)}`);
        expect(isRight(comparison), inWords(comparison)).toBe(true);
      }
    });

    it("says what was done, within a frame of when it was", async () => {
      const events = await recording.events();
      // How much work is done in the time depends on the machine.
      const count = (type: string): number => events.filter((event) => event.type === type).length;
      expect(count("pointer")).toBeGreaterThan(5);
      expect(count("wheel")).toBeGreaterThan(3);
      expect(count("button")).toBeGreaterThan(3);
      expect(events.some((event) => event.type === "key" && event.key === "Ctrl+C")).toBe(true);
      const frames = await recording.frames();
      const [window = ""] = windowsOf(frames);
      for (const { frame } of frames.filter(({ frame }) => frame.window === window)) {
        expect(frame.lastMs).toBeGreaterThanOrEqual(frame.firstMs);
      }
      // Any capture can be replayed from the checkout before it alone.
      const last = await pictureAt(eventsOf(frames, window), Number.POSITIVE_INFINITY);
      // A capture may have been under way when it was stopped.
      const endMs = paintsOf(events).at(-1)?.atMs ?? 0;
      const frame = keptAt(recording.kept(), endMs - recording.epochOffsetMs);
      if (frame === undefined) throw new Error("no capture is kept");
      expect(compareTiles(pixelsOf(frame), last.pixels).wrong).toEqual([]);
    });
  },
);

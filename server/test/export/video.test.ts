import type { PictureState, ScreenEvent, WindowId } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFilmStudio, type FilmStudio } from "./support/film.js";
import {
  BLACK,
  BLUE,
  block,
  type Colour,
  display,
  GREEN,
  paint,
  pixelsAt,
  RED,
  smooth,
  WHITE,
} from "./support/screen-session.js";
import { missingForVideo, off, probe, Still, stillAt } from "./support/video.js";

let studio: FilmStudio;
beforeAll(async () => {
  studio = await createFilmStudio();
});
afterAll(() => studio?.close());

describe.skipIf(missingForVideo.length > 0)("a video of a session", { timeout: 120_000 }, () => {
  it("has every frame at its millisecond, and lasts as long as the session", async () => {
    const session = await studio.open();
    const [ground, red, green] = await Promise.all([
      block(0, 0, 640, 480, WHITE),
      block(100, 100, 64, 64, RED),
      block(300, 100, 64, 64, GREEN),
    ]);
    await session.say("screen-one", [display(120, 640, 480), paint(120, true, ground)]);
    await session.say("screen-one", [paint(1_037, false, red), paint(1_120, false, green)]);
    await session.say("screen-one", [paint(4_321, false, await block(300, 100, 64, 64, BLUE))]);
    await session.say("screen-one", [{ type: "key", atMs: 6_789, key: "Enter" }]);
    await session.close();
    const { file, outcome } = await studio.film(session);
    expect(outcome).toEqual({
      type: "made",
      video: { durationMs: 6_789, width: 640, height: 480, whole: true, dropped: 0 },
    });
    const probed = await probe(file);
    expect(probed).toMatchObject({
      codec: "h264",
      pixelFormat: "yuv420p",
      durationMs: 6_789,
      trackMs: 6_789,
    });
    expect(probed.frames.map(({ atMs }) => atMs)).toEqual([0, 1_037, 1_120, 4_321, 6_749]);
    const [start, both, end] = [
      await stillAt(file, 0),
      await stillAt(file, 1_500),
      await stillAt(file, 6_700),
    ];
    expect(off(start, 120, 120, WHITE)).toBeLessThan(4);
    expect(off(both, 130, 130, RED)).toBeLessThan(8);
    expect(off(both, 330, 130, GREEN)).toBeLessThan(8);
    expect(off(end, 330, 130, BLUE)).toBeLessThan(8);
    expect(off(end, 130, 130, RED)).toBeLessThan(8);
  });

  it.each([
    [1366, 768],
    [1680, 1050],
    [801, 601],
    [33, 1],
  ])("of %i x %i pixels keeps all of them, on an even size", async (width, height) => {
    const session = await studio.open();
    const rgb = smooth(width, height);
    await session.say("screen-one", [
      display(10, width, height),
      paint(10, true, await pixelsAt(0, 0, width, height, rgb)),
    ]);
    await session.say("screen-one", [{ type: "key", atMs: 1_000, key: "Enter" }]);
    await session.close();
    const { file, outcome } = await studio.film(session);
    expect(outcome).toMatchObject({ type: "made", video: { dropped: 0 } });
    const still = await stillAt(file, 500);
    expect([still.width, still.height]).toEqual([width + (width % 2), height + (height % 2)]);
    const cut = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++)
      cut.set(still.rgb.subarray(y * still.width * 3, (y * still.width + width) * 3), y * width * 3);
    expect(new Still(width, height, cut).psnr(rgb)).toBeGreaterThan(34);
  });

  it("shows displays in their arrangement, each as sharp as it is, or one alone", async () => {
    const session = await studio.open();
    // The right one has two pixels a point; the left one lies to the left of the desktop's origin, and lower.
    await session.say("left-screen", [
      display(10, 400, 300, { x: -400, y: 50 }),
      paint(10, true, await block(0, 0, 400, 300, RED)),
    ]);
    await session.say("right-screen", [
      display(10, 800, 600, { scale: 2 }),
      paint(10, true, await block(0, 0, 800, 600, BLUE)),
      paint(500, false, await block(0, 0, 2, 2, WHITE)),
    ]);
    await session.say("right-screen", [{ type: "key", atMs: 1_000, key: "Enter" }]);
    await session.close();
    const all = await studio.film(session);
    const both = await stillAt(all.file, 900);
    // 400 + 400 points at two pixels each; from 0 to 350.
    expect([both.width, both.height]).toEqual([1_600, 700]);
    expect(off(both, 400, 50, BLACK)).toBeLessThan(4);
    expect(off(both, 400, 104, RED)).toBeLessThan(8);
    expect(off(both, 790, 690, RED)).toBeLessThan(8);
    expect(off(both, 810, 590, BLUE)).toBeLessThan(8);
    expect(off(both, 810, 610, BLACK)).toBeLessThan(4);
    const one = await studio.film(session, { window: "left-screen" as WindowId });
    const left = await stillAt(one.file, 900);
    expect([left.width, left.height, off(left, 5, 5, RED) < 8]).toEqual([400, 300, true]);
  });

  it("keeps one size when the resolution changes: what is smaller stands in the middle", async () => {
    const session = await studio.open();
    await session.say("screen-one", [display(0, 800, 600), paint(0, true, await block(0, 0, 800, 600, RED))]);
    await session.say("screen-one", [
      display(1_000, 640, 481),
      paint(1_000, true, await block(0, 0, 640, 481, GREEN)),
    ]);
    await session.say("screen-one", [
      display(2_000, 600, 800),
      paint(2_000, true, await block(0, 0, 600, 800, BLUE)),
      { type: "key", atMs: 3_000, key: "Enter" },
    ]);
    await session.close();
    const { file } = await studio.film(session);
    const [wide, small, tall] = [
      await stillAt(file, 500),
      await stillAt(file, 1_500),
      await stillAt(file, 2_500),
    ];
    expect([wide.width, wide.height]).toEqual([800, 800]);
    expect([off(wide, 4, 104, RED) < 8, off(wide, 4, 90, BLACK) < 4]).toEqual([true, true]);
    expect([off(small, 84, 400, GREEN) < 8, off(small, 70, 400, BLACK) < 4]).toEqual([true, true]);
    expect([off(tall, 104, 4, BLUE) < 8, off(tall, 90, 4, BLACK) < 4]).toEqual([true, true]);
  });

  it("dims what stands still, and leaves out what is closed", async () => {
    const session = await studio.open();
    const at = (atMs: number, state: PictureState): ScreenEvent =>
      display(atMs, 200, 200, { source: "window", name: "Editor", state });
    await session.say("window-one", [at(0, "shown"), paint(0, true, await block(0, 0, 200, 200, WHITE))]);
    await session.say("window-one", [at(1_000, "minimised"), at(2_000, "shown"), at(3_000, "closed")]);
    await session.say("window-two", [
      display(4_000, 100, 100),
      paint(4_000, true, await block(0, 0, 100, 100, RED)),
      { type: "key", atMs: 5_000, key: "Enter" },
    ]);
    await session.close();
    const { file } = await studio.film(session);
    const middle = async (atMs: number): Promise<number> => (await stillAt(file, atMs)).at(100, 100)[0] ?? 0;
    expect(await middle(500)).toBeGreaterThan(240);
    expect(Math.abs((await middle(1_500)) - 125)).toBeLessThan(5);
    expect(await middle(2_500)).toBeGreaterThan(240);
    expect(Math.abs((await middle(3_500)) - 125)).toBeLessThan(5);
    const last = await stillAt(file, 4_500);
    expect([off(last, 100, 100, RED) < 8, off(last, 10, 10, BLACK) < 4]).toEqual([true, true]);
  });

  it("draws the pointer and clicks where they were, unless they are not wanted", async () => {
    const session = await studio.open();
    await session.say("screen-one", [
      display(0, 400, 300),
      paint(0, true, await block(0, 0, 400, 300, BLUE)),
    ]);
    const button = { type: "button", x: 300, y: 200, button: 1, clicks: 1 } as const;
    await session.say("screen-one", [
      { type: "pointer", atMs: 1_000, x: 100, y: 100 },
      { type: "pointer", atMs: 2_000, x: 300, y: 200 },
      { ...button, atMs: 2_500, down: true },
      { ...button, atMs: 2_600, down: false },
      { type: "key", atMs: 4_000, key: "Enter" },
    ]);
    await session.close();
    const { file } = await studio.film(session, { overlay: ["cursor", "clicks"] });
    const [before, first, second, click, after] = [
      await stillAt(file, 500),
      await stillAt(file, 1_500),
      await stillAt(file, 2_200),
      await stillAt(file, 2_700),
      await stillAt(file, 3_500),
    ];
    expect(off(before, 104, 108, BLUE)).toBeLessThan(8);
    expect(Math.min(...first.at(103, 107))).toBeGreaterThan(180);
    expect([off(second, 103, 107, BLUE) < 10, Math.min(...second.at(303, 207)) > 180]).toEqual([true, true]);
    expect(off(second, 290, 196, BLUE)).toBeLessThan(10);
    expect(click.at(292, 196)[0]).toBeGreaterThan(90);
    expect(off(after, 290, 196, BLUE)).toBeLessThan(10);
    expect(Math.min(...after.at(303, 207))).toBeGreaterThan(180);
    const plain = await studio.film(session);
    const probed = await probe(plain.file);
    expect(probed.frames.map(({ atMs }) => atMs)).toEqual([0, 3_960]);
  });

  it("costs little while nothing happens", async () => {
    const session = await studio.open();
    const ground = await pixelsAt(0, 0, 1280, 720, smooth(1280, 720));
    await session.say("screen-one", [display(0, 1280, 720), paint(0, true, ground)]);
    await session.say("screen-one", [{ type: "key", atMs: 1_800_000, key: "Enter" }], {
      firstMs: session.startMs + 1_800_000,
    });
    await session.close();
    const { file, outcome } = await studio.film(session);
    expect(outcome).toMatchObject({ type: "made", video: { durationMs: 1_800_000 } });
    const { frames, durationMs } = await probe(file);
    expect(durationMs).toBe(1_800_000);
    expect(frames.length).toBeLessThan(190);
    expect(Math.max(...frames.map((frame) => frame.durationMs))).toBeLessThanOrEqual(10_000);
    const [first, ...others] = frames;
    expect(others.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan((first?.bytes ?? 0) * 3);
  });

  it("puts what came late where it belongs, whichever window it is of", async () => {
    const session = await studio.open();
    const change = async (window: string, second: number, colour: Colour): Promise<void> =>
      session.say(window, [paint(second * 1_000, false, await block(0, 0, 50, 50, colour))]);
    for (const [window, x] of [
      ["screen-one", 0],
      ["screen-two", 100],
    ] as const)
      await session.say(window, [
        display(0, 100, 100, { x }),
        paint(0, true, await block(0, 0, 100, 100, WHITE)),
      ]);
    for (const second of [1, 2, 3, 4, 20]) await change("screen-one", second, second % 2 ? RED : GREEN);
    // Held back by an outage: all of it comes after the other window has gone on.
    for (const second of [1, 2, 3, 4, 20]) await change("screen-two", second, second % 2 ? GREEN : RED);
    await session.close();
    const { file, outcome } = await studio.film(session);
    expect(outcome).toMatchObject({ type: "made", video: { durationMs: 20_000, dropped: 0 } });
    for (const second of [1, 2, 3, 4]) {
      const still = await stillAt(file, second * 1_000 + 500);
      expect([second, off(still, 25, 25, second % 2 ? RED : GREEN) < 10]).toEqual([second, true]);
      expect([second, off(still, 125, 25, second % 2 ? GREEN : RED) < 10]).toEqual([second, true]);
    }
  });

  it("is black before its first picture when that comes late, and begins with it when it comes soon", async () => {
    const films: Still[] = [];
    for (const atMs of [1_500, 10_000]) {
      const session = await studio.open();
      await session.say("screen-one", [
        display(atMs, 100, 100),
        paint(atMs, true, await block(0, 0, 100, 100, RED)),
        { type: "key", atMs: 12_000, key: "Enter" },
      ]);
      await session.close();
      const { file } = await studio.film(session);
      films.push(await stillAt(file, 100), await stillAt(file, 11_000));
    }
    const [soon, , late, end] = films;
    expect(soon && off(soon, 50, 50, RED)).toBeLessThan(8);
    expect(late && off(late, 50, 50, BLACK)).toBeLessThan(4);
    expect(end && off(end, 50, 50, RED)).toBeLessThan(8);
  });

  it("ends when it is told to, and says how far it is until then", async () => {
    const session = await studio.open();
    await session.say("screen-one", [display(0, 640, 480), paint(0, true, await block(0, 0, 640, 480, RED))]);
    await session.say("screen-one", [{ type: "key", atMs: 600_000, key: "Enter" }], {
      firstMs: session.startMs + 600_000,
    });
    await session.close();
    const percents: number[] = [];
    const phases = new Set<string>();
    const whole = await studio.film(session, {
      onProgress: ({ phase, percent }) => {
        phases.add(phase);
        percents.push(percent);
      },
    });
    expect(whole.outcome.type).toBe("made");
    expect(percents).toEqual([...percents].sort((one, other) => one - other));
    expect([percents[0], percents.at(-1), percents.length > 50]).toEqual([0, 99, true]);
    expect([...phases]).toEqual(["reading", "painting", "finishing"]);
    const stopping = new AbortController();
    const { outcome } = await studio.film(session, {
      signal: stopping.signal,
      onProgress: ({ percent }) => {
        if (percent > 30) stopping.abort();
      },
    });
    expect(outcome.type).toBe("ended");
  });
});

import { MAX_SCREEN_EVENTS } from "@reeltime/recorder/protocol";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_CHANGES } from "../../src/export/limits.js";
import { scanSession } from "../../src/export/video/scan.js";
import { createFilmStudio, type FilmStudio } from "./support/film.js";
import { block, display, GREEN, paint, RED, smooth } from "./support/screen-session.js";
import { missingForVideo, off, probe, stillAt } from "./support/video.js";

let studio: FilmStudio;
beforeAll(async () => {
  studio = await createFilmStudio();
});
afterAll(() => studio?.close());

describe.skipIf(missingForVideo.length > 0)("a hostile session", { timeout: 120_000 }, () => {
  it("leaves out what is no picture of its own, and says how much", async () => {
    const session = await studio.open();
    const red = await block(0, 0, 64, 64, RED);
    const png = new Uint8Array(
      await sharp(smooth(8, 8), { raw: { width: 8, height: 8, channels: 3 } })
        .png()
        .toBuffer(),
    );
    const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>');
    const other = { ...red, width: 32, height: 32 };
    const bad = [
      { ...red, x: 8, y: 8, width: 8, height: 8, image: png },
      { ...red, x: 8, y: 8, width: 8, height: 8, image: svg },
      { ...red, image: new Uint8Array([1, 2, 3]) },
      { ...red, image: new Uint8Array() },
      { ...red, image: red.image.slice(0, red.image.length - 9) },
      other,
      { ...red, x: 90, y: 0 },
    ];
    // Before there is a display there is nothing to paint on.
    await session.say("screen-one", [paint(0, true, red)]);
    await session.say("screen-one", [
      display(100, 100, 100),
      paint(100, true, await block(0, 0, 100, 100, GREEN)),
    ]);
    for (const [index, rectangle] of bad.entries())
      await session.say("screen-one", [paint(200 + index * 100, false, rectangle)]);
    await session.say("screen-one", [paint(1_500, false, red)], { body: new Uint8Array([0x91, 0x01]) });
    await session.say("screen-one", [paint(1_600, false, red)], { keyId: "key-one" });
    await session.say("screen-one", [paint(2_000, false, { ...red, x: 36, y: 36 })]);
    await session.close();
    const { file, outcome } = await studio.film(session);
    expect(outcome).toMatchObject({ type: "made", video: { dropped: 1 + bad.length + 2, width: 100 } });
    const still = await stillAt(file, 2_000);
    expect([off(still, 10, 10, GREEN) < 8, off(still, 70, 70, RED) < 8]).toEqual([true, true]);
  });

  it("makes no job larger than its bounds: pictures, their places, one paint's rectangles", async () => {
    const session = await studio.open();
    const small = await block(0, 0, 100, 100, RED);
    await session.say("screen-one", [display(0, 100, 100), paint(0, true, small)]);
    await session.say("screen-two", [display(1_000, 16_383, 16_383)]);
    await session.say("screen-six", [display(1_000, 100, 100, { x: 2 ** 24, y: -(2 ** 24) })]);
    // Each hides those before it: of a thousand, one is decoded.
    await session.say("screen-one", [paint(2_000, false, ...Array.from({ length: 1_000 }, () => small))]);
    // None hides another: 28 of these are as many pixels as are decoded for one frame.
    const large = await block(0, 0, 540, 540, RED);
    const shifted = Array.from({ length: 60 }, (_, index) => ({ ...large, x: index, y: 59 - index }));
    await session.say("screen-two", [display(2_500, 600, 600), paint(2_500, true, ...shifted)]);
    await session.say("screen-one", [{ type: "key", atMs: 3_000, key: "Enter" }]);
    await session.close();
    const { file, outcome } = await studio.film(session);
    expect(outcome).toMatchObject({ type: "made", video: { dropped: 1 + 32 } });
    const { width, height } = await probe(file);
    expect(width * height).toBeLessThanOrEqual(9_437_184 + 2 * (width + height));
  });

  it("has as many pictures as a session's state remembers, and draws none that no frame shows", async () => {
    const session = await studio.open();
    await session.say("screen-one", [display(0, 100, 100), paint(0, true, await block(0, 0, 100, 100, RED))]);
    for (let extra = 0; extra < 70; extra++) await session.say(`screen-${extra}-more`, [display(10, 1, 1)]);
    // Drawn each time it is said, sixteen thousand moves of a large picture would take half an hour.
    const large = Array.from({ length: 8_000 }, (_, index) => [
      display(2_000, 4_000, 2_000, { x: index % 2 }),
      display(2_000, 4_000, 2_001, { x: index % 2 }),
    ]).flat();
    await session.say("screen-one", large);
    await session.say("screen-one", [{ type: "key", atMs: 3_000, key: "Enter" }]);
    await session.close();
    const { outcome } = await studio.film(session);
    expect(outcome).toMatchObject({ type: "made", video: { dropped: 7 } });
  });

  it("has no video when its pictures change more often than is held, and says so", async () => {
    const session = await studio.open();
    const { recorder, ref, startMs } = session;
    const scan = () =>
      scanSession({ recorder, session: ref, startMs, window: undefined, onPage: () => undefined });
    for (let said = 0; said < MAX_CHANGES; said += MAX_SCREEN_EVENTS) {
      const length = Math.min(MAX_SCREEN_EVENTS, MAX_CHANGES - said);
      const moves = Array.from({ length }, (_, index) => display(10, 100, 100, { x: (said + index) % 2 }));
      await session.say("screen-one", moves);
    }
    // What is said again as it was is no change.
    const last = display(11, 100, 100, { x: (MAX_CHANGES - 1) % 2 });
    await session.say("screen-one", [last, last]);
    expect((await scan()).dropped).toBe(0);
    await session.say("screen-one", [display(12, 100, 100, { x: 2 })]);
    await session.close();
    expect((await studio.film(session)).outcome).toEqual({
      type: "failed",
      code: "too_large",
      message: "The session's pictures change too often for a video.",
    });
  });

  it("has no video when it has no picture, and says so", async () => {
    const session = await studio.open();
    await session.say("screen-one", [display(0, 100, 100), { type: "pointer", atMs: 10, x: 1, y: 1 }]);
    await session.close();
    expect((await studio.film(session)).outcome).toEqual({
      type: "failed",
      code: "no_pictures",
      message: "The session has no pictures that can be shown.",
    });
  });
});

/**
 * Cause: what changed of a picture was drawn onto a video's frame as if no other lay above it, so that a window that went on
 * changing under its dialog wiped the dialog away until something moved. And the pointer's place was kept in the video's pixels:
 * where its picture moved or was closed, it stayed behind.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFilmStudio, type FilmStudio } from "../export/support/film.js";
import { BLUE, block, type Colour, display, GREEN, paint, RED } from "../export/support/screen-session.js";
import { missingForVideo, off, type Still, stillAt } from "../export/support/video.js";

const window = { source: "window" } as const;

let studio: FilmStudio;
beforeAll(async () => {
  studio = await createFilmStudio();
});
afterAll(() => studio?.close());

const isNear = (still: Still, x: number, y: number, colour: Colour): boolean => off(still, x, y, colour) < 12;

describe.skipIf(missingForVideo.length > 0)("windows that overlap, in a video", { timeout: 60_000 }, () => {
  it.each([1, 2])("stay above one another while the lower one changes, at a scale of %i", async (scale) => {
    const session = await studio.open();
    const below = { ...window, scale: 1 };
    await session.say("main-window", [
      display(0, 400, 300, below),
      paint(0, true, await block(0, 0, 400, 300, RED)),
    ]);
    await session.say("its-dialog", [
      display(1_000, 100 * scale, 100 * scale, { ...window, x: 100, y: 100, scale }),
      paint(1_000, true, await block(0, 0, 100 * scale, 100 * scale, GREEN)),
    ]);
    await session.say("main-window", [paint(2_000, false, await block(50, 50, 200, 200, BLUE))]);
    // Minimised, the lower one is dim, and nothing but it.
    await session.say("main-window", [
      display(3_000, 400, 300, { ...below, state: "minimised" }),
      paint(3_100, false, await block(90, 90, 20, 20, RED)),
      { type: "key", atMs: 4_000, key: "Enter" },
    ]);
    await session.close();
    const { file } = await studio.film(session);
    const changed = await stillAt(file, 2_500);
    expect(changed.width).toBe(400 * scale);
    expect(isNear(changed, 150 * scale, 150 * scale, GREEN)).toBe(true);
    expect(isNear(changed, 60 * scale, 60 * scale, BLUE)).toBe(true);
    expect(isNear(changed, 20 * scale, 20 * scale, RED)).toBe(true);
    const dimmed = await stillAt(file, 3_500);
    expect(isNear(dimmed, 105 * scale, 105 * scale, GREEN)).toBe(true);
    expect(isNear(dimmed, 60 * scale, 60 * scale, [20, 30, 110])).toBe(true);
  });

  it("take the pointer along when they move, and away when they close", async () => {
    const session = await studio.open();
    await session.say("main-window", [
      display(0, 400, 300, window),
      paint(0, true, await block(0, 0, 400, 300, RED)),
    ]);
    const dialog = { ...window, x: 20, y: 20 };
    await session.say("its-dialog", [
      display(0, 100, 100, dialog),
      paint(0, true, await block(0, 0, 100, 100, BLUE)),
      { type: "pointer", atMs: 500, x: 40, y: 40 },
      display(1_000, 100, 100, { ...dialog, x: 220 }),
      display(2_000, 100, 100, { ...dialog, x: 220, state: "closed" }),
      { type: "key", atMs: 3_000, key: "Enter" },
    ]);
    await session.close();
    const { file } = await studio.film(session, { overlay: ["cursor"] });
    const isPointer = (still: Still, x: number): boolean => Math.min(...still.at(x + 3, 60 + 7)) > 180;
    const stills = [await stillAt(file, 700), await stillAt(file, 1_500), await stillAt(file, 2_500)];
    expect(stills.map((still) => [isPointer(still, 60), isPointer(still, 260)])).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

/**
 * Cause: a video's pictures took a whole paint's rectangles as they take any other's, so that what a whole paint leaves out stayed
 * as it was. A recorder says by a whole paint without a pixel that a picture is not to be seen any more; the player goes black,
 * the video went on showing it.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFilmStudio, type FilmStudio } from "../export/support/film.js";
import { block, display, paint } from "../export/support/screen-session.js";
import { missingForVideo, stillAt } from "../export/support/video.js";

let studio: FilmStudio;
beforeAll(async () => {
  studio = await createFilmStudio();
});
afterAll(() => studio?.close());

describe.skipIf(missingForVideo.length > 0)("a whole paint in a video", { timeout: 60_000 }, () => {
  it("leaves nothing of what was there before, also where it has no pixel", async () => {
    const session = await studio.open();
    const red = await block(0, 0, 200, 200, [220, 30, 30]);
    await session.say("screen-one", [display(0, 200, 200), paint(0, true, red)]);
    await session.say("screen-one", [display(1_000, 200, 200, { state: "denied" }), paint(1_000, true)]);
    await session.say("screen-one", [display(2_000, 200, 200), paint(2_000, true, red)]);
    const part = await block(0, 0, 50, 50, [30, 200, 60]);
    await session.say("screen-one", [paint(3_000, true, part), { type: "key", atMs: 4_000, key: "Enter" }]);
    await session.close();
    const { file } = await studio.film(session);
    const redAt = async (atMs: number): Promise<number> => (await stillAt(file, atMs)).at(100, 100)[0] ?? 0;
    expect(await redAt(500)).toBeGreaterThan(200);
    expect(await redAt(1_500)).toBeLessThan(8);
    expect(await redAt(2_500)).toBeGreaterThan(200);
    expect(await redAt(3_500)).toBeLessThan(8);
    expect((await stillAt(file, 3_500)).at(25, 25)[1]).toBeGreaterThan(180);
  });
});

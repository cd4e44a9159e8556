import type { PaintedRectangle, ScreenEvent } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_FRAME_AREAS } from "../../src/export/limits.js";
import { decodeWebp } from "../../src/export/webp.js";
import { createFilmStudio, type FilmStudio } from "../export/support/film.js";
import { block, display, paint } from "../export/support/screen-session.js";
import { missingForVideo } from "../export/support/video.js";

const FULL = process.env.REELTIME_TRIAL === "full";
/** Paints, or rectangles, of one moment. */
const COUNT = FULL ? 4_000 : 100;
/** A display of 4K. */
const WIDTH = 3_840;
const HEIGHT = 2_160;
/** By how much rectangles that do not hide each other are smaller than it. */
const ROOM = 60;

let studio: FilmStudio;
beforeAll(async () => {
  studio = await createFilmStudio();
});
afterAll(() => studio?.close());

const times = <T>(make: (index: number) => T): T[] =>
  Array.from({ length: COUNT }, (_, index) => make(index));
const shifted = (one: PaintedRectangle, index: number): PaintedRectangle => ({
  ...one,
  x: index % ROOM,
  y: ROOM - 1 - (index % ROOM),
});

/** What anybody may post. The images are of one colour: some hundred bytes for eight million pixels. */
const SESSIONS: readonly {
  readonly name: string;
  readonly events: (whole: PaintedRectangle, smaller: PaintedRectangle) => readonly ScreenEvent[];
  /** How often the picture's own area may be decoded, beside its first paint. */
  readonly areas: number;
}[] = [
  {
    name: "rectangles of one paint, each of the whole picture",
    events: (whole) => [paint(0, true, ...times(() => whole))],
    areas: 1,
  },
  {
    name: "paints of one millisecond, each of the whole picture",
    events: (whole) => times(() => paint(0, false, whole)),
    areas: 1,
  },
  {
    name: "paints of one millisecond, none of which hides another",
    events: (_, smaller) => times((index) => paint(0, false, shifted(smaller, index))),
    areas: MAX_FRAME_AREAS,
  },
];

describe.skipIf(missingForVideo.length > 0)("a video of a session that means harm", () => {
  it.each(SESSIONS)(
    "decodes of many $name only what one frame shows",
    async ({ name, events, areas }) => {
      const session = await studio.open();
      const whole = await block(0, 0, WIDTH, HEIGHT, [30, 90, 200]);
      const smaller = await block(0, 0, WIDTH - ROOM, HEIGHT - ROOM, [200, 90, 30]);
      await session.say("screen-one", [display(0, WIDTH, HEIGHT), ...events(whole, smaller)]);
      await session.say("screen-one", [{ type: "key", atMs: 2_000, key: "Enter" }]);
      await session.close();
      let pixels = 0;
      const begunMs = performance.now();
      const { outcome } = await studio.film(session, {
        decode: (image, width, height) => {
          pixels += width * height;
          return decodeWebp(image, width, height);
        },
      });
      expect(outcome).toMatchObject({ type: "made" });
      expect(pixels).toBeLessThanOrEqual(areas * WIDTH * HEIGHT);
      console.info(`${COUNT} ${name}: ${((performance.now() - begunMs) / 1000).toFixed(1)} s`);
    },
    FULL ? 3_600_000 : 180_000,
  );
});

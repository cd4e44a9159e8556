import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Encoder } from "../../../src/export/ffmpeg.js";
import type { JobProgress } from "../../../src/export/job.js";
import { JOB_BASE_MS, JOB_MAX_MS, KEEP_FREE_BYTES, LOOK_EVERY_FRAMES } from "../../../src/export/limits.js";
import { jobLimitMs } from "../../../src/export/video/make-video.js";
import { until } from "../../running.js";
import { createFilmStudio, type FilmStudio } from "../support/film.js";
import { block, display, paint, RED, type ScreenSession } from "../support/screen-session.js";
import { missingForVideo } from "../support/video.js";

let studio: FilmStudio;
let session: ScreenSession;
beforeAll(async () => {
  studio = await createFilmStudio();
  session = await studio.open();
  await session.say("screen-one", [display(0, 640, 480), paint(0, true, await block(0, 0, 640, 480, RED))]);
  await session.say("screen-one", [{ type: "key", atMs: 600_000, key: "Enter" }], {
    firstMs: session.startMs + 600_000,
  });
  await session.close();
});
afterAll(() => studio?.close());

/** Takes what it is given, and ends when its test says so. */
class Standing implements Encoder {
  readonly rewrites: (number | undefined)[] = [];
  killed = false;
  #release: (error: Error) => void = () => undefined;
  readonly #ended = new Promise<void>((_, reject) => {
    this.#release = reject;
  });
  readonly write = async (): Promise<void> => undefined;
  readonly finish = (): Promise<void> => this.#ended;
  readonly rewritten = async (): Promise<number | undefined> => this.rewrites.shift();
  readonly kill = async (): Promise<void> => {
    this.killed = true;
    this.#release(new Error("killed"));
  };
}

describe.skipIf(missingForVideo.length > 0)("a job", { timeout: 60_000 }, () => {
  it("may take longer for a longer session, and never as long as it likes", () => {
    expect(jobLimitMs(0)).toBe(JOB_BASE_MS);
    expect(jobLimitMs(60 * 60_000)).toBeGreaterThan(2 * 60 * 60_000);
    expect(jobLimitMs(7 * 24 * 60 * 60_000)).toBe(JOB_MAX_MS);
  });

  it("is ended when its time is up, whatever keeps it waiting, and says so", async () => {
    const late = {
      type: "failed",
      code: "took_too_long",
      message:
        "Making the video was ended: it took longer than the 1 minutes that there are for a session of this length.",
    };
    const lengths: number[] = [];
    const film = await studio.film(session, {
      limitMs: (durationMs) => {
        lengths.push(durationMs);
        return 0;
      },
    });
    expect([film.outcome, lengths]).toEqual([late, [600_000]]);
    const standing = new Standing();
    const { outcome } = await studio.film(session, { limitMs: () => 1_000, startEncoder: () => standing });
    expect([outcome, standing.killed]).toEqual([late, true]);
  });

  it("is refused before it begins where the disk is nearly full, and ended when it gets so", async () => {
    let encoders = 0;
    const { outcome } = await studio.film(session, {
      freeBytes: async () => KEEP_FREE_BYTES - 1_000_000,
      startEncoder: () => {
        encoders += 1;
        return new Standing();
      },
    });
    expect(outcome).toEqual({
      type: "failed",
      code: "no_space",
      message:
        "The server's disk is nearly full: 1,073 MB are free, and 1,074 MB are left to recordings. There must be more room on it for a video.",
    });
    expect(encoders).toBe(0);
    const busy = await studio.open();
    const blocks = await Promise.all([30, 200].map((shade) => block(0, 0, 64, 64, [shade, 90, 90])));
    const paints = Array.from({ length: 250 }, (_, index) =>
      paint(index * 20, index === 0, ...blocks.slice(index % 2, (index % 2) + 1)),
    );
    await busy.say("screen-one", [display(0, 64, 64), ...paints]);
    await busy.close();
    let painted = 0;
    const full = await studio.film(busy, {
      // The disk gets full once the job has begun.
      freeBytes: async () => (painted === 0 ? KEEP_FREE_BYTES : KEEP_FREE_BYTES - 1),
      onProgress: ({ phase }) => {
        if (phase === "painting") painted += 1;
      },
    });
    expect(full.outcome).toMatchObject({ type: "failed", code: "no_space" });
    expect(painted).toBe(LOOK_EVERY_FRAMES);
  });

  it("says how far ffmpeg is with writing a finished file once more, and nothing of what stands still", async () => {
    const standing = new Standing();
    standing.rewrites.push(0, 0.25, 0.25, 0.5, undefined);
    const stopping = new AbortController();
    const told: JobProgress[] = [];
    const film = studio.film(session, {
      startEncoder: () => standing,
      signal: stopping.signal,
      onProgress: (progress) => told.push(progress),
    });
    await until(async () => standing.rewrites.length === 0);
    stopping.abort();
    expect((await film).outcome.type).toBe("ended");
    const finishing = told.filter(({ phase }) => phase === "finishing").map(({ percent }) => percent);
    expect(finishing.slice(0, 5)).toEqual([96, 96, 96.75, 97.5, 97.5]);
  });
});

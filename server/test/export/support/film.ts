import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEncoder } from "../../../src/export/ffmpeg.js";
import { rateOptionOf } from "../../../src/export/find-ffmpeg.js";
import type { JobOutcome } from "../../../src/export/job.js";
import { makeVideo, type VideoOptions } from "../../../src/export/video/make-video.js";
import { decodeWebp } from "../../../src/export/webp.js";
import { temporaryS2 } from "../../running.js";
import { accessTo, ScreenSession } from "./screen-session.js";

/** Sessions of a screen and their videos, in this process. */
export interface FilmStudio {
  open(): Promise<ScreenSession>;
  film(
    session: ScreenSession,
    change?: Partial<VideoOptions>,
  ): Promise<{ readonly file: string; readonly outcome: JobOutcome }>;
  close(): Promise<void>;
}

/** Starts one, on an S2 of its own. */
export async function createFilmStudio(): Promise<FilmStudio> {
  const s2 = await temporaryS2();
  const dir = await mkdtemp(join(tmpdir(), "reeltime-film-"));
  const rate = await rateOptionOf("ffmpeg", new AbortController().signal);
  const sessions: ScreenSession[] = [];
  let made = 0;
  return {
    open: async () => {
      const session = new ScreenSession(accessTo(s2), Date.UTC(2026, 0, 5, 9));
      sessions.push(session);
      await session.recorder.ready();
      await session.open();
      return session;
    },
    film: async (session, change = {}) => {
      const file = join(dir, `${made++}.mp4`);
      const outcome = await makeVideo({
        recorder: session.recorder,
        session: session.ref,
        window: undefined,
        overlay: [],
        file,
        decode: decodeWebp,
        startEncoder: () => startEncoder("ffmpeg", file, rate),
        signal: new AbortController().signal,
        onProgress: () => undefined,
        ...change,
      });
      return { file, outcome };
    },
    close: async () => {
      for (const session of sessions) await session.recorder.drain();
      await s2.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJobProcess } from "../../src/export/job-process.js";
import { createLog } from "../../src/log.js";
import { accessTo, BLACK, ScreenSession } from "../export/support/screen-session.js";
import { missingForVideo, off, probe, stillAt } from "../export/support/video.js";
import { MARK, MARKS, recordWorkday } from "../export/support/workday.js";
import { temporaryS2 } from "../running.js";

const FULL = process.env.REELTIME_TRIAL === "full";
/** Two hours, or a minute. */
const SECONDS = FULL ? 7_200 : 60;
/** Frames compared, at random times. */
const LOOKS = FULL ? 40 : 6;

let s2: Awaited<ReturnType<typeof temporaryS2>>;
let dir: string;
beforeAll(async () => {
  s2 = await temporaryS2();
  dir = await mkdtemp(join(tmpdir(), "reeltime-export-trial-"));
});
afterAll(async () => {
  await s2?.close();
  await rm(dir, { recursive: true, force: true });
});

/** An ffmpeg that writes down the processor seconds it took. */
async function measuredFfmpeg(): Promise<{ readonly path: string; seconds(): Promise<number> }> {
  const path = join(dir, "ffmpeg.sh");
  const times = join(dir, "times");
  await writeFile(path, `#!/bin/bash\nffmpeg "$@"\ncode=$?\ntimes > ${times}\nexit $code\n`);
  await chmod(path, 0o700);
  return {
    path,
    seconds: async () => {
      const [, children = ""] = (await readFile(times, "utf8")).split("\n");
      return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
        (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
        0,
      );
    },
  };
}

/** What a process of this one has taken: processor seconds, and its largest memory in MB. Undefined when it is gone. */
async function taken(): Promise<{ readonly seconds: number; readonly peakMb: number } | undefined> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (!command.includes("export-job.mjs")) continue;
    const [status, stats] = await Promise.all(
      ["status", "stat"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
    );
    if (Number(/PPid:\s+(\d+)/.exec(status ?? "")?.[1]) !== process.pid) continue;
    const [user = 0, system = 0] = (stats?.split(") ")[1] ?? "").split(" ").slice(11, 13).map(Number);
    return {
      seconds: (user + system) / 100,
      peakMb: Number(/VmHWM:\s+(\d+)/.exec(status ?? "")?.[1]) / 1024,
    };
  }
  return undefined;
}

describe.skipIf(missingForVideo.length > 0)("a video of a long session", () => {
  it(
    "lasts as long, shows at every time what was there, and is made within bounded memory",
    async () => {
      const access = accessTo(s2);
      const session = new ScreenSession(access, Date.now() - SECONDS * 1000 - 60_000);
      await session.recorder.ready();
      await session.open();
      const marked = await recordWorkday(session, SECONDS);
      await session.recorder.drain();

      const ffmpeg = await measuredFfmpeg();
      const file = join(dir, "video.mp4");
      const percents: number[] = [];
      let job: Awaited<ReturnType<typeof taken>>;
      const watching = setInterval(() => void taken().then((now) => (job = now ?? job)), 250);
      const startedMs = performance.now();
      const run = createJobProcess({
        access,
        ffmpegPath: ffmpeg.path,
        searchPath: process.env.PATH ?? "",
        log: createLog("silent"),
      });
      const outcome = await run({
        request: { session: session.ref, window: undefined, overlay: ["cursor", "clicks"] },
        file,
        signal: new AbortController().signal,
        onProgress: ({ percent }) => percents.push(percent),
      });
      const wallSeconds = (performance.now() - startedMs) / 1000;
      clearInterval(watching);

      expect(outcome).toMatchObject({
        type: "made",
        video: { durationMs: SECONDS * 1000, whole: true, dropped: 0 },
      });
      const probed = await probe(file);
      expect(Math.abs(probed.durationMs - SECONDS * 1000)).toBeLessThanOrEqual(100);
      expect(Math.abs(probed.trackMs - SECONDS * 1000)).toBeLessThanOrEqual(100);
      expect(percents).toEqual([...percents].sort((one, other) => one - other));
      // Every mark's frame is at its millisecond.
      const times = new Set(probed.frames.map(({ atMs }) => atMs));
      expect(marked.filter((second) => !times.has(second * 1000))).toEqual([]);
      for (let look = 0; look < LOOKS; look++) {
        const second = marked[Math.floor(Math.random() * marked.length)] ?? 1;
        const still = await stillAt(file, second * 1000 + 500, probed);
        const wanted = MARKS[second % MARKS.length] ?? BLACK;
        expect([second, off(still, MARK.x + 32, MARK.y + 32, wanted) < 12]).toEqual([second, true]);
      }
      expect(job?.peakMb ?? 0).toBeLessThan(400);
      const { size } = await stat(file);
      const still = probed.frames.filter(({ durationMs }) => durationMs >= 5_000);
      console.info(
        [
          `${SECONDS} s of session, ${marked.length} s with changes: ${probed.frames.length} frames, ${(size / 1e6).toFixed(1)} MB`,
          `made in ${wallSeconds.toFixed(1)} s; job ${job?.seconds.toFixed(1)} s of CPU and ${job?.peakMb.toFixed(0)} MB at most, ffmpeg ${(await ffmpeg.seconds()).toFixed(1)} s of CPU`,
          `stills: ${still.length} frames for ${(still.reduce((sum, each) => sum + each.durationMs, 0) / 1000).toFixed(0)} s, ${(still.reduce((sum, each) => sum + each.bytes, 0) / 1e3).toFixed(0)} KB`,
        ].join("\n"),
      );
    },
    FULL ? 3_600_000 : 180_000,
  );
});

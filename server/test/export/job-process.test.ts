import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFfmpegProblem } from "../../src/export/find-ffmpeg.js";
import type { JobOutcome } from "../../src/export/job.js";
import { createJobProcess } from "../../src/export/job-process.js";
import { createLog } from "../../src/log.js";
import { temporaryS2, until } from "../running.js";
import { accessTo, block, display, paint, ScreenSession } from "./support/screen-session.js";
import { missingForVideo } from "./support/video.js";

const PATH = process.env.PATH ?? "";
let s2: Awaited<ReturnType<typeof temporaryS2>>;
let session: ScreenSession;
let dir: string;
beforeAll(async () => {
  s2 = await temporaryS2();
  dir = await mkdtemp(join(tmpdir(), "reeltime-job-"));
  session = new ScreenSession(accessTo(s2), Date.now() - 100_000);
  await session.recorder.ready();
  await session.open();
  await session.say("screen-one", [
    display(0, 320, 240),
    paint(0, true, await block(0, 0, 320, 240, [200, 30, 30])),
    { type: "key", atMs: 5_000, key: "Enter" },
  ]);
  await session.close();
});
afterAll(async () => {
  await session?.recorder.drain();
  await s2?.close();
  await rm(dir, { recursive: true, force: true });
});

/** As no other process of this machine sleeps. */
const SLEEP_SECONDS = 10_000 + process.pid;

/** A program that stands where ffmpeg does. */
async function program(name: string, script: string): Promise<string> {
  const path = join(dir, name);
  await writeFile(path, `#!/bin/bash\n${script}\n`);
  await chmod(path, 0o700);
  return path;
}

let runs = 0;
async function run(
  ffmpegPath: string,
  options: { readonly signal?: AbortSignal; readonly stalledMs?: number; readonly maxMs?: number } = {},
): Promise<JobOutcome> {
  const { signal = new AbortController().signal, ...others } = options;
  const job = createJobProcess({
    access: accessTo(s2),
    ffmpegPath,
    searchPath: PATH,
    log: createLog("silent"),
    ...others,
  });
  return job({
    request: { session: session.ref, window: undefined, overlay: [] },
    file: join(dir, `video-${runs++}.mp4`),
    signal,
    onProgress: () => undefined,
  });
}

/** Processes of this machine whose command line has this in it. */
async function processes(text: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      return command.includes(text) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

describe.skipIf(missingForVideo.length > 0)("the process of a video", { timeout: 120_000 }, () => {
  it("makes it", async () => {
    expect(await run("ffmpeg")).toEqual({
      type: "made",
      video: { durationMs: 5_000, width: 320, height: 240, whole: true, dropped: 0 },
    });
  });

  it("says in words what ffmpeg says when it fails: at once, on the way, or when it is gone", async () => {
    const real = `exec ffmpeg "$@"`;
    const isEncoding = `case "$*" in *pipe:0*) ;; *) ${real};; esac`;
    const refusing = await program(
      "refusing",
      `${isEncoding}\necho "Error writing \${@: -1}: Odd bytes" >&2\nexit 1`,
    );
    const full = await program(
      "full",
      `${isEncoding}\nfor at in 1 2; do echo "Error writing trailer of \${@: -1}: No space left on device" >&2; done\nexit 1`,
    );
    const dying = await program("dying", `${isEncoding}\nhead -c 200000 >/dev/null\nkill -SEGV $$`);
    const early = await program("early", `${isEncoding}\nhead -c 1000 >/dev/null\nexit 0`);
    for (const [path, code, said] of [
      [
        refusing,
        "failed",
        "The video could not be made: ffmpeg exited with code 1: Error writing the video: Odd bytes.",
      ],
      [full, "no_space", "The server's disk is full (No space left on device)."],
      [dying, "failed", "SIGSEGV"],
      [early, "failed", "The video could not be made"],
      [join(dir, "missing"), "failed", "The video could not be made"],
    ] as const) {
      const outcome = await run(path);
      expect(outcome).toMatchObject({ type: "failed", code });
      expect(outcome.type === "failed" && outcome.message).toContain(said);
    }
  });

  it("is ended with its ffmpeg when it is told to, when it stands still, and when it takes too long", async () => {
    const still = await program(
      "still",
      `case "$*" in *pipe:0*) exec sleep ${SLEEP_SECONDS};; *) exec ffmpeg "$@";; esac`,
    );
    const stopping = new AbortController();
    const stopped = run(still, { signal: stopping.signal });
    const sleeping = (): Promise<readonly number[]> => processes(`sleep\u0000${SLEEP_SECONDS}`);
    const before = await until(async () => {
      const found = await sleeping();
      return found.length > 0 && found;
    });
    stopping.abort();
    expect((await stopped).type).toBe("ended");
    await until(async () => !(await sleeping()).some((pid) => before.includes(pid)));
    expect(await run(still, { stalledMs: 6_000 })).toMatchObject({
      type: "failed",
      message: "Making the video came to a standstill.",
    });
    expect(await sleeping()).toEqual([]);
    expect(await run(still, { maxMs: 4_000 })).toMatchObject({ type: "failed", code: "took_too_long" });
    expect(await sleeping()).toEqual([]);
  });

  it("that is killed has ended, and may be begun again", async () => {
    const slow = await program(
      "slow",
      `case "$*" in *pipe:0*) touch ${join(dir, "begun")}; sleep 2;; esac\nexec ffmpeg "$@"`,
    );
    const outcome = run(slow);
    await until(async () => (await readdir(dir)).includes("begun"));
    for (const pid of await processes("export-job.mjs")) {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      if (Number(/PPid:\s+(\d+)/.exec(status)?.[1]) === process.pid) process.kill(pid, "SIGKILL");
    }
    expect(await outcome).toEqual({
      type: "ended",
      message: "The process that made the video ended by SIGKILL",
    });
  });
});

describe("the look for ffmpeg", () => {
  it("finds one that has an H.264 encoder, and says what to do about any other", async () => {
    const good = await program("good", `echo " V....D libx264              libx264 H.264 / AVC"`);
    const poor = await program("poor", `echo " V....D mpeg4                MPEG-4 part 2"`);
    const broken = await program("broken", "exit 3");
    expect(await createFfmpegProblem(good, PATH)()).toBeUndefined();
    expect(await createFfmpegProblem("good", dir)()).toBeUndefined();
    expect(await createFfmpegProblem(poor, PATH)()).toMatch(/no H\.264 encoder.*apt-get install ffmpeg/);
    expect(await createFfmpegProblem(broken, PATH)()).toMatch(/does not run.*apt-get install ffmpeg/);
    expect(await createFfmpegProblem("no-such-ffmpeg", PATH)()).toMatch(
      /needs? ffmpeg, which is not installed.*apt-get install ffmpeg/,
    );
  });

  it("looks again after it was missing, so that installing it is enough", async () => {
    const problem = createFfmpegProblem(join(dir, "late"), PATH);
    expect(await problem()).toMatch(/not installed/);
    await program("late", `echo " V..... libx264 x"`);
    expect(await problem()).toBeUndefined();
  });
});

/**
 * Cause: frames are left at their times by `-fps_mode`, which ffmpeg has since 5.1. Systems that are still supported have 4.3 and
 * 4.4: the look for ffmpeg found nothing wrong with them, and every video failed with "Unrecognized option".
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEncoder } from "../../src/export/ffmpeg.js";
import { createFfmpegProblem, rateOptionOf } from "../../src/export/find-ffmpeg.js";
import { createFilmStudio, type FilmStudio } from "../export/support/film.js";
import { block, display, paint } from "../export/support/screen-session.js";
import { missingForVideo, probe } from "../export/support/video.js";

/** As ffmpeg 4.4 answers: it does not know the newer name, and does what the older one says. */
const OLDER = `#!/bin/bash
args=()
for arg in "$@"; do
  if [ "$arg" = -fps_mode ]; then echo "Unrecognized option 'fps_mode'." >&2; exit 1; fi
  [ "$arg" = -vsync ] && arg=-fps_mode
  args+=("$arg")
done
if [ "$2" = -h ]; then ffmpeg "$@" | grep -v -e '^-fps_mode'; exit 0; fi
exec ffmpeg "\${args[@]}"
`;

let studio: FilmStudio;
let dir: string;
beforeAll(async () => {
  studio = await createFilmStudio();
  dir = await mkdtemp(join(tmpdir(), "reeltime-older-"));
});
afterAll(async () => {
  await studio?.close();
  await rm(dir, { recursive: true, force: true });
});

describe.skipIf(missingForVideo.length > 0)("an ffmpeg from before 5.1", { timeout: 60_000 }, () => {
  it("makes videos with every frame at its time", async () => {
    const older = join(dir, "older-ffmpeg");
    await writeFile(older, OLDER);
    await chmod(older, 0o700);
    const signal = new AbortController().signal;
    expect(await createFfmpegProblem(older, process.env.PATH ?? "")()).toBeUndefined();
    const rate = await rateOptionOf(older, signal);
    expect([rate, await rateOptionOf(join(dir, "missing"), signal)]).toEqual(["-vsync", "-fps_mode"]);
    const session = await studio.open();
    await session.say("screen-one", [
      display(0, 200, 200),
      paint(0, true, await block(0, 0, 200, 200, [220, 30, 30])),
      paint(1_037, false, await block(0, 0, 50, 50, [30, 200, 60])),
      { type: "key", atMs: 3_000, key: "Enter" },
    ]);
    await session.close();
    const file = join(dir, "older.mp4");
    const { outcome } = await studio.film(session, {
      file,
      startEncoder: () => startEncoder(older, file, rate),
    });
    expect(outcome.type).toBe("made");
    expect((await probe(file)).frames.map(({ atMs }) => atMs)).toEqual([0, 1_037, 2_960]);
  });

  it("that hears no signal but the last does not keep whoever asks waiting", async () => {
    const deaf = join(dir, "deaf-ffmpeg");
    await writeFile(deaf, `#!/bin/bash\ntrap '' TERM\nfor second in {1..60}; do sleep 1; done\n`);
    await chmod(deaf, 0o700);
    expect(await createFfmpegProblem(deaf, process.env.PATH ?? "")()).toMatch(/does not run/);
  });
});

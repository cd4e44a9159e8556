import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ScreenEvent } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEncoder } from "../../src/export/ffmpeg.js";
import type { JobOutcome } from "../../src/export/job.js";
import { makeVideo, type VideoOptions } from "../../src/export/video/make-video.js";
import { decodeWebp } from "../../src/export/webp.js";
import { temporaryS2 } from "../running.js";
import { block, type Colour, display, paint, pixelsAt, ScreenSession } from "./support/screen-session.js";
import { missingForVideo, probe, type Still, stillAt } from "./support/video.js";

const START_MS = Date.UTC(2026, 0, 5, 9);
const RED: Colour = [220, 30, 30];
const GREEN: Colour = [30, 200, 60];
const BLUE: Colour = [40, 60, 220];
const WHITE: Colour = [250, 250, 250];
const BLACK: Colour = [0, 0, 0];

let s2: Awaited<ReturnType<typeof temporaryS2>>;
let dir: string;
const sessions: ScreenSession[] = [];
beforeAll(async () => {
  s2 = await temporaryS2();
  dir = await mkdtemp(join(tmpdir(), "reeltime-export-"));
});
afterAll(async () => {
  for (const session of sessions) await session.recorder.drain();
  await s2?.close();
  await rm(dir, { recursive: true, force: true });
});

async function startSession(): Promise<ScreenSession> {
  const { endpoint } = s2;
  const access = {
    basin: "reeltime-test",
    accessToken: "test",
    accountEndpoint: endpoint,
    basinEndpoint: endpoint,
  };
  const session = new ScreenSession(access, START_MS);
  sessions.push(session);
  await session.recorder.ready();
  await session.open();
  return session;
}

let made = 0;
async function film(
  session: ScreenSession,
  change: Partial<VideoOptions> = {},
): Promise<{ readonly file: string; readonly outcome: JobOutcome }> {
  const file = join(dir, `${made++}.mp4`);
  const outcome = await makeVideo({
    recorder: session.recorder,
    session: session.ref,
    window: undefined,
    overlay: [],
    file,
    decode: decodeWebp,
    startEncoder: () => startEncoder("ffmpeg", file),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    ...change,
  });
  return { file, outcome };
}

/** How far a pixel is from a colour: the farthest of its channels. */
const off = (still: Still, x: number, y: number, colour: Colour): number =>
  Math.max(...still.at(x, y).map((value, index) => Math.abs(value - (colour[index] ?? 0))));

describe.skipIf(missingForVideo.length > 0)("a video of a session", () => {
  it("has every frame at its millisecond, and lasts as long as the session", async () => {
    const session = await startSession();
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
    const { file, outcome } = await film(session);
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
});

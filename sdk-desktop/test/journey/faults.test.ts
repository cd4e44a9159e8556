import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Reeltime, until } from "../../../server/test/journey/reeltime.js";
import { untilExact } from "../support/exactness.js";
import { childrenOf, isAlive } from "../support/host-app.js";
import { FULL_LENGTH, missingForJourneys } from "../support/needs.js";
import { type PatternApp, startPattern } from "../support/pattern.js";
import { ofType, paintsOf, Recording, type RecordingOptions, statesOf } from "../support/recording.js";
import { openFrames } from "../support/replayed-pictures.js";
import { startX, type XServer } from "../support/x-server.js";

const SIZE = { width: 801, height: 601 };
const AWAY_MS = FULL_LENGTH ? 120_000 : 8_000;
const HOUR_MS = 3_600_000;
/** An app of which this is asked has not been held up: its loop goes round every few ms. */
const HELD_UP_MS = 2_500;

const say = (words: string): void => void process.stderr.write(`  ${words}\n`);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe.skipIf(missingForJourneys.length > 0)("when something fails, the recording", () => {
  let server: Reeltime;
  let x: XServer;

  beforeAll(async () => {
    server = await new Reeltime().start();
    x = await startX(SIZE);
  });
  afterAll(async () => {
    await x?.close();
    await server?.stop();
  });

  const record = async (more: Partial<RecordingOptions> = {}): Promise<Recording> => {
    const recording = await Recording.start({ server, env: x.env, ...more });
    onTestFinished(() => recording.close());
    return recording;
  };

  /** Something that never stands still for long. */
  const moving = async (on: XServer = x): Promise<PatternApp> => {
    const app = await startPattern(on, [
      { colour: "#2a7a6d", width: 200, height: 120, moves: { everyMs: 150, stepX: 9, stepY: 5 } },
    ]);
    onTestFinished(() => app.close());
    return app;
  };

  const told = (recording: Recording): readonly string[] => recording.app.troubles.map(({ code }) => code);
  const lost = async (recording: Recording): Promise<number> =>
    (await server.session(recording.sessionId)).counts.lostEvents;
  const painted = async (recording: Recording): Promise<number> => paintsOf(await recording.events()).length;

  it("keeps all of it while the server is away, and sends it when that is back", async () => {
    const recording = await record();
    await moving();
    await untilPaints(recording, 5);
    await server.kill();
    const [fromMs] = [Date.now()];
    await sleep(AWAY_MS);
    const { spooledBytes } = await recording.app.status();
    const toMs = Date.now();
    await server.start();
    expect(spooledBytes).toBeGreaterThan(0);
    await until(
      async () => paintsOf(await recording.events()).some(({ atMs }) => atMs > toMs + 1_000),
      "what came after it",
      90_000,
    );
    const during = paintsOf(await recording.events()).filter(({ atMs }) => atMs > fromMs && atMs < toMs);
    say(`${during.length} paints of ${AWAY_MS / 1000} s away, ${spooledBytes} bytes on the disk`);
    // Not a second of it is missing.
    const seconds = new Set(during.map(({ atMs }) => Math.floor((atMs - fromMs) / 1_000)));
    expect(seconds.size).toBeGreaterThanOrEqual(Math.floor(AWAY_MS / 1_000) - 1);
    expect(await lost(recording)).toBe(0);
    await recording.app.call("stop");
    expect(await recording.app.longestDelayMs()).toBeLessThan(HELD_UP_MS);
  }, 400_000);

  it("goes on with a whole picture when the capture helper is killed, and says that it was", async () => {
    const recording = await record();
    await moving();
    await untilPaints(recording, 4);
    kill(recording.app.helper("capture"));
    await until(() => told(recording).includes("capture_lost"), "a word to the app");
    await until(
      async () => statesOf(await recording.events()).join() === "shown,unavailable,shown",
      "the picture again",
      40_000,
    );
    const events = await recording.events();
    const back = events.findLastIndex((event) => event.type === "display" && event.state === "shown");
    expect(paintsOf(events.slice(back))[0]?.whole).toBe(true);
    expect(recording.app.troubles.find(({ code }) => code === "capture_lost")?.message).toMatch(/\w+ \w+/);
    await until(
      async () => (await recording.app.status()).troubles.every(({ code }) => code !== "capture_lost"),
      "no trouble any more",
    );
    expect(await recording.app.longestDelayMs()).toBeLessThan(HELD_UP_MS);
    await recording.app.call("stop");
  });

  it("goes on with pictures when the input helper is killed, and hears again when that is back", async () => {
    const recording = await record();
    await moving();
    await until(() => recording.app.helper("input"), "the helper");
    x.xdotool("mousemove", 30, 30, "click", 1);
    await until(async () => ofType(await recording.events(), "button").length > 0, "a click");
    const paints = await painted(recording);
    kill(recording.app.helper("input"));
    await until(() => told(recording).includes("input_lost"), "a word to the app");
    await untilPaints(recording, paints + 5);
    await until(
      async () => (await recording.app.status()).troubles.every(({ code }) => code !== "input_lost"),
      "no trouble any more",
      40_000,
    );
    const clicks = ofType(await recording.events(), "button").length;
    await until(async () => {
      x.xdotool("mousemove", 60, 60, "click", 1);
      return ofType(await recording.events(), "button").length > clicks;
    }, "a click after it");
    await recording.app.call("stop");
  });

  it("survives the end of the X server, and goes on when that is back", async () => {
    let screen = await startX(SIZE);
    onTestFinished(() => screen.close());
    const recording = await record({ env: screen.env });
    await moving(screen);
    await untilPaints(recording, 4);
    await screen.kill();
    await until(
      async () => statesOf(await recording.events()).at(-1) === "unavailable",
      "a word to the viewer",
      40_000,
    );
    await until(
      () => told(recording).some((code) => code === "display_lost" || code === "no_display"),
      "a word to the app",
    );
    say(`told: ${told(recording).join(", ")}`);
    screen = await startX({ ...SIZE, display: screen.display });
    await moving(screen);
    const before = await painted(recording);
    await until(
      async () => statesOf(await recording.events()).at(-1) === "shown",
      "the picture again",
      90_000,
    );
    await untilPaints(recording, before + 4);
    await until(
      async () => {
        screen.xdotool("mousemove", 70, 70, "click", 1);
        return ofType(await recording.events(), "button").length > 0;
      },
      "a click",
      60_000,
    );
    expect(await lost(recording)).toBe(0);
    expect(await recording.app.longestDelayMs()).toBeLessThan(HELD_UP_MS);
    await recording.app.call("stop");
  }, 240_000);

  it("captures less while the spool is full, which is no loss, and says so", async () => {
    const recording = await record({
      options: { maxSpoolBytes: 4 * 1024 * 1024, maxBytesPerSecond: 5_000_000 },
    });
    // Many colours that change everywhere, so that it is full soon.
    const noise = x.run("xterm", ["-geometry", "130x45+0+0", "-e", "sh", "-c", NOISE]);
    onTestFinished(() => void noise.kill("SIGKILL"));
    await untilPaints(recording, 3);
    await server.kill();
    await until(() => told(recording).includes("spool_full"), "the spool is full", 120_000);
    const full = await recording.app.status();
    say(`full at ${full.spooledBytes} bytes; ${full.skipped} captures skipped`);
    expect(full.spooledBytes).toBeLessThanOrEqual(4.5 * 1024 * 1024);
    await until(
      async () => (await recording.app.status()).skipped > full.skipped,
      "captures that are skipped",
    );
    const backMs = Date.now();
    await server.start();
    await until(
      async () => paintsOf(await recording.events()).some(({ atMs }) => atMs > backMs + 1_000),
      "what came after it",
      90_000,
    );
    noise.kill("SIGKILL");
    await untilExact(recording, "the picture, exactly");
    expect(await lost(recording)).toBe(0);
    await recording.app.call("stop");
  }, 300_000);

  it("leaves nothing behind when its app is killed, and the app's next run sends what was kept", async () => {
    const spoolFolder = mkdtempSync(join(tmpdir(), "reeltime-spool-"));
    onTestFinished(() => rmSync(spoolFolder, { recursive: true, force: true }));
    const first = await record({ spoolFolder });
    await moving();
    await untilPaints(first, 4);
    const helpers = childrenOf(first.app.pid);
    expect(helpers.length).toBeGreaterThanOrEqual(2);
    await server.kill();
    await sleep(3_000);
    const killedMs = Date.now();
    await first.app.kill();
    await until(() => helpers.every((pid) => !isAlive(pid)), "its helpers gone with it");
    await server.start();
    const second = await record({ spoolFolder });
    const kept = async () => {
      const all = (await server.sessions()).sessions.map(({ id }) => id);
      const frames = await Promise.all(all.map(async (id) => openFrames(await server.allFrames(id))));
      return frames.flat().flatMap(({ events }) => paintsOf(events));
    };
    await until(
      async () => (await kept()).some(({ atMs }) => atMs > killedMs - 2_000 && atMs < killedMs),
      "what the first run had kept",
      60_000,
    );
    await untilPaints(second, 3);
    expect(second.sessionId).not.toBe(first.sessionId);
    await second.app.call("stop");
  });

  it("keeps its times when the clock is set forward by an hour", async () => {
    const recording = await record();
    await moving();
    await untilPaints(recording, 4);
    await recording.app.stepClock(HOUR_MS);
    const before = await painted(recording);
    await untilPaints(recording, before + 8);
    const stored = await server.allFrames(recording.sessionId);
    const nowMs = Date.now();
    for (const { frame } of openFrames(stored)) {
      const offsetMs = stored[0]?.offsetMs ?? 0;
      expect(Math.abs(frame.lastMs + offsetMs - nowMs)).toBeLessThan(120_000);
    }
    await recording.app.stepClock(-HOUR_MS);
    await untilPaints(recording, (await painted(recording)) + 8);
    const times = paintsOf(await recording.events()).map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const { status, lastMs, startMs, counts } = await server.session(recording.sessionId);
    expect(status).toBe("live");
    expect(lastMs - startMs).toBeLessThan(120_000);
    expect(counts.lostEvents).toBe(0);
    await recording.app.call("stop");
  });

  const untilPaints = (recording: Recording, least: number): Promise<boolean> =>
    until(async () => (await painted(recording)) >= least, `${least} paints`, 60_000, 200);
});

/** Characters in 256 colours, all over, again and again. */
const NOISE =
  'while :; do for n in $(seq 40); do printf "\\033[48;5;%dm%s\\033[0m" $((n * 7 % 256)) "$(head -c 60 /dev/urandom | base64 -w0)"; done; done';

function kill(pid: number | undefined): void {
  if (pid === undefined) throw new Error("there is no such helper");
  process.kill(pid, "SIGKILL");
}

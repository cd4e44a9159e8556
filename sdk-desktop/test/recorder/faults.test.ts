import { describe, expect, it } from "vitest";
import { monotonicMs } from "../../src/monotonic.js";
import { until } from "../support/x-server.js";
import { beginScene, createScene, DISPLAY, paint, quickTimers, startScene } from "./fake-host.js";

const press = (atMs = monotonicMs()) => ({ type: "active", atMs }) as const;

describe("when something fails", () => {
  it("a capture helper that dies is started again, and viewers see when", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    scene.capture.die("SIGSEGV: stack smashed");
    expect(scene.troubles).toMatchObject([{ code: "capture_lost" }]);
    expect(scene.troubles[0]?.message).toContain("SIGSEGV: stack smashed");
    await until(() => scene.capture.isRunning, "it did not start again");
    expect(scene.capture.told.map(({ type }) => type)).toEqual(["configure", "pace"]);
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
    scene.capture.say(paint({ whole: true }));
    expect(scene.recorder.status.troubles).toEqual([]);
    await scene.recorder.stop();
    expect(scene.events().flatMap((event) => (event.type === "display" ? event.state : []))).toEqual([
      "shown",
      "unavailable",
      "shown",
    ]);
    // One window of one session throughout.
    expect(new Set(scene.frames().map(({ window, session }) => `${session} ${window}`)).size).toBe(1);
    expect(scene.frames().filter(({ checkout }) => checkout)).toHaveLength(2);
    expect(scene.troubles).toHaveLength(1);
  });

  it("one that dies again and again waits longer each time, and is told of once", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    for (let time = 1; time <= 3; time++) {
      scene.capture.die("code 1");
      await until(() => scene.capture.starts === time + 1, "it did not start again");
    }
    expect(scene.troubles).toHaveLength(1);
  });

  it("one that says why it ends is told of in its own words", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await beginScene(scene);
    scene.capture.say({ type: "trouble", code: "no_display", message: "There is no screen here." });
    scene.capture.die("code 3");
    scene.input.say({ type: "trouble", code: "no_display", message: "There is no screen here either." });
    expect(scene.troubles).toEqual([{ code: "no_display", message: "There is no screen here." }]);
    await until(() => scene.capture.isRunning, "it did not start again");
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
    expect(scene.recorder.status.troubles).toHaveLength(1);
    scene.input.say({ type: "ready" });
    expect(scene.recorder.status.troubles).toEqual([]);
  });

  it("a display that went away is told once, however often it is not there, until it is back", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    scene.capture.say({ type: "trouble", code: "display_lost", message: "The screen went away." });
    scene.capture.die("code 66");
    scene.input.die("code 1");
    for (let time = 0; time < 2; time++) {
      await until(() => scene.capture.isRunning && scene.input.isRunning, "they do not start again");
      scene.capture.say({ type: "trouble", code: "no_display", message: "There is no screen here." });
      scene.input.say({ type: "trouble", code: "no_display", message: "There is no screen here." });
      scene.capture.die("code 65");
      scene.input.die("code 1");
    }
    await until(() => scene.capture.isRunning && scene.input.isRunning, "they do not start again");
    expect(scene.troubles.map(({ code }) => code)).toEqual(["display_lost", "input_lost"]);
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
    scene.input.say({ type: "ready" });
    expect(scene.recorder.status.troubles).toEqual([]);
  });

  it("an input helper that dies is started again with what it has to know", async () => {
    const scene = await createScene({ denyWindows: ["secret"] }, { timers: quickTimers });
    await startScene(scene);
    scene.input.die("SIGABRT");
    await until(() => scene.input.isRunning, "it did not start again");
    expect(scene.input.told).toEqual([
      {
        type: "configure",
        rules: { denyWindows: ["secret"], denyRectangles: [], recordTitles: true },
        target: { kind: "displays" },
        pictures: [DISPLAY],
      },
    ]);
    expect(scene.troubles).toMatchObject([{ code: "input_lost" }]);
    scene.input.say({ type: "ready" });
    expect(scene.recorder.status.troubles).toEqual([]);
  });

  it("where no input can be heard, what changes says that somebody is there", async () => {
    const scene = await createScene();
    await startScene(scene);
    const changed = paint();
    scene.capture.say(changed);
    await scene.collector.until("the change", () => scene.frames().length > 1);
    expect(scene.frames().at(-1)?.inputMs).toBeUndefined();
    scene.input.die("SIGABRT");
    scene.capture.say(paint());
    await scene.collector.until("the next change", () => scene.frames().length > 2);
    expect(scene.frames().at(-1)?.inputMs).toBeGreaterThan(0);
  });

  it("a collector that is away costs captures, and nothing that was captured", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    scene.collector.fault = () => ({ status: 503 });
    scene.input.say(press());
    const pace = (): number =>
      scene.capture.told.flatMap((told) => (told.type === "pace" ? told.fps : [])).at(-1) ?? 0;
    // More than is held in memory.
    let refused = 0;
    for (let count = 0; count < 80; count++) {
      scene.capture.say(paint({}, 1024 * 1024));
      if (
        scene.capture.told.findLast(({ type }) => type === "accepted" || type === "refused")?.type ===
        "refused"
      )
        refused++;
    }
    expect(refused).toBeGreaterThan(0);
    expect(pace()).toBe(0);
    await until(() => scene.recorder.status.skipped > 0, "nothing was skipped");
    scene.collector.fault = undefined;
    await until(() => pace() > 0, "it does not go on");
    await scene.recorder.stop();
    expect(scene.events().filter(({ type }) => type === "paint")).toHaveLength(1 + 80 - refused);
    expect(scene.recorder.status.lost).toBe(0);
    expect(scene.frames().filter(({ checkout }) => checkout)).toHaveLength(1);
    expect(scene.collector.frames.some(({ kind }) => kind === "lost")).toBe(false);
  });

  it("what a collector will not take is lost, counted and followed by a checkout", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    let refused = 0;
    scene.collector.fault = (url) =>
      url.endsWith("/frames") && refused++ === 0 ? { status: 413 } : undefined;
    scene.capture.say(paint());
    await until(() => scene.capture.told.some(({ type }) => type === "checkout"), "no checkout is asked for");
    scene.capture.say(paint({ whole: true }));
    await scene.collector.until("the loss", () =>
      scene.collector.frames.some(({ lost }) => lost?.events === 1),
    );
    await scene.recorder.stop();
    expect(scene.recorder.status.lost).toBe(1);
    expect(scene.collector.frames.filter(({ lost }) => lost)).toMatchObject([
      { lost: { events: 1, reason: "too_large" } },
    ]);
  });

  it("a key that is refused ends the recording, and is told", async () => {
    const scene = await createScene();
    scene.collector.fault = () => ({ status: 401 });
    const { started } = await beginScene(scene);
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
    scene.capture.say(paint({ whole: true }));
    await started;
    expect(scene.recorder.status.state).toBe("stopped");
    expect(scene.recorder.status.troubles).toMatchObject([{ code: "refused" }]);
    await until(() => !scene.capture.isRunning && !scene.input.isRunning, "a helper goes on");
  });
});

describe("a session that is closed for its time", () => {
  it("is followed at once by one that is linked to it, while somebody is there", async () => {
    const scene = await createScene({ user: { id: "u-1" } }, { timers: quickTimers });
    await startScene(scene, [DISPLAY, { ...DISPLAY, id: "display-2", x: 64 }]);
    scene.input.say(press());
    const [first] = scene.collector.opened;
    scene.collector.closed.set(first?.sessionId ?? "", "limit");
    scene.capture.say(paint());
    await until(() => scene.capture.told.some(({ type }) => type === "checkout"), "no checkout is asked for");
    scene.capture.say(paint({ whole: true }));
    scene.capture.say(paint({ picture: "display-2", whole: true }));
    await scene.collector.until("the next session", () => scene.collector.opened.length === 2);
    const next = scene.collector.opened[1];
    expect(next?.after).toBe(`token.${first?.sessionId}`);
    await until(() => scene.recorder.status.sessionId === next?.sessionId, "it is not known");
    await until(
      () =>
        scene.frames().filter(({ session, checkout }) => session === next?.sessionId && checkout).length >= 2,
      "a picture does not begin anew",
    );
    await scene.recorder.stop();
    expect(scene.collector.opened).toHaveLength(2);
    const facts = scene
      .frames()
      .filter(({ session }) => session === next?.sessionId)
      .flatMap(({ facts }) => facts);
    // Twice, when the first session had not taken it before it was closed.
    expect(new Set(facts.map(({ type, text }) => `${type} ${text}`))).toEqual(new Set(["identify u-1"]));
  });

  it("is not followed while nobody is there, whatever moves on the screen", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    const [first] = scene.collector.opened;
    scene.collector.closed.set(first?.sessionId ?? "", "idle");
    scene.capture.say(paint());
    await until(
      () => scene.capture.told.some((told) => told.type === "pace" && told.fps === 0),
      "it goes on",
    );
    scene.capture.say(paint());
    expect(scene.capture.told.at(-1)).toMatchObject({ type: "refused" });
    expect(scene.collector.opened).toHaveLength(1);
    // Somebody comes back.
    scene.input.say(press());
    expect(scene.capture.told.slice(-2)).toEqual([{ type: "checkout" }, { type: "pace", fps: 10 }]);
    scene.capture.say(paint({ whole: true }));
    await scene.collector.until("the next session", () => scene.collector.opened.length === 2);
    expect(scene.collector.opened[1]?.after).toBe(`token.${first?.sessionId}`);
  });

  it("that somebody stopped is not followed at all", async () => {
    const scene = await createScene({}, { timers: quickTimers });
    await startScene(scene);
    scene.collector.closed.set(scene.collector.opened[0]?.sessionId ?? "", "stopped");
    scene.input.say(press());
    scene.capture.say(paint());
    await until(() => scene.recorder.status.state === "stopped", "it goes on");
    expect(scene.collector.opened).toHaveLength(1);
  });
});

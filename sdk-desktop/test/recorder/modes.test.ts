import { describe, expect, it } from "vitest";
import { monotonicMs } from "../../src/monotonic.js";
import { until } from "../support/x-server.js";
import { beginScene, createScene, DISPLAY, paint, startScene } from "./fake-host.js";

const button = (down: boolean) =>
  ({ type: "button", atMs: monotonicMs(), x: 1, y: 2, button: 1, down, clicks: 1 }) as const;
const allOf = <Type extends string>(events: readonly { readonly type: string }[], type: Type) =>
  events.filter((event) => event.type === type);

describe("the modes", () => {
  it("of events alone there is never a pixel, whatever the helper says", async () => {
    const scene = await createScene({ mode: "events" });
    const { started } = await beginScene(scene);
    scene.input.say({ type: "ready" });
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
    await started;
    scene.input.say({ type: "input", inputs: [button(true), button(false)] });
    scene.capture.say(paint({ whole: true }));
    scene.capture.say(paint());
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [{ ...DISPLAY, width: 99 }] });
    await scene.recorder.stop();
    const events = scene.events();
    expect(allOf(events, "paint")).toEqual([
      expect.objectContaining({ whole: true, rectangles: [] }),
      expect.objectContaining({ whole: true, rectangles: [] }),
    ]);
    expect(allOf(events, "display")).toMatchObject([{ width: 64 }, { width: 99 }]);
    expect(allOf(events, "button")).toHaveLength(2);
    expect(scene.capture.told.filter((told) => told.type === "pace" && told.fps > 0)).toEqual([]);
    expect(scene.capture.told.filter(({ type }) => type === "accepted")).toEqual([]);
  });

  it("of pictures alone there is no input, but that somebody is there", async () => {
    const scene = await createScene({ mode: "video" });
    await startScene(scene);
    scene.input.say({ type: "input", inputs: [button(true), button(false)] });
    scene.input.say({ type: "clicked", atMs: monotonicMs(), title: "Letter", app: "Editor" });
    scene.input.say({ type: "focused", atMs: monotonicMs(), title: "Letter", app: "Editor" });
    scene.capture.say(paint());
    scene.recorder.event("paid");
    await scene.recorder.stop();
    expect(new Set(scene.events().map(({ type }) => type))).toEqual(new Set(["display", "paint"]));
    expect(scene.frames().flatMap(({ facts }) => facts.map(({ type }) => type))).toEqual(["custom"]);
    expect(scene.frames().at(-1)?.inputMs).toBeGreaterThan(0);
  });
});

describe("pausing", () => {
  it("records nothing and says so, and goes on with a checkout", async () => {
    const scene = await createScene();
    await startScene(scene);
    scene.recorder.pause();
    expect(scene.recorder.status.state).toBe("paused");
    expect(scene.capture.told.at(-1)).toEqual({ type: "pace", fps: 0 });
    expect(scene.input.told.at(-1)).toEqual({ type: "pause", paused: true });
    scene.capture.say(paint());
    scene.input.say({ type: "input", inputs: [button(true), button(false)] });
    scene.input.say({ type: "clicked", atMs: monotonicMs(), title: "Letter", app: "Editor" });
    scene.recorder.event("secret");
    scene.recorder.identify("u-2");
    scene.recorder.resume();
    expect(scene.input.told.at(-1)).toEqual({ type: "pause", paused: false });
    expect(scene.capture.told).toContainEqual({ type: "checkout" });
    scene.capture.say(paint({ whole: true }));
    await scene.recorder.stop();
    const events = scene.events();
    expect(events.flatMap((event) => (event.type === "display" ? event.state : []))).toEqual([
      "shown",
      "paused",
      "shown",
    ]);
    expect(allOf(events, "paint")).toHaveLength(2);
    expect(allOf(events, "button")).toEqual([]);
    expect(scene.frames().flatMap(({ facts }) => facts.map(({ type, text }) => [type, text]))).toEqual([
      ["identify", "u-2"],
    ]);
  });

  it("opens no session while its own is closed for its time", async () => {
    const scene = await createScene();
    await startScene(scene);
    scene.collector.closed.set(scene.collector.opened[0]?.sessionId ?? "", "idle");
    scene.recorder.pause();
    await until(
      () => scene.collector.requests.filter(({ url }) => url.endsWith("/frames")).length > 1,
      "it was not said",
    );
    scene.recorder.resume();
    scene.capture.say(paint({ whole: true }));
    await scene.collector.until("the next session", () => scene.collector.opened.length === 2);
    expect(scene.collector.opened).toHaveLength(2);
  });
});

describe("what a picture is", () => {
  it("is told whenever it changes: place, title, state", async () => {
    const scene = await createScene({ target: { kind: "window", title: "notes" } });
    const area = { ...DISPLAY, id: "window-7", source: "window", name: "notes 1" } as const;
    await startScene(scene, [area]);
    scene.capture.say({
      type: "pictures",
      atMs: monotonicMs(),
      pictures: [{ ...area, x: 5, name: "notes 2" }],
    });
    scene.capture.say({ type: "state", atMs: monotonicMs(), picture: area.id, state: "minimised" });
    scene.capture.say({ type: "state", atMs: monotonicMs(), picture: area.id, state: "minimised" });
    scene.capture.say({ type: "state", atMs: monotonicMs(), picture: area.id, state: "shown" });
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [] });
    await scene.recorder.stop();
    expect(
      scene
        .events()
        .flatMap((event) => (event.type === "display" ? [[event.name, event.x, event.state]] : [])),
    ).toEqual([
      ["notes 1", 0, "shown"],
      ["notes 2", 5, "shown"],
      ["notes 2", 5, "minimised"],
      ["notes 2", 5, "shown"],
      ["notes 2", 5, "closed"],
    ]);
    expect(scene.input.told).toContainEqual({ type: "pictures", pictures: [] });
  });

  it("has no title where none may be said", async () => {
    const scene = await createScene({ recordTitles: false });
    await startScene(scene, [{ ...DISPLAY, source: "window", name: "a secret" }]);
    expect(scene.events()[0]).toMatchObject({ type: "display", name: "" });
  });

  it("is black, and told, when it cannot be seen from the start", async () => {
    const scene = await createScene({ target: { kind: "window", title: "notes" } });
    const { started } = await beginScene(scene);
    scene.capture.say({
      type: "pictures",
      atMs: monotonicMs(),
      pictures: [{ ...DISPLAY, source: "window" }],
    });
    scene.capture.say({ type: "state", atMs: monotonicMs(), picture: DISPLAY.id, state: "minimised" });
    await started;
    await scene.collector.until("a checkout", () => scene.frames().length > 0);
    expect(scene.frames()[0]).toMatchObject({
      checkout: true,
      list: [
        { type: "display", state: "minimised" },
        { type: "paint", whole: true, rectangles: [] },
      ],
    });
  });

  it("is others when the target is another", async () => {
    const scene = await createScene();
    await startScene(scene);
    scene.recorder.setTarget({ kind: "window", title: "notes" });
    expect(scene.capture.told.slice(-2)).toMatchObject([
      { type: "configure", target: { kind: "window", title: "notes" } },
      { type: "pace" },
    ]);
    expect(scene.input.told.at(-1)).toMatchObject({ type: "configure", target: { kind: "window" } });
    scene.recorder.setTarget({ kind: "window" });
    expect(scene.troubles).toMatchObject([{ code: "invalid_options" }]);
    expect(scene.input.told.at(-1)).toMatchObject({ target: { kind: "window", title: "notes" } });
  });
});

describe("facts", () => {
  it("wait for the first picture", async () => {
    const scene = await createScene({ user: { id: "u-1", plan: "team" } });
    const { started } = await beginScene(scene);
    scene.recorder.event("early", { count: 1, odd: Number.NaN });
    scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
    scene.capture.say(paint({ whole: true }));
    await started;
    await scene.recorder.stop();
    expect(scene.frames().flatMap(({ facts }) => facts)).toMatchObject([
      { type: "custom", text: "early", detail: { count: 1, odd: "NaN" } },
      { type: "identify", text: "u-1", detail: { plan: "team" } },
    ]);
  });

  it("say which window has the keyboard, and five quick clicks on one spot", async () => {
    const scene = await createScene();
    await startScene(scene);
    const say = { atMs: monotonicMs(), title: "Letter", app: "Editor" };
    scene.input.say({ type: "focused", ...say });
    scene.input.say({ type: "focused", ...say });
    scene.input.say({ type: "clicked", ...say });
    for (let click = 0; click < 5; click++)
      scene.input.say({ type: "input", inputs: [button(true), button(false)] });
    await scene.recorder.stop();
    expect(scene.frames().flatMap(({ facts }) => facts)).toMatchObject([
      { type: "navigation", text: "Letter", detail: { title: "Letter", app: "Editor" } },
      { type: "click", text: "Letter — Editor" },
      { type: "rage", text: "Letter — Editor" },
    ]);
  });
});

describe("starting and stopping", () => {
  it("begins a new session after the last was stopped", async () => {
    const scene = await createScene();
    await startScene(scene);
    const first = scene.recorder.status.sessionId;
    await scene.recorder.stop();
    expect(scene.recorder.getSessionUrl()).toBe(`http://watch/${first}`);
    await startScene(scene);
    expect(scene.collector.opened).toHaveLength(2);
    expect(scene.collector.opened[1]?.after).toBeUndefined();
    expect(scene.recorder.status.sessionId).toBe(scene.collector.opened[1]?.sessionId);
  });

  it("does nothing when it is left out by sampling", async () => {
    const scene = await createScene({ sampleRate: 0.5 }, { chance: () => 0.5 });
    await scene.recorder.start();
    expect([scene.capture.starts, scene.input.starts, scene.recorder.status.state]).toEqual([0, 0, "idle"]);
  });

  it("does nothing with an option that cannot be meant as it is, and says which", async () => {
    const scene = await createScene({ denyWindow: ["secret"] } as object);
    await scene.recorder.start();
    scene.recorder.event("x");
    await scene.recorder.stop();
    expect([scene.capture.starts, scene.input.starts]).toEqual([0, 0]);
    expect(scene.troubles).toEqual([
      { code: "invalid_options", message: "There is no option denyWindow. Nothing is recorded." },
    ]);
  });

  it("ends with nothing to send when no picture ever came", async () => {
    const scene = await createScene();
    void scene.recorder.start();
    scene.recorder.event("x");
    await scene.recorder.stop();
    expect(scene.collector.requests).toEqual([]);
  });
});

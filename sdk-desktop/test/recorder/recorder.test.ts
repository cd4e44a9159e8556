import { describe, expect, it } from "vitest";
import { monotonicMs } from "../../src/monotonic.js";
import { createScene, DISPLAY, paint, startScene } from "./fake-host.js";

describe("a desktop recorder", () => {
  it("opens a session with its first capture, which is a checkout of its own", async () => {
    const scene = await createScene();
    await startScene(scene);
    const [frame] = scene.frames();
    expect(frame).toMatchObject({ checkout: true, codec: "screen", kind: "screen", events: 2 });
    expect(frame?.list).toMatchObject([
      { type: "display", width: 64, height: 48, x: 0, y: 0, scale: 1, name: "First", state: "shown" },
      { type: "paint", whole: true },
    ]);
    expect(scene.recorder.getSessionUrl()).toBe(`http://watch/${frame?.session}`);
    expect(scene.recorder.status).toMatchObject({
      state: "recording",
      sessionId: frame?.session,
      troubles: [],
    });
    expect(scene.collector.opened[0]?.client).toMatchObject({ screenWidth: 64, screenHeight: 48 });
  });

  it("answers every capture, and captures at the ceiling while somebody acts", async () => {
    const scene = await createScene({ fps: 12 });
    await startScene(scene);
    expect(scene.capture.told).toContainEqual({ type: "accepted", picture: DISPLAY.id, paint: 1 });
    scene.input.say({ type: "active", atMs: monotonicMs() });
    expect(scene.capture.told.at(-1)).toEqual({ type: "pace", fps: 12 });
  });

  it("puts what a person does into the picture it was done in, in its pixels and in order", async () => {
    const scene = await createScene();
    const second = { ...DISPLAY, id: "display-2", x: 64, scale: 2 };
    await startScene(scene, [DISPLAY, second]);
    const atMs = monotonicMs();
    scene.input.say({
      type: "input",
      inputs: [
        { type: "pointer", atMs: atMs + 2, x: 70, y: 10 },
        { type: "button", atMs: atMs + 1, x: 3, y: 4, button: 1, down: true, clicks: 1 },
        { type: "button", atMs: atMs + 3, x: 70, y: 4, button: 1, down: false, clicks: 1 },
        { type: "wheel", atMs: atMs + 4, x: 65, y: 1, deltaX: 0, deltaY: 3 },
        { type: "key", atMs: atMs + 5, key: "Enter" },
      ],
    });
    scene.input.say({ type: "clicked", atMs: atMs + 1, title: "Letter", app: "Editor" });
    await scene.recorder.stop();
    const [one, two] = scene.frames();
    const inFirst = scene.events(one?.window).filter(({ type }) => type !== "paint" && type !== "display");
    const inSecond = scene.events(two?.window).filter(({ type }) => type !== "paint" && type !== "display");
    expect(inFirst).toMatchObject([
      { type: "button", x: 3, y: 4, down: true },
      // Held in the first, it stays there.
      { type: "button", x: 70, y: 4, down: false },
    ]);
    expect(inSecond).toMatchObject([
      { type: "pointer", x: 12, y: 20 },
      { type: "wheel", x: 2, y: 2, deltaY: 3 },
      { type: "key", key: "Enter" },
    ]);
    expect(
      scene.frames().flatMap(({ facts, window }) => facts.map((fact) => ({ ...fact, window }))),
    ).toMatchObject([
      {
        type: "click",
        text: "Letter — Editor",
        detail: { title: "Letter", app: "Editor" },
        window: one?.window,
      },
    ]);
  });

  it("says in a checkout where the pointer is, in the one picture that it is in", async () => {
    const scene = await createScene();
    const second = { ...DISPLAY, id: "display-2", x: 64, scale: 2 };
    await startScene(scene, [DISPLAY, second]);
    const move = (x: number) =>
      scene.input.say({ type: "input", inputs: [{ type: "pointer", atMs: monotonicMs(), x, y: 10 }] });
    const pointerIn = (picture: string) => {
      const before = scene.frames().length;
      scene.capture.say(paint({ picture, whole: true }));
      return () =>
        scene
          .frames()
          .slice(before)
          .filter(({ checkout }) => checkout)
          .map(({ list }) => list.filter(({ type }) => type === "pointer"));
    };
    move(5);
    move(70);
    const [inFirst, inSecond] = [pointerIn(DISPLAY.id), pointerIn("display-2")];
    await scene.recorder.stop();
    const found = inSecond();
    expect(found).toHaveLength(2);
    expect(found.filter((pointers) => pointers.length > 0)).toMatchObject([[{ x: 12, y: 20 }]]);
    expect(inFirst()).toEqual(found);
  });

  it("ends the session for all its pictures when all they had to say has arrived", async () => {
    const scene = await createScene();
    await startScene(scene, [DISPLAY, { ...DISPLAY, id: "display-2", x: 64 }]);
    scene.recorder.identify("u-1", { name: "Ada", trial: true });
    scene.recorder.event("paid", { amount: 12 });
    scene.capture.say(paint());
    scene.capture.say(paint({ picture: "display-2" }));
    await scene.recorder.stop();
    const sessions = new Set(scene.collector.frames.map(({ session }) => session));
    expect([...sessions]).toHaveLength(1);
    expect([...scene.collector.closed.values()]).toEqual(["stopped"]);
    expect(scene.collector.frames.filter(({ kind }) => kind === "close")).toHaveLength(2);
    expect(scene.frames().flatMap(({ list }) => list.filter(({ type }) => type === "paint"))).toHaveLength(4);
    expect(scene.frames().flatMap(({ facts }) => facts.map(({ type, text }) => [type, text]))).toEqual([
      ["identify", "u-1"],
      ["custom", "paid"],
    ]);
    expect(scene.capture.isRunning || scene.input.isRunning).toBe(false);
    expect(scene.recorder.status).toMatchObject({ state: "stopped", fps: 0, lost: 0, skipped: 0 });
  });
});

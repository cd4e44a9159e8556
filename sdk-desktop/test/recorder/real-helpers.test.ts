import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeHost } from "../../src/recorder/host.js";
import { builtPackage } from "../support/built.js";
import { type Collected, collected, screenEvents } from "../support/collected.js";
import { childrenOf, commandOf } from "../support/host-app.js";
import { missingForX, startX, takeDisplay, until, type XServer } from "../support/x-server.js";

describe.skipIf(missingForX.length > 0)("a recorder with its real helpers", () => {
  let x: XServer;
  let folder: string;
  let giveBack: () => void;
  beforeAll(async () => {
    folder = await builtPackage("real-helpers");
    x = await startX({ width: 640, height: 480 });
    giveBack = takeDisplay(x);
  });
  afterAll(async () => {
    giveBack?.();
    await x?.close();
  });

  const begin = async (): Promise<Collected> => {
    const made = await collected(nodeHost(folder));
    await made.recorder.start();
    return made;
  };

  it("records what is on the screen and what is done there", async () => {
    const { recorder, collector, troubles } = await begin();
    expect(recorder.getSessionUrl()).toMatch(/^http:\/\/watch\//);
    await collector.until("a whole screen", () => collector.frames.some(({ checkout }) => checkout));
    expect(screenEvents(collector).slice(0, 2)).toMatchObject([
      { type: "display", width: 640, height: 480, state: "shown" },
      { type: "paint", whole: true },
    ]);
    x.run("xterm", ["-geometry", "40x10+50+50", "-title", "the terminal"]);
    await x.windowNamed("the terminal");
    await until(() => {
      x.xdotool("mousemove", 100, 100, "click", 1);
      return screenEvents(collector).some(({ type }) => type === "button");
    }, "no click came");
    await collector.until("the terminal", () =>
      screenEvents(collector).some((event) => event.type === "paint" && !event.whole),
    );
    await recorder.stop();
    const events = screenEvents(collector);
    expect(events).toContainEqual(expect.objectContaining({ type: "button", x: 100, y: 100, down: true }));
    expect([...collector.closed.values()]).toEqual(["stopped"]);
    expect(troubles).toEqual([]);
  });

  it("goes on when its helpers are killed, and when the display goes away and comes back", async () => {
    const { recorder, collector, troubles } = await begin();
    const checkouts = (): number => collector.frames.filter(({ checkout }) => checkout).length;
    await collector.until("a whole screen", () => checkouts() === 1);
    for (const pid of helpers()) process.kill(pid, "SIGKILL");
    await collector.until("a whole screen again", () => checkouts() === 2);
    await until(() => recorder.status.troubles.length === 0, "something does not work yet");
    await x.kill();
    await until(
      () => recorder.status.troubles.some(({ code }) => code === "display_lost"),
      "nothing was told",
    );
    x = await startX({ width: 640, height: 480, display: x.display });
    await collector.until("a whole screen of the new display", () => checkouts() === 3);
    await until(() => recorder.status.troubles.length === 0, "something does not work yet");
    await recorder.stop();
    expect(new Set(troubles.map(({ code }) => code))).toEqual(
      new Set(["capture_lost", "input_lost", "display_lost"]),
    );
    const states = screenEvents(collector).flatMap((event) => (event.type === "display" ? event.state : []));
    expect(states).toEqual(["shown", "unavailable", "shown", "unavailable", "shown"]);
    expect(collector.opened).toHaveLength(1);
    expect(helpers()).toEqual([]);
  });
});

/** The helper processes of this one. */
const helpers = (): readonly number[] =>
  childrenOf(process.pid).filter((pid) => commandOf(pid).includes("-helper.mjs"));

import { readFileSync } from "node:fs";
import { decodeScreenBody } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Collector, startCollector } from "../../../sdk-browser/test/collector.js";
import { createDesktopRecorder } from "../../src/recorder/desktop-recorder.js";
import { nodeHost } from "../../src/recorder/host.js";
import type { Recorder, Trouble } from "../../src/types.js";
import { builtPackage } from "../support/built.js";
import { missingForX, startX, until, type XServer } from "../support/x-server.js";

describe.skipIf(missingForX.length > 0)("a recorder with its real helpers", () => {
  const display = process.env.DISPLAY;
  let x: XServer;
  let folder: string;
  beforeAll(async () => {
    folder = await builtPackage("real-helpers");
    x = await startX({ width: 640, height: 480 });
    process.env.DISPLAY = x.display;
  });
  afterAll(async () => {
    if (display === undefined) delete process.env.DISPLAY;
    else process.env.DISPLAY = display;
    await x.close();
  });

  const begin = async (): Promise<{ recorder: Recorder; collector: Collector; troubles: Trouble[] }> => {
    const collector = await startCollector();
    const troubles: Trouble[] = [];
    const recorder = createDesktopRecorder(
      {
        projectKey: "pk_test",
        apiHost: collector.origin,
        spoolFolder: false,
        onTrouble: (trouble) => troubles.push(trouble),
      },
      nodeHost(folder),
    );
    onTestFinished(async () => {
      await recorder.stop();
      await collector.stop();
    });
    await recorder.start();
    return { recorder, collector, troubles };
  };
  const eventsOf = ({ frames }: Collector) =>
    frames
      .filter(({ kind }) => kind === "screen")
      .flatMap(({ body, firstMs }) => [...decodeScreenBody(body, firstMs)]);

  it("records what is on the screen and what is done there", async () => {
    const { recorder, collector, troubles } = await begin();
    expect(recorder.getSessionUrl()).toMatch(/^http:\/\/watch\//);
    await collector.until("a whole screen", () => collector.frames.some(({ checkout }) => checkout));
    expect(eventsOf(collector).slice(0, 2)).toMatchObject([
      { type: "display", width: 640, height: 480, state: "shown" },
      { type: "paint", whole: true },
    ]);
    x.run("xterm", ["-geometry", "40x10+50+50", "-title", "the terminal"]);
    await x.windowNamed("the terminal");
    await until(() => {
      x.xdotool("mousemove", 100, 100, "click", 1);
      return eventsOf(collector).some(({ type }) => type === "button");
    }, "no click came");
    await collector.until("the terminal", () =>
      eventsOf(collector).some((event) => event.type === "paint" && !event.whole),
    );
    await recorder.stop();
    const events = eventsOf(collector);
    expect(events).toContainEqual(expect.objectContaining({ type: "button", x: 100, y: 100, down: true }));
    expect([...collector.closed.values()]).toEqual(["stopped"]);
    expect(troubles).toEqual([]);
  });

  it("goes on when its helpers are killed, and when the display goes away and comes back", async () => {
    const { recorder, collector, troubles } = await begin();
    const checkouts = (): number => collector.frames.filter(({ checkout }) => checkout).length;
    await collector.until("a whole screen", () => checkouts() === 1);
    for (const pid of helpersOf(process.pid)) process.kill(pid, "SIGKILL");
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
    const states = eventsOf(collector).flatMap((event) => (event.type === "display" ? event.state : []));
    expect(states).toEqual(["shown", "unavailable", "shown", "unavailable", "shown"]);
    expect(collector.opened).toHaveLength(1);
    expect(helpersOf(process.pid)).toEqual([]);
  });
});

/** The helper processes of a host, by what Linux says of its children. */
const helpersOf = (host: number): readonly number[] =>
  readFileSync(`/proc/${host}/task/${host}/children`, "utf8")
    .split(" ")
    .filter((pid) => pid !== "")
    .map(Number)
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("-helper.mjs"));

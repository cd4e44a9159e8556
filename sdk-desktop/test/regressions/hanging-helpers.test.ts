/*
 * Cause: only a capture helper that had pictures was watched. An input helper that hung was never ended: nobody's input was heard
 * any more, and as it counted as hearing, what changed on the screen did not say either that somebody was there: the session was
 * closed as idle, and none followed it. A helper that hung while it started was waited for in silence, for ever.
 */
import { describe, expect, it, onTestFinished } from "vitest";
import { Supervisor } from "../../src/helpers/supervisor.js";
import { nodeHost } from "../../src/recorder/host.js";
import { builtPackage } from "../support/built.js";
import { collected } from "../support/collected.js";
import { childrenOf, commandOf } from "../support/host-app.js";
import { missingForX, startX, takeDisplay, until } from "../support/x-server.js";

describe.skipIf(missingForX.length > 0)("on a display", () => {
  it("an input helper that hangs is ended and started again", async () => {
    const [folder, x] = await Promise.all([
      builtPackage("hanging-helpers"),
      startX({ width: 320, height: 240, windowManager: false }),
    ]);
    const giveBack = takeDisplay(x);
    onTestFinished(async () => {
      giveBack();
      await x.close();
    });
    const { recorder, collector, troubles } = await collected(nodeHost(folder));
    await recorder.start();
    const helper = (): number | undefined =>
      childrenOf(process.pid).find((pid) => commandOf(pid).includes("input-helper"));
    // It is watched from when it hears.
    await until(() => {
      x.xdotool("mousemove", Math.random() * 300, 100);
      return collector.frames.some(({ inputMs }) => inputMs !== undefined);
    }, "no input came");
    const first = helper() ?? 0;
    process.kill(first, "SIGSTOP");
    await until(() => troubles.length > 0, "it was not ended");
    expect(troubles).toMatchObject([{ code: "input_lost" }]);
    await until(() => recorder.status.troubles.length === 0, "none was started again");
    expect(helper()).not.toBe(first);
  }, 60_000);
});

it("a helper that says nothing at all is ended after a minute, and not before", () => {
  let nowMs = 0;
  let kills = 0;
  const supervisor = new Supervisor<string, string>({
    start: () => ({ send: () => {}, kill: () => void kills++ }),
    stopCommand: "stop",
    timers: { set: () => undefined, clear: () => {} },
    monotonicMs: () => nowMs,
    onStart: () => {},
    onReport: () => {},
    onLost: () => {},
  });
  supervisor.start();
  for (; nowMs < 58_000; nowMs += 500) supervisor.watch(false);
  expect(kills).toBe(0);
  for (; nowMs < 62_000; nowMs += 500) supervisor.watch(false);
  expect(kills).toBe(1);
});

/*
 * Cause: any answer was taken for the collector's. While it was being replaced, the proxy in front of it answered "404 page not
 * found": the session counted as gone, opening another as refused, so the recording ended for good and all that waited was
 * removed. An answer without an end was read to the end of memory.
 */
import { expect, it } from "vitest";
import { MAX_ANSWER_BYTES, STOP_BOUND_MS, TICK_MS } from "../../src/limits.js";
import { monotonicMs } from "../../src/monotonic.js";
import { collectorFetch } from "../../src/recorder/collector-fetch.js";
import { hostTimers, type Timers } from "../../src/recorder/timers.js";
import { beginScene, createScene, DISPLAY, paint, startScene } from "../recorder/fake-host.js";
import { until } from "../support/x-server.js";

const page = (status: number): Response => new Response("<h1>404 page not found</h1>", { status });

/** No wait is long, but for the recorder's own looks and bounds. */
const timers: Timers = {
  ...hostTimers,
  set: (work, ms) => hostTimers.set(work, ms <= TICK_MS || ms >= STOP_BOUND_MS ? ms : 50),
};

it.each([200, 400, 403, 404, 410])("a stranger's %d ends nothing, and is told", async (status) => {
  let strange = true;
  const scene = await createScene(
    {},
    {
      timers,
      fetch: (url, init) => (strange ? Promise.resolve(page(status)) : fetch(url, init as RequestInit)),
    },
  );
  const isTold = (): boolean => scene.recorder.status.troubles.some(({ code }) => code === "no_server");
  await beginScene(scene);
  scene.capture.say({ type: "pictures", atMs: monotonicMs(), pictures: [DISPLAY] });
  scene.capture.say(paint({ whole: true }));
  await until(isTold, "nothing was told");
  expect(scene.recorder.status.state).toBe("recording");
  strange = false;
  await scene.collector.until("the checkout", () => scene.collector.frames.some(({ checkout }) => checkout));
  await until(() => !isTold(), "it is still told");
  // And in the middle of a session.
  strange = true;
  scene.capture.say(paint());
  await until(isTold, "nothing was told");
  strange = false;
  const paints = (): number => scene.events().filter(({ type }) => type === "paint").length;
  await scene.collector.until("the paint", () => paints() === 2);
  expect(scene.collector.opened).toHaveLength(1);
  expect(scene.troubles.map(({ code }) => code)).toEqual(["no_server", "no_server"]);
  expect(scene.recorder.status.lost).toBe(0);
});

it("what the collector itself refuses is refused", async () => {
  const scene = await createScene();
  await startScene(scene);
  scene.collector.fault = () => ({ status: 403 });
  scene.capture.say(paint());
  scene.capture.say(paint({ whole: true }));
  await scene.recorder.stop();
  expect(scene.troubles.map(({ code }) => code)).not.toContain("no_server");
});

it("no more is read of an answer than one of a collector's has", async () => {
  let read = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      read += 16 * 1024;
      controller.enqueue(new Uint8Array(16 * 1024));
    },
  });
  const statuses: number[] = [];
  const ask = collectorFetch(() => Promise.resolve(new Response(body, { status: 201 })), {
    onStranger: (status) => statuses.push(status),
    onCollector: () => statuses.push(0),
  });
  const init = { method: "POST", headers: {}, body: "{}", credentials: "omit", keepalive: false } as const;
  const answer = await ask("http://collector/v1/sessions", { ...init, signal: undefined });
  expect(answer.status).toBe(503);
  expect(statuses).toEqual([201]);
  expect(read).toBeLessThan(MAX_ANSWER_BYTES * 2);
});

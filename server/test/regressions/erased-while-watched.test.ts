/**
 * A session that was erased while it was watched left the channels, but what its ring held stayed counted: after
 * some hundred of these no ring could hold a frame any more, and every viewer read S2 for every frame. A stream that
 * a viewer found to be gone stayed in the list.
 */
import type { Recorder, RecorderOptions } from "@reeltime/recorder";
import { sessionStreamName } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, startBench, until } from "../catalog/support/bench.js";
import { append, frame, open, PROJECT } from "../catalog/support/frames.js";
import { type Listening, listen, numbersOf } from "../live/support/sse.js";

type Port = Parameters<NonNullable<RecorderOptions["wrapPort"]>>[0];

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

it("what erased sessions' rings held is free for others", async () => {
  const plain = bench.recorder();
  let reads = 0;
  const read: Recorder["read"] = (...args) => {
    reads += 1;
    return plain.read(...args);
  };
  const server = await bench.server({ recorder: { ...plain, read }, limits: { allRingBytes: 20_000 } });
  const body = new Uint8Array(6_000);
  const viewers: Listening[] = [];
  for (let erased = 0; erased < 4; erased++) {
    const session = await open(server.recorder);
    const viewer = await listen(server.url, `sessions=${session.sessionId}`);
    await until(() => viewer.events.some((event) => event.type === "caught-up"));
    await append(server.recorder, session, [frame({ number: 0, body })]);
    await until(() => numbersOf(viewer).length === 1);
    await server.recorder.erase(session);
    await until(() => viewer.events.some((event) => event.type === "refused"));
    viewers.push(viewer);
  }
  const session = await open(server.recorder);
  const viewer = await listen(server.url, `sessions=${session.sessionId}`);
  await until(() => viewer.events.some((event) => event.type === "caught-up"));
  reads = 0;
  for (let number = 0; number < 3; number++) {
    await append(server.recorder, session, [frame({ number, body })]);
    await until(() => numbersOf(viewer).length === number + 1);
  }
  expect(reads).toBe(0);
  for (const each of [viewer, ...viewers]) each.close();
});

it("a session whose stream a viewer finds gone leaves the list", async () => {
  const server = await bench.server();
  const session = await open(server.recorder);
  const viewer = await listen(server.url, `sessions=${session.sessionId}`);
  await until(() => viewer.events.some((event) => event.type === "caught-up"));
  let port: Port | undefined;
  // As its age does, or a server that dies before it can tell.
  bench.recorder({
    wrapPort: (plain) => {
      port = plain;
      return plain;
    },
  });
  await port?.deleteStream(sessionStreamName(session));
  await until(() => viewer.events.some((event) => event.type === "refused"));
  expect(await server.catalog.find(session.sessionId)).toBeUndefined();
  expect((await server.catalog.list({ project: PROJECT })).sessions.map(({ id }) => id)).not.toContain(
    session.sessionId,
  );
  viewer.close();
});

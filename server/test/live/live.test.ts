import { decodeFrame, decodeFramesPage, type SessionRef } from "@reeltime/recorder/protocol";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Bench, startBench, type TestServer, until } from "../catalog/support/bench.js";
import { append, frame, OTHER_PROJECT, open, PROJECT, UNKNOWN } from "../catalog/support/frames.js";
import { countingFollows } from "./support/counting.js";
import { type Listening, listen, numbersOf } from "./support/sse.js";

let bench: Bench;
let server: TestServer;
beforeAll(async () => {
  bench = await startBench();
  server = await bench.server();
});
afterAll(() => bench.close());

const listening: Listening[] = [];
afterEach(() => {
  for (const each of listening.splice(0)) each.close();
});
async function watch(
  query: string,
  options?: Parameters<typeof listen>[2],
  url = server.url,
): Promise<Listening> {
  const one = await listen(url, query, options);
  listening.push(one);
  return one;
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

async function appendNumbers(
  session: SessionRef,
  from: number,
  to: number,
  body = 2,
  on = server,
): Promise<void> {
  for (const number of range(from, to)) {
    await append(on.recorder, session, [frame({ number, body: new Uint8Array(body).fill(number) })]);
  }
}

describe("a viewer", () => {
  it("gets what is appended from its place on, each frame once, then hears that it is caught up", async () => {
    const session = await open(server.recorder);
    await appendNumbers(session, 0, 5);
    const viewer = await watch(`sessions=${session.sessionId}@4`);
    expect(viewer.status).toBe(200);
    expect(viewer.headers).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    await until(() => viewer.events.some((event) => event.type === "caught-up"));
    expect(numbersOf(viewer)).toEqual([2, 3, 4]);
    expect(viewer.events.find((event) => event.type === "caught-up")).toMatchObject({
      session: session.sessionId,
      tail: 7,
      lastEventId: `${session.sessionId}@7`,
    });
    await appendNumbers(session, 5, 8);
    await until(() => numbersOf(viewer).length === 6);
    expect(numbersOf(viewer)).toEqual(range(2, 8));
    expect(viewer.others[0]).toMatch(/^retry: \d+$/);
  });

  it("that names no place starts at the tail", async () => {
    const session = await open(server.recorder);
    await appendNumbers(session, 0, 3);
    const viewer = await watch(`sessions=${session.sessionId}`);
    await until(() => viewer.events.some((event) => event.type === "caught-up"));
    await appendNumbers(session, 3, 5);
    await until(() => numbersOf(viewer).length === 2);
    expect(numbersOf(viewer)).toEqual([3, 4]);
  });

  it("resumes from Last-Event-ID, wherever it was cut, without loss and without repeats", async () => {
    const [one, two] = [await open(server.recorder), await open(server.recorder)];
    const query = `sessions=${one.sessionId}@2,${two.sessionId}@2`;
    const total = 60;
    const writing = Promise.all([appendNumbers(one, 0, total), appendNumbers(two, 0, total)]);
    const got = { one: [] as number[], two: [] as number[] };
    let lastEventId: string | undefined;
    for (let turn = 0; got.one.length < total || got.two.length < total; turn++) {
      const viewer = await watch(query, lastEventId === undefined ? {} : { lastEventId });
      const enough = 1 + ((turn * 7) % 11);
      const complete = (): boolean =>
        got.one.length + numbersOf(viewer, one.sessionId).length === total &&
        got.two.length + numbersOf(viewer, two.sessionId).length === total;
      await until(() => viewer.events.length >= enough || complete());
      // Cut in the middle of what came: only what was taken counts, and its id.
      const taken = complete() ? viewer.events : viewer.events.slice(0, enough);
      viewer.close();
      lastEventId = taken.at(-1)?.lastEventId || lastEventId;
      got.one.push(...numbersOf({ events: taken }, one.sessionId));
      got.two.push(...numbersOf({ events: taken }, two.sessionId));
    }
    await writing;
    expect(got.one).toEqual(range(0, total));
    expect(got.two).toEqual(range(0, total));
  });

  it("of a closed session gets the frames to the end and then that it is closed", async () => {
    const session = await open(server.recorder);
    await appendNumbers(session, 0, 3);
    const early = await watch(`sessions=${session.sessionId}@2`);
    await until(() => numbersOf(early).length === 3);
    await appendNumbers(session, 3, 4);
    await server.recorder.close(session, "stopped");
    const late = await watch(`sessions=${session.sessionId}@2`);
    for (const viewer of [early, late]) {
      await until(() =>
        viewer.events.some((event) => event.type === "session" && event.session.status === "closed"),
      );
      expect(numbersOf(viewer)).toEqual([0, 1, 2, 3]);
      const ends = viewer.events.findIndex(
        (event) => event.type === "session" && event.session.status === "closed",
      );
      const last = viewer.events.findLastIndex((event) => event.type === "frames");
      expect(ends).toBeGreaterThan(last);
      expect(viewer.events[ends]).toMatchObject({ session: { reason: "stopped", counts: { events: 4 } } });
    }
  });

  it("hears of an erased session and of one that nobody knows as the same refusal", async () => {
    const session = await open(server.recorder);
    await appendNumbers(session, 0, 1);
    const viewer = await watch(`sessions=${session.sessionId}@2,${UNKNOWN}`);
    await until(() => numbersOf(viewer).length === 1);
    await server.recorder.erase(session);
    const refusals = (): readonly string[] =>
      viewer.events.flatMap((event) => (event.type === "refused" ? [`${event.session} ${event.code}`] : []));
    await until(() => refusals().length === 2);
    expect(refusals()).toEqual([`${UNKNOWN} not_found`, `${session.sessionId} not_found`]);
  });

  it("hears when a watched session's user or status changes", async () => {
    const session = await open(server.recorder);
    const viewer = await watch(`sessions=${session.sessionId}`);
    await append(server.recorder, session, [
      frame({ number: 0, facts: [{ type: "identify", atMs: Date.now(), text: "u-9" }] }),
    ]);
    await until(() =>
      viewer.events.some((event) => event.type === "session" && event.session.user?.id === "u-9"),
    );
  });

  it("scrubs back while it is live, and neither disturbs the other", async () => {
    const session = await open(server.recorder);
    const startMs = Date.now();
    const send = (number: number): Promise<void> =>
      append(server.recorder, session, [
        frame({ number, firstMs: startMs + number, checkout: number % 10 === 0 }),
      ]);
    for (const number of range(0, 30)) await send(number);
    const viewer = await watch(`sessions=${session.sessionId}@32`);
    await until(() => viewer.events.some((event) => event.type === "caught-up"));
    const scrub = async (atMs: number): Promise<readonly number[]> => {
      const response = await fetch(
        `${server.url}/v1/sessions/${session.sessionId}/frames?at=${atMs}&limit=1000`,
      );
      const page = decodeFramesPage(new Uint8Array(await response.arrayBuffer()));
      return page.frames.map(({ bytes }) => decodeFrame(bytes).number);
    };
    const first: (number | undefined)[] = [];
    for (const number of range(30, 60)) {
      await send(number);
      first.push((await scrub(startMs + number - 15))[0]);
    }
    await until(() => numbersOf(viewer).length === 30);
    expect(numbersOf(viewer)).toEqual(range(30, 60));
    expect(first).toEqual(range(30, 60).map((number) => Math.floor((number - 15) / 10) * 10));
  });

  it("outlives an S2 that goes away for a while", async () => {
    const own = await startBench();
    try {
      const side = await own.server();
      const session = await open(side.recorder);
      await appendNumbers(session, 0, 2, 2, side);
      const viewer = await watch(`sessions=${session.sessionId}@2`, {}, side.url);
      await until(() => numbersOf(viewer).length === 2);
      await own.withoutS2(async () => {
        const read = await fetch(`${side.url}/v1/sessions/${session.sessionId}/frames?from=2`);
        expect([read.status, await read.json()]).toMatchObject([503, { error: { code: "unavailable" } }]);
        // What the catalog knows it still says.
        expect((await fetch(`${side.url}/v1/sessions/${session.sessionId}`)).status).toBe(200);
      });
      await appendNumbers(session, 2, 5, 2, side);
      await until(() => numbersOf(viewer).length === 5);
      expect(numbersOf(viewer)).toEqual(range(0, 5));
    } finally {
      await own.close();
    }
  });

  it("hears a heartbeat when nothing happens", async () => {
    const quick = await bench.server({ limits: { heartbeatMs: 20 } });
    const viewer = await watch(`list=${PROJECT}`, {}, quick.url);
    await until(() => viewer.others.includes(": beat"));
    await quick.close();
  });
});

describe("many viewers", () => {
  it("cost S2 one read session, which ends a little after the last has left", async () => {
    const counted = countingFollows(bench.recorder());
    const own = await bench.server({ recorder: counted.recorder });
    const session = await open(own.recorder);
    await appendNumbers(session, 0, 2, 2, own);
    const viewers = await Promise.all(
      range(0, 50).map(() => watch(`sessions=${session.sessionId}@2`, {}, own.url)),
    );
    await appendNumbers(session, 2, 6, 2, own);
    for (const viewer of viewers) {
      await until(() => numbersOf(viewer).length === 6);
      expect(numbersOf(viewer)).toEqual(range(0, 6));
    }
    expect(counted.begun()).toBe(1);
    expect(own.live.watched(session.sessionId)).toBe(true);
    for (const viewer of viewers) viewer.close();
    await until(() => !own.live.watched(session.sessionId));
    await until(() => counted.running() === 0);
    expect(counted.begun()).toBe(1);
    await own.close();
  });

  it("of which one takes nothing: the others are prompt, it holds no more than the ring, and misses nothing", async () => {
    const own = await bench.server({ limits: { ringFrames: 4, eventBytes: 64 * 1024 } });
    const session = await open(own.recorder);
    const slow = await watch(`sessions=${session.sessionId}@2`, { paused: true }, own.url);
    const quick = await watch(`sessions=${session.sessionId}@2`, {}, own.url);
    // Far more than two sockets take: 21 MB.
    const total = 80;
    await appendNumbers(session, 0, total, 200_000, own);
    await until(() => numbersOf(quick).length === total);
    // One event of one frame, which is larger than an event should be; the sockets' own buffers are the system's.
    expect(own.buffered()).toBeLessThan(1024 * 1024);
    slow.resume();
    await until(() => numbersOf(slow).length === total, 20_000);
    expect(numbersOf(slow)).toEqual(range(0, total));
    expect(numbersOf(quick)).toEqual(range(0, total));
    // And it is live again.
    await appendNumbers(session, total, total + 2, 2, own);
    await until(() => numbersOf(slow).length === total + 2);
    await own.close();
  });

  it("of which one never takes anything again: its connection is ended", async () => {
    const own = await bench.server({ limits: { stalledMs: 50 } });
    const session = await open(own.recorder);
    const stuck = await watch(`sessions=${session.sessionId}@2`, { paused: true }, own.url);
    await appendNumbers(session, 0, 60, 200_000, own);
    await until(() => !own.live.watched(session.sessionId));
    stuck.resume();
    await until(() => stuck.ended);
    await own.close();
  });
});

describe("a list", () => {
  const changesOf = (viewer: Listening) =>
    viewer.events.flatMap((event) => (event.type === "list" ? [...event.changed] : []));

  it("tells of sessions that open, change and go, of its project alone", async () => {
    const viewer = await watch(`list=${PROJECT}`);
    const [mine, foreign] = [
      await open(server.recorder),
      await open(server.recorder, { project: OTHER_PROJECT }),
    ];
    await until(() => changesOf(viewer).some((item) => item.id === mine.sessionId && item.status === "live"));
    await server.recorder.close(mine, "stopped");
    await until(() =>
      changesOf(viewer).some((item) => item.id === mine.sessionId && item.status === "closed"),
    );
    await server.recorder.erase(mine);
    await until(() =>
      viewer.events.some((event) => event.type === "list" && event.removed.includes(mine.sessionId)),
    );
    expect(changesOf(viewer).map((item) => item.id)).not.toContain(foreign.sessionId);
  });

  it("tells whoever comes late what changed of late", async () => {
    const session = await open(server.recorder);
    const first = await watch(`list=${PROJECT}`);
    await until(() => changesOf(first).some((item) => item.id === session.sessionId));
    const second = await watch(`list=${PROJECT}`);
    await until(() => changesOf(second).some((item) => item.id === session.sessionId));
  });

  it("tells of several projects over one connection", async () => {
    const viewer = await watch(`list=${PROJECT},${OTHER_PROJECT}`);
    const [mine, other] = [
      await open(server.recorder),
      await open(server.recorder, { project: OTHER_PROJECT }),
    ];
    for (const { sessionId } of [mine, other]) {
      await until(() => changesOf(viewer).some((item) => item.id === sessionId));
    }
    await server.recorder.erase(other);
    await until(() =>
      viewer.events.some((event) => event.type === "list" && event.removed.includes(other.sessionId)),
    );
  });

  it("shows a session without watching it", async () => {
    const session = await open(server.recorder);
    const viewer = await watch(`list=${PROJECT}`);
    await until(() => changesOf(viewer).some((item) => item.id === session.sessionId));
    expect(server.live.watched(session.sessionId)).toBe(false);
  });
});

describe("limits", () => {
  const ids = (count: number): string =>
    range(0, count)
      .map((index) => `01900000-0000-7000-8000-${String(index).padStart(12, "0")}`)
      .join(",");

  it("refuse one session too many, and whatever cannot be read", async () => {
    const projects = (count: number): string =>
      range(0, count)
        .map((index) => `project-${index}`)
        .join(",");
    expect((await watch(`sessions=${ids(32)}`)).status).toBe(200);
    expect((await watch(`list=${projects(16)}`)).status).toBe(200);
    for (const query of [
      `sessions=${ids(33)}`,
      "",
      "sessions=",
      "sessions=nobody",
      `sessions=${UNKNOWN}@-1`,
      `sessions=${UNKNOWN}@1e3`,
      `sessions=${UNKNOWN}@99999999999999999`,
      `sessions=${UNKNOWN},${UNKNOWN}`,
      `sessions=${UNKNOWN}&sessions=${UNKNOWN}`,
      "list=NOT_A_PROJECT",
      "list=",
      `list=${PROJECT},${PROJECT}`,
      `list=${PROJECT}&list=${OTHER_PROJECT}`,
      `list=${projects(17)}`,
      `list=${PROJECT}&other=1`,
    ]) {
      expect((await watch(query)).status, query).toBe(400);
    }
  });

  it("refuse one connection too many, of a client and overall", async () => {
    const own = await bench.server({ limits: { connections: 3, connectionsPerClient: 3 } });
    for (const _ of range(0, 3)) expect((await watch(`list=${PROJECT}`, {}, own.url)).status).toBe(200);
    expect((await watch(`list=${PROJECT}`, {}, own.url)).status).toBe(503);
    await own.close();
    const narrow = await bench.server({ limits: { connectionsPerClient: 1 } });
    const first = await watch(`list=${PROJECT}`, {}, narrow.url);
    expect((await watch(`list=${PROJECT}`, {}, narrow.url)).status).toBe(429);
    first.close();
    await until(async () => (await watch(`list=${PROJECT}`, {}, narrow.url)).status === 200);
    await narrow.close();
  });
});

describe("closing", () => {
  it("ends all responses", async () => {
    const own = await bench.server();
    const viewer = await watch(`list=${PROJECT}`, {}, own.url);
    await own.live.close();
    await until(() => viewer.ended);
    expect((await watch(`list=${PROJECT}`, {}, own.url)).status).toBe(503);
    await own.close();
  });
});

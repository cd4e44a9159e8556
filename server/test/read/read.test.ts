import {
  decodeFrame,
  decodeFramesPage,
  type FramesPage,
  MAX_PAGE_BYTES,
  type ProjectId,
  type SessionRef,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Bench, startBench, type TestServer } from "../catalog/support/bench.js";
import { append, frame, open, PROJECT, SECOND_WINDOW, UNKNOWN, WINDOW } from "../catalog/support/frames.js";

let bench: Bench;
let server: TestServer;
let reads = 0;
beforeAll(async () => {
  bench = await startBench();
  const recorder = bench.recorder();
  const read: typeof recorder.read = (...args) => {
    reads += 1;
    return recorder.read(...args);
  };
  server = await bench.server({ recorder: { ...recorder, read } });
});
afterAll(() => bench.close());

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(`${server.url}${path}`, init);

async function page(session: SessionRef, query: string): Promise<FramesPage> {
  const response = await get(`/v1/sessions/${session.sessionId}/frames?${query}`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/vnd.reeltime.frames+msgpack");
  expect(response.headers.get("cache-control")).toBe("private, no-store");
  return decodeFramesPage(new Uint8Array(await response.arrayBuffer()));
}
const numbers = (of: FramesPage): readonly number[] =>
  of.frames.map(({ bytes }) => decodeFrame(bytes).number);

describe("GET /v1/sessions", () => {
  it("gives every session once, newest first, however the pages are cut", async () => {
    const project = "paged" as ProjectId;
    const made: string[] = [];
    for (let index = 0; index < 25; index++) {
      const session = await open(server.recorder, { project });
      made.unshift(session.sessionId);
      if (index % 2 === 0) await server.recorder.close(session, "stopped");
    }
    for (const limit of [1, 7, 25, 100]) {
      const listed: string[] = [];
      let next: string | null = null;
      do {
        const cursor: string = next === null ? "" : `&cursor=${next}`;
        const response = await get(`/v1/sessions?project=${project}&limit=${limit}${cursor}`);
        const list = (await response.json()) as { sessions: { id: string }[]; next: string | null };
        expect(list.sessions.length).toBeLessThanOrEqual(limit);
        listed.push(...list.sessions.map((session) => session.id));
        next = list.next;
      } while (next !== null);
      expect(listed).toEqual(made);
    }
  });

  it("finds by status, user and words, open and closed alike", async () => {
    const project = "found" as ProjectId;
    const ids: string[] = [];
    for (const [index, closed] of [true, false].entries()) {
      const session = await open(server.recorder, {
        project,
        client: { sdk: "test/1", url: `https://shop.example/Caf%C3%A9-${index}`, title: "Crème Brûlée" },
      });
      ids.unshift(session.sessionId);
      const detail = { email: `Ada${index}@Example.com` };
      await append(server.recorder, session, [
        frame({ number: 0, facts: [{ type: "identify", atMs: Date.now(), text: `User-${index}`, detail }] }),
      ]);
      if (closed) await server.recorder.close(session, "stopped");
    }
    const find = async (query: string): Promise<readonly string[]> => {
      const list = (await (await get(`/v1/sessions?project=${project}&${query}`)).json()) as {
        sessions: { id: string }[];
      };
      return list.sessions.map((session) => session.id);
    };
    const [opened, closed] = ids;
    expect(await find("status=closed")).toEqual([closed]);
    expect(await find("status=live")).toEqual([opened]);
    expect(await find("user=User-0")).toEqual([closed]);
    expect(await find("user=ada1@example.COM")).toEqual([opened]);
    expect(await find("user=user-0")).toEqual([]);
    expect(await find("q=BRÛLÉE")).toEqual(ids);
    expect(await find("q=shop%20user-0")).toEqual([closed]);
    expect(await find("q=%25")).toEqual(ids);
    expect(await find("q=shop_example")).toEqual([]);
    expect(await find("q=shop&status=away")).toEqual([]);
  });

  it("refuses what it does not know, and one past each limit", async () => {
    for (const query of [
      "limit=0",
      "limit=101",
      "limit=1e1",
      "limit=",
      "limit=5&limit=5",
      "cursor=nobody",
      "project=NOT",
      "status=open",
      "user=",
      `q=${"x".repeat(1_025)}`,
      "sort=oldest",
    ]) {
      const response = await get(`/v1/sessions?${query}`);
      expect(response.status, query).toBe(400);
      expect(await response.json(), query).toMatchObject({ error: { code: "bad_request" } });
    }
    expect((await get(`/v1/sessions?limit=100&q=${"x".repeat(1_024)}`)).status).toBe(200);
  });
});

describe("GET /v1/sessions/:id", () => {
  it("gives one session with its windows, checkouts and facts in the order of time", async () => {
    const before = await open(server.recorder);
    const session = await open(server.recorder, { after: before.sessionId });
    const atMs = Date.now();
    await append(server.recorder, session, [
      frame({
        number: 0,
        firstMs: atMs + 5,
        checkout: true,
        facts: [{ type: "click", atMs: atMs + 5, text: "second" }],
      }),
      frame({
        number: 1,
        firstMs: atMs,
        lastMs: atMs + 9,
        window: SECOND_WINDOW,
        facts: [{ type: "click", atMs, text: "first", detail: { x: 1, y: true } }],
      }),
    ]);
    const response = await get(`/v1/sessions/${session.sessionId}`);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(await response.json()).toMatchObject({
      id: session.sessionId,
      after: before.sessionId,
      windows: [
        { window: WINDOW, events: 1 },
        { window: SECOND_WINDOW, events: 1 },
      ],
      checkouts: [{ seqNum: 2, window: WINDOW }],
      facts: [
        { text: "first", seqNum: 3, window: SECOND_WINDOW, detail: { x: 1, y: true } },
        { text: "second", seqNum: 2, window: WINDOW },
      ],
      factsCut: 0,
      tail: 4,
    });
  });

  it("answers a malformed id as one that nobody knows", async () => {
    const answers = await Promise.all(
      [UNKNOWN, "nobody", "%00", "../control"].map(async (id) => {
        const response = await get(`/v1/sessions/${encodeURIComponent(id)}`);
        return [response.status, await response.text()] as const;
      }),
    );
    expect(new Set(answers.map(([, text]) => text)).size).toBe(1);
    expect(answers[0]?.[0]).toBe(404);
  });
});

describe("GET /v1/sessions/:id/frames", () => {
  it("reads from a seqNum on, page by page, up to the end that was said", async () => {
    const session = await open(server.recorder);
    const body = new Uint8Array(1_000);
    await append(
      server.recorder,
      session,
      Array.from({ length: 10 }, (_, number) => frame({ number, body })),
    );
    const first = await page(session, "from=0&limit=2500");
    expect(numbers(first)).toEqual([0, 1]);
    expect(first).toMatchObject({ next: 4, tail: 12, closed: false });
    const second = await page(session, `from=${first.next}&until=7`);
    expect(numbers(second)).toEqual([2, 3, 4]);
    expect(numbers(await page(session, `from=${second.next}`))).toEqual([5, 6, 7, 8, 9]);
    const end = await page(session, "from=12");
    expect(end).toMatchObject({ frames: [], next: 12, tail: 12, closed: false });
    await server.recorder.close(session, "stopped");
    expect(await page(session, "from=11")).toMatchObject({ closed: true });
  });

  it("starts at a time from the checkout before it, in one read, whatever the length", async () => {
    const session = await open(server.recorder);
    const startMs = Date.now() - 3_600_000;
    // An hour of a session that began an hour ago cannot be made with the real clock; its frames come late by a
    // clock that is an hour behind, which the offset of the upload puts right.
    const count = 200;
    for (let from = 0; from < count; from += 50) {
      await append(
        server.recorder,
        session,
        Array.from({ length: 50 }, (_, index) => {
          const number = from + index;
          return frame({ number, firstMs: startMs + number * 10, checkout: number % 20 === 0 });
        }),
        { sentAtMs: startMs + (from + 49) * 10, receivedAtMs: Date.now() + (from + 49) * 10 },
      );
    }
    const detail = (await (await get(`/v1/sessions/${session.sessionId}`)).json()) as {
      checkouts: { seqNum: number; atMs: number }[];
    };
    expect(detail.checkouts).toHaveLength(10);
    for (const [index, checkout] of detail.checkouts.entries()) {
      reads = 0;
      const at = await page(session, `at=${checkout.atMs + 5}&limit=1`);
      expect(numbers(at)).toEqual([index * 20]);
      expect(reads).toBe(1);
    }
    expect(numbers(await page(session, "at=0&limit=1"))).toEqual([0]);
    expect(numbers(await page(session, "at=end"))[0]).toBe(180);
    expect(numbers(await page(session, "at=9007199254740991"))[0]).toBe(180);
  });

  it("puts late frames that overlap in front", async () => {
    const session = await open(server.recorder);
    const startMs = Date.now();
    const second = { writer: "writer-b" as WriterId, window: "window-b" as WindowId };
    const at = (seconds: number): number => startMs + seconds * 1_000;
    const send = (frames: Parameters<typeof append>[2]): Promise<void> =>
      append(server.recorder, session, frames, { sentAtMs: at(100), receivedAtMs: at(100) });
    await send([
      frame({ number: 0, firstMs: at(0), checkout: true }),
      frame({ number: 1, firstMs: at(10) }),
      frame({ number: 2, firstMs: at(20), checkout: true }),
      frame({ number: 3, firstMs: at(40) }),
      frame({ number: 4, firstMs: at(60), checkout: true }),
    ]);
    // Another tab, whose upload comes a minute late.
    await send([
      frame({ ...second, number: 0, firstMs: at(15), checkout: true }),
      frame({ ...second, number: 1, firstMs: at(25) }),
    ]);
    await send([frame({ number: 5, firstMs: at(70) })]);
    const of = (frames: FramesPage): readonly string[] =>
      frames.frames.map(({ bytes }) => {
        const { writer, number } = decodeFrame(bytes);
        return `${writer.at(-1)}${number}`;
      });
    for (const closed of [false, true]) {
      if (closed) await server.recorder.close(session, "stopped");
      expect(of(await page(session, `at=${at(26)}&limit=1`))).toEqual(["b0", "a2"]);
      const whole = await page(session, `at=${at(26)}`);
      expect(of(whole)).toEqual(["a2", "a3", "a4", "b0", "b1", "a5"]);
      const cut = await page(session, `at=${at(26)}&until=6`);
      expect(of(cut)).toEqual(["b0", "b1", "a2", "a3"]);
      // Before the other tab was there, nothing of it is needed.
      expect(of(await page(session, `at=${at(5)}&until=4`))).toEqual(["a0", "a1"]);
    }
  });

  it("refuses what cannot be read", async () => {
    const session = await open(server.recorder);
    for (const query of [
      "",
      "from=0&at=end",
      "from=-1",
      "from=1.5",
      "at=now",
      "from=5&until=5",
      "from=0&limit=0",
      `from=0&limit=${MAX_PAGE_BYTES + 1}`,
      "from=0&extra=1",
    ]) {
      expect((await get(`/v1/sessions/${session.sessionId}/frames?${query}`)).status, query).toBe(400);
    }
    expect(
      (await get(`/v1/sessions/${session.sessionId}/frames?from=0&limit=${MAX_PAGE_BYTES}`)).status,
    ).toBe(200);
    expect((await get(`/v1/sessions/${UNKNOWN}/frames?from=0`)).status).toBe(404);
  });
});

describe("DELETE /v1/sessions/:id", () => {
  it("erases the stream, and everything answers as if it had never been", async () => {
    const session = await open(server.recorder);
    await append(server.recorder, session, [frame({ number: 0, checkout: true })]);
    const erased = await get(`/v1/sessions/${session.sessionId}`, { method: "DELETE" });
    expect([erased.status, await erased.text()]).toEqual([204, ""]);
    expect((await server.recorder.status(session)).type).toBe("missing");
    for (const path of ["", "/frames?from=0", "/frames?at=end"]) {
      expect((await get(`/v1/sessions/${session.sessionId}${path}`)).status).toBe(404);
    }
    expect((await get(`/v1/sessions/${session.sessionId}`, { method: "DELETE" })).status).toBe(404);
    const list = (await (await get(`/v1/sessions?project=${PROJECT}&limit=100`)).json()) as {
      sessions: { id: string }[];
    };
    expect(list.sessions.map(({ id }) => id)).not.toContain(session.sessionId);
  });

  it("takes a session off the list whose stream is gone already", async () => {
    const session = await open(server.recorder);
    // As a stream past its age goes: without a word to the index.
    const quiet = { ...bench.recorder(), listen: () => () => undefined };
    await quiet.erase(session);
    const erased = await get(`/v1/sessions/${session.sessionId}`, { method: "DELETE" });
    expect([204, 404]).toContain(erased.status);
    expect((await get(`/v1/sessions/${session.sessionId}`)).status).toBe(404);
  });
});

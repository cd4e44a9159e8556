import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codeOf, frameOf, startTestServer, type TestServer, temporaryS2, until } from "../running.js";

/** A minute, by the server's clock, which the test moves. */
const IDLE = { REELTIME_IDLE_MINUTES: "1", REELTIME_MAX_SESSION_HOURS: "1" };
const MINUTE_MS = 60_000;

let s2: Awaited<ReturnType<typeof temporaryS2>>;
beforeAll(async () => {
  s2 = await temporaryS2();
});
afterAll(() => s2?.close());

interface Seen {
  readonly status: string;
  readonly reason: string | null;
}
const seen = async (test: TestServer, id: string): Promise<Seen> => {
  const { status, reason } = (await (await test.read(`/v1/sessions/${id}`)).json()) as Seen;
  return { status, reason };
};
const closed = (test: TestServer, id: string): Promise<Seen> =>
  until(async () => {
    const state = await seen(test, id);
    return state.status === "closed" && state;
  });

/** A server whose clock stands still until it is told to go on. */
async function startWithClock(more: { readonly data?: string; readonly nowMs?: number } = {}) {
  let nowMs = more.nowMs ?? Date.now();
  const test = await startTestServer({
    s2,
    env: IDLE,
    clock: () => nowMs,
    lifeTickMs: 50,
    ...(more.data === undefined ? {} : { data: more.data }),
  });
  await test.server.ready();
  return {
    test,
    now: () => nowMs,
    pass: (ms: number) => {
      nowMs += ms;
    },
    frame: (number: number, input: boolean) =>
      frameOf(number, { firstMs: nowMs, lastMs: nowMs, inputMs: input ? nowMs : undefined }),
    open: () => test.open({ sentAtMs: nowMs }),
  };
}

describe("a session", () => {
  it("is closed as idle after the limit without input, though frames keep coming", async () => {
    const { test, pass, frame, open } = await startWithClock();
    try {
      const [idle, busy] = [await open(), await open()];
      await test.append(idle, frame(0, true));
      await test.append(busy, frame(0, true));
      for (let number = 1; number <= 4; number++) {
        pass(MINUTE_MS / 4);
        expect((await test.append(idle, frame(number, false))).status).toBe(number === 5 ? 410 : 200);
        await test.append(busy, frame(number, true));
      }
      expect(await closed(test, idle.sessionId)).toEqual({ status: "closed", reason: "idle" });
      expect((await seen(test, busy.sessionId)).status).toBe("live");
      const late = await test.append(idle, frame(5, true));
      expect([late.status, await codeOf(late)]).toEqual([410, "session_closed"]);
    } finally {
      await test.close();
    }
  });

  it("that nobody touched is closed as idle, counting from its start", async () => {
    const { test, pass, open } = await startWithClock();
    try {
      const session = await open();
      pass(MINUTE_MS - 1);
      await test.server.ready();
      expect((await seen(test, session.sessionId)).status).not.toBe("closed");
      pass(1);
      expect(await closed(test, session.sessionId)).toEqual({ status: "closed", reason: "idle" });
    } finally {
      await test.close();
    }
  });

  it("is closed at the longest one may last, however busy", async () => {
    const { test, pass, frame, open } = await startWithClock();
    try {
      const session = await open();
      for (let number = 0; number < 120; number++) {
        expect((await test.append(session, frame(number, true))).status).toBe(200);
        pass(MINUTE_MS / 2);
      }
      expect(await closed(test, session.sessionId)).toEqual({ status: "closed", reason: "limit" });
    } finally {
      await test.close();
    }
  });

  it("from before a restart is closed too, with or without the catalog it was in", async () => {
    const first = await startWithClock();
    const one = await first.open();
    const two = await first.open();
    for (const session of [one, two]) await first.test.append(session, first.frame(0, true));
    await first.test.server.close();
    const sameFolder = await startWithClock({ data: first.test.data, nowMs: first.now() + 2 * MINUTE_MS });
    try {
      expect(await closed(sameFolder.test, one.sessionId)).toEqual({ status: "closed", reason: "idle" });
    } finally {
      await sameFolder.test.close();
    }
    const freshFolder = await startWithClock({ nowMs: first.now() + 3 * MINUTE_MS });
    try {
      for (const { sessionId } of [one, two]) {
        expect(await closed(freshFolder.test, sessionId)).toEqual({ status: "closed", reason: "idle" });
      }
    } finally {
      await freshFolder.test.close();
      await first.test.close();
    }
  });

  it("that another server keeps busy is left alone", async () => {
    const one = await startWithClock();
    const two = await startWithClock({ nowMs: one.now() });
    try {
      const session = await one.open();
      await one.test.append(session, one.frame(0, true));
      one.pass(MINUTE_MS / 2);
      await one.test.append(session, one.frame(1, true));
      two.pass(MINUTE_MS + 1_000);
      one.pass(MINUTE_MS / 4);
      expect((await one.test.append(session, one.frame(2, true))).status).toBe(200);
      await until(async () => (await two.test.read(`/v1/sessions/${session.sessionId}`)).status === 200);
      expect((await one.test.append(session, one.frame(3, true))).status).toBe(200);
      expect((await seen(one.test, session.sessionId)).status).toBe("live");
    } finally {
      await one.test.close();
      await two.test.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { retryDelayMs } from "../../src/client/backoff.js";
import { ApiError, createApi } from "../../src/client/index.js";
import { RETRY_ATTEMPTS, RETRY_FIRST_MS, RETRY_LONGEST_MS } from "../../src/client/limits.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { type SessionServer, startSessionServer } from "../support/session-server.js";
import { checkout } from "../support/synthetic.js";

const session = new RecordedSession(START);
let server: SessionServer;

beforeAll(async () => {
  session.append({ events: checkout(session.startMs + 100) });
  server = await startSessionServer({ sessions: [session] });
});
afterAll(() => server.close());

const codeOf = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "none",
    (error: unknown) => (error instanceof ApiError ? error.code : error),
  );

describe("the client of the private API", () => {
  it("reads a session and its frames", async () => {
    const api = createApi({ baseUrl: `${server.url}/` });
    expect((await api.session(session.id)).tail).toBe(session.tail);
    const page = await api.frames(session.id, { at: "end" });
    expect(page.frames.map(({ seqNum }) => seqNum)).toEqual([2]);
    expect(Buffer.from(page.frames[0]?.bytes ?? []).equals(Buffer.from(session.stored[0]?.bytes ?? []))).toBe(
      true,
    );
  });

  it("asks for frames by time or by seqNum", async () => {
    const seen: string[] = [];
    const api = createApi({
      fetch: async (input) => {
        seen.push(input);
        return new Response(null, { status: 503 });
      },
    });
    await codeOf(api.frames(session.id, { at: 17 }));
    await codeOf(api.frames(session.id, { from: 4 }, { limit: 9 }));
    await codeOf(api.sessions({ q: "a b", status: undefined, limit: 3 }));
    expect(seen).toEqual([
      `/v1/sessions/${session.id}/frames?at=17`,
      `/v1/sessions/${session.id}/frames?from=4&limit=9`,
      "/v1/sessions?q=a+b&limit=3",
    ]);
  });

  it("throws the server's own code, with the request's id", async () => {
    const error = await createApi({ baseUrl: server.url })
      .session(new RecordedSession(5).id)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "not_found", status: 404 });
    const api = createApi({
      fetch: async () =>
        new Response(JSON.stringify({ error: { code: "rate_limited", message: "slow down" } }), {
          status: 429,
          headers: { "x-request-id": "r-1" },
        }),
    });
    expect(await api.me().catch((caught: unknown) => caught)).toMatchObject({
      code: "rate_limited",
      message: "slow down",
      requestId: "r-1",
    });
  });

  it.each([
    [502, "unavailable"],
    [403, "forbidden"],
    [418, "bad_request"],
  ])("says what a stranger's answer %d means", async (status, code) => {
    const api = createApi({ fetch: async () => new Response("<html>", { status }) });
    expect(await codeOf(api.projects())).toBe(code);
  });

  it("tells no network, giving up, and nonsense apart", async () => {
    const abort = new AbortController();
    abort.abort();
    expect(await codeOf(createApi({ fetch: () => Promise.reject(new TypeError("x")) }).me())).toBe("network");
    expect(await codeOf(createApi({ baseUrl: server.url }).session(session.id, abort.signal))).toBe(
      "aborted",
    );
    const nonsense = createApi({ fetch: async () => new Response("nonsense") });
    expect(await codeOf(nonsense.me())).toBe("bad_answer");
    expect(await codeOf(nonsense.frames(session.id, { from: 0 }))).toBe("bad_answer");
  });
});

it("waits longer each time, with half of it at random, up to a longest, a bounded number of times", () => {
  const waits = Array.from({ length: RETRY_ATTEMPTS }, (_, index) => retryDelayMs(index + 1, 1));
  expect(waits.slice(0, 3)).toEqual([RETRY_FIRST_MS, RETRY_FIRST_MS * 2, RETRY_FIRST_MS * 4]);
  expect(waits.at(-1)).toBe(RETRY_LONGEST_MS);
  expect(retryDelayMs(1, 0)).toBe(RETRY_FIRST_MS / 2);
  expect(retryDelayMs(1, 0, 3_000)).toBe(3_000);
  expect(retryDelayMs(1, 0, 1e9)).toBe(RETRY_LONGEST_MS);
  expect(retryDelayMs(RETRY_ATTEMPTS + 1, 0)).toBeUndefined();
});

import type { AckResponse, ErrorResponse, WindowId, WriterId } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSessionTokens } from "../../src/tokens/session-token.js";
import { codeOf, frameOf, startTestServer, type TestServer, until, uploadOf } from "../running.js";

const SECRET = "a secret that the test knows, of enough characters";
const DAY_MS = 86_400_000;

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({
    env: { REELTIME_SECRET: SECRET, REELTIME_ORIGINS: "https://*.example.com" },
  });
});
afterAll(() => test?.close());

const ack = async (answer: Response): Promise<AckResponse> => {
  expect(answer.status).toBe(200);
  return (await answer.json()) as AckResponse;
};
const detail = async (id: string): Promise<Record<string, unknown>> =>
  (await (await test.read(`/v1/sessions/${id}`)).json()) as Record<string, unknown>;

describe("opening", () => {
  it("makes a session that is listed and whose address works", async () => {
    const { sessionId, url } = await test.open({
      client: { sdk: "test/1", url: "https://shop.example.com/cart" },
    });
    expect(url).toBe(`${test.url}/sessions/${sessionId}`);
    expect(await detail(sessionId)).toMatchObject({
      id: sessionId,
      project: "default",
      client: { sdk: "test/1", url: "https://shop.example.com/cart" },
    });
  });

  it("keeps the user agent of the request when the client says none", async () => {
    const answer = await test.askOpen({}, { "user-agent": "Test Browser/9" });
    const { sessionId } = (await answer.json()) as { sessionId: string };
    expect(await detail(sessionId)).toMatchObject({ client: { userAgent: "Test Browser/9" } });
  });

  it("links the session it goes on from, also by an expired token, but not by a forged one", async () => {
    const first = await test.open();
    const second = await test.open({ after: first.token });
    expect(await detail(second.sessionId)).toMatchObject({ after: first.sessionId });
    const project = "default" as never;
    const ref = { project, sessionId: first.sessionId };
    const expired = createSessionTokens(SECRET, 1).issue(ref, Date.now() - DAY_MS);
    expect(await detail((await test.open({ after: expired })).sessionId)).toMatchObject({
      after: first.sessionId,
    });
    const forged = createSessionTokens("another secret of the same length and more", DAY_MS).issue(
      ref,
      Date.now(),
    );
    expect(await detail((await test.open({ after: forged })).sessionId)).toMatchObject({ after: null });
  });

  it.each([
    ["no JSON", "{", 400, "malformed"],
    ["not UTF-8", Buffer.from([0xff, 0xfe]).toString("latin1"), 400, "malformed"],
    ["no object", "[]", 400, "invalid"],
    ["no client", { client: undefined }, 400, "invalid"],
    ["no name of the SDK", { client: { sdk: "" } }, 400, "invalid"],
    ["a text for a time", { sentAtMs: "now" }, 400, "invalid"],
    ["a time past all clocks", { sentAtMs: 2 ** 48 + 1 }, 400, "invalid"],
    ["an unknown key", { key: "pk_unknown" }, 401, "unauthorized"],
    ["a number for an address", { client: { sdk: "a", url: 1 } }, 400, "invalid"],
  ])("refuses %s", async (_name, body, status, code) => {
    const answer = await test.askOpen(body);
    expect([answer.status, await codeOf(answer)]).toEqual([status, code]);
  });

  it("cuts long texts and keeps what it does not know out", async () => {
    const { sessionId } = await test.open({
      client: {
        sdk: "test/1",
        title: "é".repeat(4_000),
        url: `https://a.test/${"x".repeat(9_000)}`,
        cookie: "no",
      },
    });
    const { client } = (await detail(sessionId)) as {
      client: { title: string; url: string; cookie?: string };
    };
    expect(Buffer.byteLength(client.title)).toBe(512);
    expect(client.url).toHaveLength(2_048);
    expect(client.cookie).toBeUndefined();
  });
});

describe("frames", () => {
  it("are acknowledged by their last number, once they can be read", async () => {
    const session = await test.open();
    expect(await ack(await test.append(session, frameOf(0), frameOf(1)))).toMatchObject({
      acked: 1,
      watched: false,
    });
    expect(await ack(await test.append(session, frameOf(2)))).toMatchObject({ acked: 2 });
    const page = await test.read(`/v1/sessions/${session.sessionId}/frames?from=0`);
    expect((await page.text()).match(/"n":\d/g)).toEqual(['"n":0', '"n":1', '"n":2']);
  });

  it("that came before are acknowledged again and stored once", async () => {
    const session = await test.open();
    await test.append(session, frameOf(0), frameOf(1));
    expect(await ack(await test.append(session, frameOf(0), frameOf(1)))).toMatchObject({ acked: 1 });
    expect(await ack(await test.append(session, frameOf(1), frameOf(2)))).toMatchObject({ acked: 2 });
    const page = await test.read(`/v1/sessions/${session.sessionId}/frames?from=0`);
    expect((await page.text()).match(/"n":\d/g)).toEqual(['"n":0', '"n":1', '"n":2']);
  });

  it("that leave a gap are refused with the number expected", async () => {
    const session = await test.open();
    await test.append(session, frameOf(0));
    const answer = await test.append(session, frameOf(2));
    expect(answer.status).toBe(409);
    const { error } = (await answer.json()) as ErrorResponse;
    expect(error).toMatchObject({ code: "gap", expected: 1, requestId: answer.headers.get("x-request-id") });
  });

  it("of two writers, or out of order, in one upload are refused whole", async () => {
    const session = await test.open();
    const other = { writer: "writer-two" as WriterId };
    for (const frames of [
      [frameOf(0), frameOf(1, other)],
      [frameOf(0), frameOf(2)],
      [frameOf(1), frameOf(0)],
      [frameOf(0), frameOf(0)],
      [],
    ]) {
      const answer = await test.append(session, ...frames);
      expect([answer.status, await codeOf(answer)]).toEqual([400, "invalid"]);
    }
    expect(await ack(await test.append(session, frameOf(0)))).toMatchObject({ acked: 0 });
  });

  it("say that somebody watches, from when they watch", async () => {
    const session = await test.open();
    const watching = new AbortController();
    const live = await test.read(`/v1/live?sessions=${session.sessionId}`, { signal: watching.signal });
    expect(live.headers.get("content-type")).toContain("text/event-stream");
    expect(await ack(await test.append(session, frameOf(0)))).toMatchObject({ watched: true });
    watching.abort();
    let number = 0;
    await until(async () => !(await ack(await test.append(session, frameOf(++number)))).watched);
  });

  it("ask a window for a checkout that it never sent", async () => {
    const session = await test.open();
    const window = "window-two" as WindowId;
    let number = 0;
    const asked = await until(async () => {
      const big = { window, checkout: false, body: new Uint8Array(200_000), rawBytes: 200_000 };
      const { checkout } = await ack(
        await test.append(session, frameOf(number, number++ === 0 ? { window } : big)),
      );
      return checkout.length > 0 && checkout;
    });
    expect(asked).toEqual([window]);
  });

  it("renew a token past half its life, and the new one works", async () => {
    const session = await test.open();
    const ref = { project: "default" as never, sessionId: session.sessionId };
    expect((await ack(await test.append(session, frameOf(0)))).token).toBeUndefined();
    const old = createSessionTokens(SECRET, 2 * DAY_MS).issue(ref, Date.now() - DAY_MS - 60_000);
    const { token } = await ack(await test.append({ ...session, token: old }, frameOf(1)));
    expect(token).toBeTypeOf("string");
    expect(await ack(await test.append({ ...session, token: token ?? "" }, frameOf(2)))).toMatchObject({
      acked: 2,
    });
  });
});

describe("stopping", () => {
  it("stores the last frames, closes for good, and refuses what comes later without moving the tail", async () => {
    const session = await test.open();
    await test.append(session, frameOf(0));
    const stopped = await test.post(session.sessionId, "stop", uploadOf(session.token, frameOf(1)));
    expect([stopped.status, await stopped.json()]).toEqual([200, { closed: true, acked: 1 }]);
    const { tail } = await detail(session.sessionId);
    const late = await test.append(session, frameOf(2));
    expect(late.status).toBe(410);
    expect(((await late.json()) as ErrorResponse).error).toMatchObject({
      code: "session_closed",
      reason: "stopped",
    });
    expect(await detail(session.sessionId)).toMatchObject({ tail, status: "closed", reason: "stopped" });
    const page = await test.read(`/v1/sessions/${session.sessionId}/frames?from=0`);
    expect((await page.text()).match(/"n":\d/g)).toEqual(['"n":0', '"n":1']);
  });

  it("again without frames is fine, with frames is refused", async () => {
    const session = await test.open();
    const stop = (...frames: Uint8Array[]) =>
      test.post(session.sessionId, "stop", uploadOf(session.token, ...frames));
    expect((await stop()).status).toBe(200);
    expect((await stop()).status).toBe(200);
    expect((await stop(frameOf(0))).status).toBe(410);
  });
});

describe("tokens on the way in", () => {
  it("that are not ours are 401, whatever the id", async () => {
    const session = await test.open();
    for (const token of ["", "nonsense", `${session.token.slice(0, -2)}AA`]) {
      for (const id of [session.sessionId, "not-an-id"]) {
        const answer = await test.post(id, "frames", uploadOf(token, frameOf(0)));
        expect([answer.status, await codeOf(answer)]).toEqual([401, "unauthorized"]);
      }
    }
  });

  it("that have expired are 401", async () => {
    const session = await test.open();
    const ref = { project: "default" as never, sessionId: session.sessionId };
    const token = createSessionTokens(SECRET, DAY_MS).issue(ref, Date.now() - DAY_MS - 1);
    expect((await test.append({ ...session, token }, frameOf(0))).status).toBe(401);
  });

  it("for another session, and ids that are none, are the same 404", async () => {
    const [one, other] = [await test.open(), await test.open()];
    const bodies = new Set<string>();
    for (const id of [other.sessionId, "not-an-id", "..", "%00", one.sessionId.toUpperCase()]) {
      for (const action of ["frames", "stop"] as const) {
        const answer = await test.post(id, action, uploadOf(one.token, frameOf(0)));
        expect(answer.status).toBe(404);
        const { error } = (await answer.json()) as ErrorResponse;
        bodies.add(`${error.code} ${error.message}`);
      }
    }
    // `..` never arrives: fetch resolves it away, and what is left is no route.
    bodies.delete("not_found There is nothing here.");
    expect([...bodies]).toEqual(["not_found There is no such session."]);
  });

  it("for a session that was erased are 404", async () => {
    const session = await test.open();
    expect((await test.read(`/v1/sessions/${session.sessionId}`, { method: "DELETE" })).status).toBe(204);
    const answer = await test.append(session, frameOf(0));
    expect([404, 410]).toContain(answer.status);
  });
});

describe("origins", () => {
  const allowed = ["http://localhost:5173", "https://app.example.com", "http://127.0.0.1"];

  it.each(allowed)("%s may record and read the answer, without credentials", async (origin) => {
    const answer = await test.askOpen({}, { origin });
    expect(answer.status).toBe(201);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
    expect(answer.headers.get("vary")).toContain("origin");
  });

  it("of the server's own may record", async () => {
    expect((await test.askOpen({}, { origin: test.url })).status).toBe(201);
  });

  it.each([
    "https://evil.test",
    "https://example.com",
    "http://app.example.com",
    "null",
    "http://localhost.evil.test",
  ])("%s may not, on any route", async (origin) => {
    const session = await test.open();
    for (const answer of [
      await test.askOpen({}, { origin }),
      await test.post(session.sessionId, "frames", uploadOf(session.token, frameOf(0)), { origin }),
      await test.post(session.sessionId, "stop", uploadOf(session.token), { origin }),
    ]) {
      expect([answer.status, await codeOf(answer)]).toEqual([403, "origin_not_allowed"]);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
    }
    expect((await test.append(session, frameOf(0))).status).toBe(200);
  });

  it("get refusals they can read", async () => {
    const answer = await test.post("x", "frames", uploadOf("bad"), { origin: "https://app.example.com" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
    expect(answer.headers.get("access-control-expose-headers")).toContain("retry-after");
  });

  it("that add headers of their own get their preflight answered, others do not", async () => {
    const preflight = (origin: string) =>
      fetch(`${test.url}/v1/sessions/some-id/frames`, {
        method: "OPTIONS",
        headers: {
          origin,
          "access-control-request-method": "POST",
          "access-control-request-headers": "traceparent",
        },
      });
    const answer = await preflight("https://app.example.com");
    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-headers")).toBe("traceparent");
    const refused = await preflight("https://evil.test");
    expect(refused.status).toBe(403);
    expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  });
});

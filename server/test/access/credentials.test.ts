import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PATHS } from "../../src/openapi/document.js";
import { codeOf, frameOf, startTestServer, type TestServer, uploadOf } from "../running.js";

let test: TestServer;
let sessionId: string;
let token: string;
let cookie: string;
beforeAll(async () => {
  test = await startTestServer();
  const signedIn = await fetch(`${test.url}/v1/sign-in`, {
    method: "POST",
    body: JSON.stringify({ key: test.server.readKey }),
  });
  cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const session = await test.open();
  await test.append(session, frameOf(0));
  ({ sessionId, token } = session);
});
afterAll(() => test?.close());

/** Every private route there is, by the document that a test holds to the running server. */
const privateRoutes = Object.entries(PATHS).flatMap(([path, item]) =>
  Object.entries(item)
    .filter(([, operation]) => (operation.security ?? []).length > 0)
    .map(([method]) => [method.toUpperCase(), path] as const),
);

const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<Response> => {
  const query = { "/v1/live": "?list=default", "/v1/sessions/{id}/frames": "?from=0" }[path] ?? "";
  return fetch(test.url + path.replace("{id}", sessionId) + query, { method, headers, redirect: "manual" });
};

describe.each(privateRoutes)("%s %s", (method, path) => {
  it("answers nothing without a credential", async () => {
    expect((await ask(method, path)).status).toBe(401);
  });

  it("answers nothing to a project's key or a session's token, however they are sent", async () => {
    const { projectKey } = test.server;
    for (const secret of [projectKey, token]) {
      for (const headers of [
        { authorization: `Bearer ${secret}` },
        { authorization: secret },
        { cookie: `reeltime-${new URL(test.url).port}=${secret}` },
        { cookie: `token=${secret}`, "x-api-key": secret },
      ]) {
        expect((await ask(method, path, headers)).status).toBe(401);
      }
    }
  });

  it("answers nothing to a read key of another server", async () => {
    expect((await ask(method, path, { authorization: `Bearer rk_${"A".repeat(43)}` })).status).toBe(401);
    expect((await ask(method, path, { authorization: "Bearer rk_" })).status).toBe(401);
  });

  it("answers nothing that is not code's own request", async () => {
    const authorization = `Bearer ${test.server.readKey}`;
    for (const headers of [
      { "sec-fetch-dest": "style" },
      { "sec-fetch-dest": "image" },
      { "sec-fetch-dest": "iframe" },
      // A download is the one that a person may go to.
      ...(path.endsWith("/export") && method === "GET" ? [] : [{ "sec-fetch-dest": "document" }]),
      { "sec-fetch-dest": "empty", "sec-purpose": "prefetch" },
      { purpose: "prefetch" },
    ]) {
      const answer = await ask(method, path, { authorization, ...headers } as Record<string, string>);
      expect([answer.status, await codeOf(answer)]).toEqual([403, "forbidden"]);
    }
  });

  it("answers nothing to a cookie that comes from another site", async () => {
    expect(cookie).not.toBe("");
    for (const site of ["cross-site", "same-site"]) {
      expect((await ask(method, path, { cookie, "sec-fetch-site": site })).status).toBe(403);
    }
    if (method === "GET") return;
    for (const headers of [{}, { origin: "https://evil.test" }, { origin: "null" }]) {
      expect((await ask(method, path, { cookie, ...headers })).status).toBe(403);
    }
  });
});

it("there are private routes, and the ones that matter are among them", () => {
  const routes = privateRoutes.map(([method, path]) => `${method} ${path}`);
  expect(routes).toEqual(
    expect.arrayContaining([
      "GET /v1/sessions",
      "GET /v1/sessions/{id}",
      "DELETE /v1/sessions/{id}",
      "GET /v1/sessions/{id}/frames",
      "GET /v1/live",
      "GET /v1/sessions/{id}/export",
      "GET /v1/projects",
      "PATCH /v1/projects/{id}",
    ]),
  );
});

it("after all that the session is still there, and its token still writes", async () => {
  expect((await test.read(`/v1/sessions/${sessionId}`)).status).toBe(200);
  expect((await test.post(sessionId, "frames", uploadOf(token, frameOf(1)))).status).toBe(200);
});

it("foreign and malformed ids are the same 404", async () => {
  const bodies = new Set<string>();
  for (const id of ["01890000-0000-7000-8000-000000000000", "nonsense", "%E0%A4%A", `${sessionId}0`]) {
    for (const [method, rest] of [
      ["GET", ""],
      ["DELETE", ""],
      ["GET", "/frames?from=0"],
      ["GET", "/export?format=mp4"],
      ["GET", "/export/status?format=mp4"],
      ["DELETE", "/export?format=mp4"],
    ] as const) {
      const answer = await test.read(`/v1/sessions/${id}${rest}`, { method });
      if (id === "%E0%A4%A") {
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        continue;
      }
      expect(answer.status).toBe(404);
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      bodies.add(`${error.code} ${error.message}`);
    }
  }
  expect(bodies.size).toBe(1);
});

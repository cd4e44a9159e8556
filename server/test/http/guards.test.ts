import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../running.js";

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({
    env: {
      REELTIME_PUBLIC_URL: "https://replay.example.com",
      REELTIME_HOSTS: "replay.internal:8080,10.1.2.3",
    },
  });
});
afterAll(() => test?.close());

/** `fetch` does not let a `Host` be said. */
function ask(
  path: string,
  host: string,
  method = "GET",
): Promise<{ readonly status: number; readonly headers: Record<string, unknown>; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const { port } = test.server;
    const request = httpRequest({ host: "127.0.0.1", port, path, method, headers: { host } }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.on("error", reject);
    request.end();
  });
}

describe("the Host header", () => {
  it.each([
    "replay.example.com",
    "REPLAY.example.com:443",
    "replay.internal",
    "replay.internal:9999",
    "10.1.2.3:80",
    "localhost:1",
    "127.0.0.1",
    "[::1]:8787",
  ])("%s is ours", async (host) => {
    expect((await ask("/v1/openapi.json", host)).status).toBe(200);
  });

  it.each([
    "evil.test",
    "127.0.0.1.evil.test",
    "replay.example.com.evil.test",
    "xreplay.internal",
    "10.1.2.4",
    ".",
  ])("%j is not, on any route", async (host) => {
    for (const [method, path] of [
      ["GET", "/"],
      ["GET", "/demo"],
      ["GET", "/recorder.js"],
      ["GET", "/v1/sessions"],
      ["GET", "/v1/openapi.json"],
      ["POST", "/v1/sessions"],
      ["POST", "/v1/sessions/x/frames"],
      ["GET", "/nothing"],
    ] as const) {
      const { status, body } = await ask(path, host, method);
      expect([path, status]).toEqual([path, 403]);
      expect(body).toContain("host_not_allowed");
    }
  });

  it("does not matter to probes", async () => {
    expect((await ask("/health", "10.9.9.9")).status).toBe(200);
    expect((await ask("/ready", "10.9.9.9")).status).toBe(200);
  });
});

describe("answers", () => {
  it("are refusals in one shape where there is nothing", async () => {
    for (const path of [
      "/v1/nothing",
      "/nothing",
      "/v1/sessions/a/b/c",
      "/assets/nothing.js",
      "/demo/files/nothing.js",
    ]) {
      const answer = await fetch(`http://127.0.0.1:${test.server.port}${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(await answer.json()).toEqual({
        error: {
          code: "not_found",
          message: expect.any(String),
          requestId: answer.headers.get("x-request-id"),
        },
      });
    }
  });

  it("say which methods there are when it is not this one", async () => {
    for (const [method, path, allow] of [
      ["PUT", "/v1/sessions", "GET, HEAD, OPTIONS, POST"],
      ["GET", "/v1/sessions/x/stop", "OPTIONS, POST"],
      ["PATCH", "/v1/sessions/x", "DELETE, GET, HEAD"],
      ["POST", "/v1/me", "GET, HEAD"],
      ["DELETE", "/health", "GET, HEAD"],
      ["POST", "/", "GET, HEAD"],
    ]) {
      const answer = await fetch(`http://127.0.0.1:${test.server.port}${path}`, { method: method ?? "" });
      expect([path, answer.status, answer.headers.get("allow")]).toEqual([path, 405, allow]);
    }
  });

  it("carry the policy under which a recording can run and fetch nothing", async () => {
    const policy =
      "default-src 'none';script-src 'self';style-src 'unsafe-inline';img-src data: blob:;connect-src 'self';font-src data:;frame-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'";
    for (const path of ["/", "/sessions", "/sessions/x", "/v1/sessions", "/nothing"]) {
      const answer = await fetch(`http://127.0.0.1:${test.server.port}${path}`);
      expect(answer.headers.get("content-security-policy")).toBe(policy);
      expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
      expect(answer.headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(answer.headers.get("x-powered-by")).toBeNull();
    }
  });

  it("of the collector are not sniffed either", async () => {
    const answer = await fetch(`http://127.0.0.1:${test.server.port}/v1/sessions`, { method: "POST" });
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });
});

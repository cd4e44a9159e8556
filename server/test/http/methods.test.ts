import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer } from "../running.js";

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
});
afterAll(() => test?.close());

describe("what a path answers to", () => {
  it.each(["/v1/openapi.json", "/v1/sessions/019ae2b3-0000-7000-8000-000000000001", "/sign-in", "/health"])(
    "%s says it to OPTIONS, without a body",
    async (path) => {
      const answer = await fetch(test.server.url + path, { method: "OPTIONS" });
      expect(answer.status).toBe(204);
      expect(answer.headers.get("allow")).toMatch(/GET.*OPTIONS$/);
      expect(await answer.text()).toBe("");
    },
  );

  it("OPTIONS of what is not there is 404, and a wrong method 405, both in JSON", async () => {
    const missing = await fetch(`${test.server.url}/v1/nothing`, { method: "OPTIONS" });
    expect([missing.status, (await missing.json()).error.code]).toEqual([404, "not_found"]);
    const wrong = await fetch(`${test.server.url}/v1/openapi.json`, { method: "PUT" });
    expect([wrong.status, (await wrong.json()).error.code]).toEqual([405, "method_not_allowed"]);
  });
});

import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { startTestServer, type TestServer, temporaryS2 } from "../running.js";

const env = { REELTIME_SECRET: "one-secret-for-both-servers-of-this-test" };
let s2: Awaited<ReturnType<typeof temporaryS2>>;
let one: TestServer;
beforeAll(async () => {
  s2 = await temporaryS2();
  one = await startTestServer({ s2, env: { ...env, REELTIME_PUBLIC_URL: "http://replay.test" } });
});
afterAll(async () => {
  await one?.close();
  await s2?.close();
});

/** Both answer to one public address; here each is asked by itself. */
const at = ({ server }: TestServer): string => `http://127.0.0.1:${server.port}`;
const status = async (test: TestServer, headers: Record<string, string>): Promise<number> =>
  (await fetch(`${at(test)}/v1/me`, { headers: { "sec-fetch-site": "same-origin", ...headers } })).status;

describe("two servers on one S2", () => {
  it("know each other's read keys, and who signed out at the other", async () => {
    const two = await startTestServer({ s2, env: { ...env, REELTIME_PUBLIC_URL: "http://replay.test" } });
    try {
      const byKey = { authorization: `Bearer ${two.server.readKey}` };
      await vi.waitFor(async () => expect(await status(one, byKey)).toBe(200), { timeout: 5_000 });

      const signedIn = await fetch(`${at(two)}/v1/sign-in`, {
        method: "POST",
        headers: { "sec-fetch-site": "same-origin" },
        body: JSON.stringify({ key: one.server.readKey }),
      });
      const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
      expect([await status(one, { cookie }), await status(two, { cookie })]).toEqual([200, 200]);

      const out = await fetch(`${at(two)}/v1/sign-out`, {
        method: "POST",
        headers: { cookie, "sec-fetch-site": "same-origin" },
      });
      expect(out.ok).toBe(true);
      await vi.waitFor(async () => expect(await status(one, { cookie })).toBe(401), { timeout: 5_000 });
    } finally {
      await two.close();
    }
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestServer, type TestServer, temporaryS2 } from "../running.js";

const SCRIPT = `console.log(${JSON.stringify("recorder ".repeat(200))});`;

let dir: string;
let s2: Awaited<ReturnType<typeof temporaryS2>>;
let test: TestServer;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "reeltime-pages-"));
  mkdirSync(join(dir, "app/assets"), { recursive: true });
  writeFileSync(join(dir, "app/index.html"), "<!doctype html><title>Dashboard</title>");
  writeFileSync(join(dir, "app/assets/main-1a2b.js"), "1");
  writeFileSync(join(dir, "recorder.js"), SCRIPT);
  writeFileSync(join(dir, "secret"), "nobody reads this");
  s2 = await temporaryS2();
  test = await startTestServer({
    s2,
    places: { recorder: join(dir, "recorder.js"), dashboard: join(dir, "app") },
  });
});
afterAll(async () => {
  await test?.close();
  await s2?.close();
  rmSync(dir, { recursive: true, force: true });
});

describe("the recorder", () => {
  it("can be loaded by any page, and is asked for again after a minute", async () => {
    const answer = await fetch(`${test.url}/recorder.js`, { headers: { "sec-fetch-dest": "script" } });
    expect(await answer.text()).toBe(SCRIPT);
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(answer.headers.get("cross-origin-resource-policy")).toBe("cross-origin");
    expect(answer.headers.get("cache-control")).toContain("max-age=60");
    expect(answer.headers.get("content-encoding")).toBe("gzip");
  });

  it("comes plain to who takes no gzip, and not at all to who has it", async () => {
    const plain = await fetch(`${test.url}/recorder.js`, { headers: { "accept-encoding": "gzip;q=0" } });
    expect(plain.headers.get("content-encoding")).toBeNull();
    expect(plain.headers.get("content-length")).toBe(String(SCRIPT.length));
    const etag = plain.headers.get("etag") ?? "";
    const known = { "accept-encoding": "identity", "if-none-match": etag };
    const again = await fetch(`${test.url}/recorder.js`, { headers: known });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    expect((await fetch(`${test.url}/recorder.js`, { headers: { "if-none-match": etag } })).status).toBe(200);
  });

  it("says so when it is not built, and the dashboard has a page that says so too", async () => {
    const nowhere = join(dir, "nowhere");
    const bare = await startTestServer({ s2, places: { recorder: nowhere, dashboard: nowhere } });
    try {
      expect((await fetch(`${bare.url}/recorder.js`)).status).toBe(404);
      const page = await fetch(bare.url);
      expect(page.status).toBe(200);
      expect(await page.text()).toContain("not built");
    } finally {
      await bare.close();
    }
  });
});

describe("the dashboard", () => {
  it.each(["/", "/sessions", "/sessions/01890000-0000-7000-8000-000000000000", "/sessions/x?t=12"])(
    "has a page at %s that is always asked for again",
    async (path) => {
      const answer = await fetch(test.url + path, { headers: { "sec-fetch-dest": "document" } });
      expect(await answer.text()).toContain("Dashboard");
      expect(answer.headers.get("cache-control")).toBe("no-cache");
    },
  );

  it("is not for frames or prefetching", async () => {
    for (const headers of [{ "sec-fetch-dest": "iframe" }, { "sec-purpose": "prefetch" }]) {
      expect((await fetch(test.url, { headers: headers as Record<string, string> })).status).toBe(403);
    }
  });

  it("has files that are kept for ever, and none from outside its folder", async () => {
    const file = await fetch(`${test.url}/assets/main-1a2b.js`);
    expect([file.status, await file.text()]).toEqual([200, "1"]);
    expect(file.headers.get("cache-control")).toContain("immutable");
    for (const path of [
      "/assets/../secret",
      "/assets/..%2fsecret",
      "/assets/%2e%2e/secret",
      "/assets/..%5csecret",
    ]) {
      expect((await fetch(test.url + path)).status).toBe(404);
    }
  });
});

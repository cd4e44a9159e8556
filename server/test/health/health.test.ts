import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS2Lite } from "@reeltime/s2-lite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig, StartError, startServer } from "../../src/index.js";
import { READY_CACHE_MS } from "../../src/limits.js";
import { frameOf, freePort, startTestServer, type TestServer, until } from "../running.js";

let dir: string;
let s2: Awaited<ReturnType<typeof startS2Lite>>;
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "reeltime-health-"));
  s2 = await startS2Lite({ dir });
});
afterAll(async () => {
  await s2?.close();
  rmSync(dir, { recursive: true, force: true });
});

const ready = async (test: TestServer): Promise<number> => (await fetch(`${test.url}/ready`)).status;

it("the server is not ready while S2 is away, and is again when S2 is back; /health does not mind", async () => {
  let nowMs = Date.now();
  const test = await startTestServer({ s2, clock: () => nowMs });
  try {
    await test.server.ready();
    expect(await ready(test)).toBe(200);
    const session = await test.open();
    expect((await test.append(session, frameOf(0))).status).toBe(200);
    const { port } = s2;
    await s2.close();
    nowMs += READY_CACHE_MS;
    const away = await fetch(`${test.url}/ready`);
    expect([away.status, await away.json()]).toEqual([503, { ready: false, reason: "S2 cannot be reached" }]);
    expect((await fetch(`${test.url}/health`)).status).toBe(200);
    s2 = await startS2Lite({ dir, port });
    await until(async () => {
      nowMs += READY_CACHE_MS;
      return (await ready(test)) === 200;
    });
    await until(async () => (await test.append(session, frameOf(1))).status === 200);
  } finally {
    await test.close();
  }
});

describe("draining", () => {
  it("finishes what is under way, ends what streams for ever, and takes nothing new", async () => {
    const test = await startTestServer({ s2 });
    const session = await test.open();
    const live = await test.read(`/v1/live?sessions=${session.sessionId}`);
    const ended = live.text();
    const underWay = Array.from({ length: 20 }, (_, number) => test.append(session, frameOf(number)));
    const first = await Promise.race(underWay);
    expect(first.status).toBe(200);
    const closing = test.server.close();
    for (const answer of await Promise.allSettled(underWay)) {
      if (answer.status === "fulfilled") expect([200, 409, 503]).toContain(answer.value.status);
    }
    await closing;
    await ended;
    await expect(fetch(`${test.url}/health`)).rejects.toThrow();
    await test.server.close();
    await test.close();
  });
});

describe("starting", () => {
  const settings = (env: Record<string, string>, data: string) =>
    readConfig({ PORT: "0", REELTIME_DATA: data, LOG_LEVEL: "silent", ...env }, "/");

  it("answers probes while it waits for S2, and gives up in words", async () => {
    const data = mkdtempSync(join(tmpdir(), "reeltime-health-"));
    const port = await freePort();
    const nobody = "http://127.0.0.1:9";
    const env = { PORT: String(port), S2_ACCOUNT_ENDPOINT: nobody, S2_BASIN_ENDPOINT: nobody };
    const starting = startServer(settings(env, data), { s2StartMs: 1_500 }).catch((error: unknown) => error);
    await until(() =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        (answer) => answer.status === 200,
        () => false,
      ),
    );
    const notReady = await fetch(`http://127.0.0.1:${port}/ready`);
    expect([notReady.status, await notReady.json()]).toEqual([
      503,
      { ready: false, reason: "the server is starting" },
    ]);
    const early = await fetch(`http://127.0.0.1:${port}/v1/sessions`, { method: "POST", body: "{}" });
    expect([early.status, early.headers.get("retry-after")]).toEqual([503, "1"]);
    const error = await starting;
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ code: "s2", exitCode: 1 });
    expect((error as StartError).message).toMatch(/^S2 at http:\/\/127\.0\.0\.1:9 cannot be used: /);
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    rmSync(data, { recursive: true, force: true });
  });

  it("gives up at once, in words, when S2 refuses its token", async () => {
    const data = mkdtempSync(join(tmpdir(), "reeltime-health-"));
    const refusing = createServer((_request, response) => {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(JSON.stringify({ code: "authn", message: "who are you" }));
    });
    await new Promise<void>((resolve) => refusing.listen(0, "127.0.0.1", resolve));
    const at = `http://127.0.0.1:${(refusing.address() as AddressInfo).port}`;
    const env = { S2_ACCESS_TOKEN: "wrong", S2_ACCOUNT_ENDPOINT: at, S2_BASIN_ENDPOINT: at };
    await expect(startServer(settings(env, data))).rejects.toMatchObject({
      code: "config",
      message: "S2_ACCESS_TOKEN or S2_BASIN is refused by S2: who are you",
    });
    refusing.closeAllConnections();
    await new Promise((resolve) => refusing.close(resolve));
    rmSync(data, { recursive: true, force: true });
  });

  it("says in words that a port is taken or a folder cannot be used", async () => {
    const data = mkdtempSync(join(tmpdir(), "reeltime-health-"));
    const test = await startTestServer({ s2 });
    try {
      await expect(startServer(settings({ PORT: String(test.server.port) }, data))).rejects.toMatchObject({
        code: "config",
        message: `PORT ${test.server.port} of 127.0.0.1 is in use; set PORT to another`,
      });
      await expect(startServer(settings({}, "/dev/null/data"))).rejects.toMatchObject({
        code: "config",
        message: expect.stringMatching(/^REELTIME_DATA cannot be used: /),
      });
      await expect(startServer(settings({ HOST: "192.0.2.1" }, data))).rejects.toMatchObject({
        code: "config",
        message: expect.stringMatching(/^HOST 192\.0\.2\.1 cannot be listened at/),
      });
    } finally {
      await test.close();
      rmSync(data, { recursive: true, force: true });
    }
  });
});

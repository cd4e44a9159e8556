import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readConfig, startServer } from "../../src/index.js";
import { DEAD_RETRY_SECONDS, READY_CACHE_MS } from "../../src/limits.js";
import { frameOf, TestServer, until } from "../running.js";

it("a server whose store is dead answers 503 with a code, at once, and says why it is not ready", async () => {
  const data = mkdtempSync(join(tmpdir(), "reeltime-dead-"));
  const config = readConfig({ PORT: "0", REELTIME_DATA: data, LOG_LEVEL: "silent" }, "/");
  let nowMs = Date.now();
  const server = await startServer(config, { clock: () => nowMs });
  const test = new TestServer(server, data, async () => rmSync(data, { recursive: true, force: true }));
  try {
    await server.ready();
    const session = await test.open();
    expect((await test.append(session, frameOf(0))).status).toBe(200);
    const reason = async () => {
      nowMs += READY_CACHE_MS;
      const answer = await fetch(`${test.url}/ready`);
      return ((await answer.json()) as { reason?: string }).reason;
    };
    const dead = "the embedded S2 is dead; the server's log says why";
    for (let crash = 0; crash < 2; crash++) {
      const pid = server.s2Pid() ?? 0;
      process.kill(pid, "SIGBUS");
      await until(async () => {
        const now = await reason();
        return now === dead || (now === undefined && server.s2Pid() !== pid);
      });
    }
    expect(await reason()).toBe(dead);
    const refusal = async (asking: Promise<Response>) => {
      const answer = await asking;
      const { error } = (await answer.json()) as {
        readonly error: { readonly code: string; readonly message: string };
      };
      expect(error.message).toMatch("does not come back by itself");
      return [answer.status, error.code, answer.headers.get("retry-after")];
    };
    const unavailable = [503, "unavailable", String(DEAD_RETRY_SECONDS)];
    expect(await refusal(test.append(session, frameOf(1)))).toEqual(unavailable);
    expect(await refusal(test.read(`/v1/sessions/${session.sessionId}/frames?from=0`))).toEqual(unavailable);
    expect(await refusal(test.askOpen())).toEqual(unavailable);
    const fromPage = await test.askOpen({}, { origin: test.url });
    expect([fromPage.status, fromPage.headers.get("access-control-allow-origin")]).toEqual([503, test.url]);
    expect((await fetch(`${test.url}/health`)).status).toBe(200);
  } finally {
    await test.close();
  }
});

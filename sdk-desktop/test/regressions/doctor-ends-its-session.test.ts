/**
 * Cause: the doctor ended the session that it opens to try a key with JSON, where the collector takes an upload, and did not
 * look at the answer. Each time it was run it left a session behind that counted as away for half an hour.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, startServer } from "@reeltime/server";
import { expect, it, onTestFinished } from "vitest";
import { checkKey } from "../../src/doctor/server-check.js";

it("ends the session that it tries a key with", async () => {
  const data = mkdtempSync(join(tmpdir(), "reeltime-doctor-"));
  const server = await startServer(readConfig({ PORT: "0", REELTIME_DATA: data, LOG_LEVEL: "silent" }, data));
  onTestFinished(async () => {
    await server.close();
    rmSync(data, { recursive: true, force: true });
  });
  const found = await checkKey({ server: server.url, key: server.projectKey, fetch, clock: Date.now });
  expect(found).toMatchObject({ state: "ok", message: expect.stringContaining("and ended") });
  const asked = await fetch(`${server.url}/v1/sessions`, {
    headers: { authorization: `Bearer ${server.readKey}` },
  });
  const { sessions } = (await asked.json()) as { sessions: readonly object[] };
  expect(sessions).toMatchObject([
    {
      status: "closed",
      reason: "stopped",
      client: { sdk: "desktop/doctor" },
      page: { title: "reeltime-desktop doctor" },
    },
  ]);
});

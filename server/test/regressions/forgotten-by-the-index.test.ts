/**
 * The catalog looked in the control stream for events of a type that nothing writes, and so knew no project: a
 * catalog made anew had only what the index had kept, which forgets after a month. The bench wrote that very type.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder } from "@reeltime/recorder";
import { INDEX_STREAM } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { frameOf, startTestServer, temporaryS2, until } from "../running.js";

it("a catalog made anew has sessions that the index has forgotten", async () => {
  const s2 = await temporaryS2();
  const dir = mkdtempSync(join(tmpdir(), "reeltime-server-"));
  try {
    const before = await startTestServer({ s2, data: dir });
    const session = await before.open();
    await before.append(session, frameOf(0));
    await before.close();

    await forgetIndex(s2.endpoint);
    for (const suffix of ["", "-wal", "-shm"]) rmSync(join(dir, `catalog.sqlite${suffix}`), { force: true });
    const after = await startTestServer({ s2, data: dir });
    try {
      await after.server.ready();
      const list = (await (await after.read("/v1/sessions")).json()) as { sessions: { id: string }[] };
      expect(list.sessions.map(({ id }) => id)).toEqual([session.sessionId]);
    } finally {
      await after.close();
    }
  } finally {
    await s2.close();
    rmSync(dir, { recursive: true, force: true });
  }
});

/** Does at once what the index's age does in a month. */
async function forgetIndex(endpoint: string): Promise<void> {
  let deleted = async (): Promise<unknown> => undefined;
  const recorder = createRecorder({
    s2: {
      basin: "reeltime-data",
      accessToken: "none",
      accountEndpoint: endpoint,
      basinEndpoint: endpoint,
    },
    serverId: "forgets",
    wrapPort: (port) => {
      deleted = () => port.deleteStream(INDEX_STREAM);
      return port;
    },
  });
  await until(async () => (await deleted()) === "missing");
  await recorder.drain();
}

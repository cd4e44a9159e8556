/**
 * A session that was closed, or erased, where nobody could tell (the server died before the index heard, or its own
 * close outlived the wait for it) stayed open in the catalog for up to six hours. The idle clock found it closed
 * every few seconds, and told nobody.
 */
import { createRecorder, type RecorderOptions } from "@reeltime/recorder";
import { INDEX_STREAM, type SessionRef } from "@reeltime/recorder/protocol";
import { afterAll, beforeAll, expect, it } from "vitest";
import { frameOf, startTestServer, type TestServer, temporaryS2, until } from "../running.js";

let s2: Awaited<ReturnType<typeof temporaryS2>>;
let test: TestServer;
beforeAll(async () => {
  s2 = await temporaryS2();
  test = await startTestServer({ s2, lifeTickMs: 50, env: { REELTIME_IDLE_MINUTES: "0.01" } });
  await test.server.ready();
});
afterAll(async () => {
  await test?.close();
  await s2?.close();
});

/** Does something as a server that ends before it has told anybody. */
async function untold(
  work: (recorder: ReturnType<typeof createRecorder>) => Promise<unknown>,
): Promise<void> {
  const access = { accountEndpoint: s2.endpoint, basinEndpoint: s2.endpoint };
  const mute: RecorderOptions["wrapPort"] = (port) => ({
    ...port,
    append: async (stream, batch) =>
      stream === INDEX_STREAM
        ? { startSeqNum: 0, endSeqNum: 0, endTimestampMs: 0 }
        : port.append(stream, batch),
  });
  const recorder = createRecorder({
    s2: { basin: "reeltime-data", accessToken: "none", ...access },
    serverId: "mute",
    wrapPort: mute,
  });
  await work(recorder);
  await recorder.drain();
}

async function opened(): Promise<SessionRef> {
  const session = await test.open();
  await test.append(session, frameOf(0));
  return { project: "default", sessionId: session.sessionId } as SessionRef;
}

it("the catalog learns from the idle clock that a session was closed where nobody told", async () => {
  const session = await opened();
  await untold((recorder) => recorder.close(session, "stopped"));
  const reason = await until(async () => {
    const item = (await (await test.read(`/v1/sessions/${session.sessionId}`)).json()) as {
      reason: string | null;
    };
    return item.reason ?? undefined;
  });
  expect(reason).toBe("stopped");
});

it("the catalog learns from the idle clock that a session was erased where nobody told", async () => {
  const session = await opened();
  await untold((recorder) => recorder.erase(session));
  const status = await until(async () => {
    const answer = await test.read(`/v1/sessions/${session.sessionId}`);
    return answer.status !== 200 && answer.status;
  });
  expect(status).toBe(404);
});

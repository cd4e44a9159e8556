/** A server whose clock the bench sets, so that a session of two hours is recorded in its own time and in seconds of ours. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig, startServer } from "../../server/dist/index.js";
import { openSession, sendFrames } from "./collector.mjs";
import { framesOf } from "./corpus-frames.mjs";

/** Starts it in this process. `setNow(undefined)` gives it the real clock back. */
export async function startClocked() {
  const data = mkdtempSync(join(tmpdir(), "reeltime-clocked-"));
  let nowMs;
  const env = {
    PORT: "0",
    REELTIME_DATA: data,
    LOG_LEVEL: "error",
    REELTIME_SESSION_UPLOADS_PER_SECOND: "100000",
    REELTIME_SESSION_BYTES_PER_SECOND: String(2 ** 32),
    REELTIME_MAX_SESSION_HOURS: "48",
  };
  const server = await startServer(readConfig(env, data), { clock: () => nowMs ?? Date.now() });
  return {
    origin: server.url,
    signInUrl: server.signInUrl,
    projectKey: server.projectKey,
    readKey: server.readKey,
    setNow: (atMs) => {
      nowMs = atMs;
    },
    async stop() {
      await server.close();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Repeats a session `times`, each after the other, so that it ends at `endMs`. */
export function repeated(events, times, endMs) {
  const gapMs = 1_000;
  const lengthMs = events.at(-1).timestamp - events[0].timestamp + gapMs;
  const startMs = endMs - lengthMs * times;
  return Array.from({ length: times }, (_, round) =>
    events.map((event) => ({
      ...event,
      timestamp: event.timestamp - events[0].timestamp + startMs + round * lengthMs,
    })),
  ).flat();
}

/** Records events through the collector, a frame at a time, with the clock at each frame's end. Returns the session's id. */
export async function record(server, name, events) {
  server.setNow(events[0].timestamp);
  let session = await openSession(server, name, events[0].timestamp);
  const ids = { writer: `bench-${name}`.slice(0, 32), window: "bench-window" };
  for await (const frame of framesOf(events, ids)) {
    server.setNow(frame.atMs);
    const { token = session.token } = await sendFrames(server, session, frame.atMs, [frame.bytes]);
    session = { ...session, token };
  }
  server.setNow(undefined);
  return session.sessionId;
}

/** A server whose clock the bench sets, so that a session of two hours is recorded in its own time and in seconds of ours. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUpload } from "../../recorder/dist/protocol/page.js";
import { readConfig, startServer } from "../../server/dist/index.js";
import { framesOf } from "./corpus.mjs";

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
  const post = (path, body) =>
    fetch(server.origin + path, { method: "POST", body, headers: { "content-type": "text/plain" } });
  server.setNow(events[0].timestamp);
  const open = {
    key: server.projectKey,
    sentAtMs: events[0].timestamp,
    client: { sdk: "bench/1", url: `https://${name}.example/` },
  };
  const opened = await (await post("/v1/sessions", JSON.stringify(open))).json();
  let { token } = opened;
  for await (const frame of framesOf(events, {
    writer: `bench-${name}`.slice(0, 32),
    window: "bench-window",
  })) {
    server.setNow(frame.atMs);
    const upload = encodeUpload({ token, sentAtMs: frame.atMs, frames: [frame.bytes] });
    const answer = await post(`/v1/sessions/${opened.sessionId}/frames`, upload);
    if (answer.status !== 200) throw new Error(`frames answered ${answer.status} ${await answer.text()}`);
    token = (await answer.json()).token ?? token;
  }
  server.setNow(undefined);
  return opened.sessionId;
}

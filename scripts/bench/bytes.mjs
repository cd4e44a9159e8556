/** Stored bytes: what S2 meters for the corpus, uploaded at the unwatched cadence, against the sessions' JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeUpload } from "../../recorder/dist/protocol/page.js";
import { startS2Lite } from "../../s2-lite/dist/index.js";
import { corpusEvents, corpusNames, framesOf } from "./corpus.mjs";
import { figure, say, startReeltime } from "./harness.mjs";

const BASIN = "reeltime-bench";

/** Prints stored bytes as a share of the JSON, summed over the corpus. */
export async function benchBytes() {
  const dir = mkdtempSync(join(tmpdir(), "reeltime-bytes-"));
  const s2 = await startS2Lite({ dir, port: 0 });
  const server = await startReeltime({
    env: {
      S2_ACCESS_TOKEN: "bench",
      S2_ACCOUNT_ENDPOINT: s2.endpoint,
      S2_BASIN_ENDPOINT: s2.endpoint,
      S2_BASIN: BASIN,
    },
  });
  try {
    let json = 0;
    for (const name of corpusNames()) {
      say(`bytes: ${name} …`);
      const events = corpusEvents(name);
      json += Buffer.byteLength(JSON.stringify(events));
      await uploadNow(server, name, events);
    }
    const stored = await storedBytes(s2.endpoint);
    figure({
      name: "stored bytes against the sessions' JSON",
      value: (100 * stored) / json,
      unit: "%",
      target: 11,
      peer: 100,
    });
  } finally {
    await server.stop();
    await s2.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Uploads one session through the collector, as one page that was just opened. */
export async function uploadNow(server, name, events) {
  const open = {
    key: server.projectKey,
    sentAtMs: Date.now(),
    client: { sdk: "bench/1", url: `https://${name}.example/` },
  };
  const post = (path, body) =>
    fetch(server.origin + path, { method: "POST", body, headers: { "content-type": "text/plain" } });
  const opened = await (await post("/v1/sessions", JSON.stringify(open))).json();
  const send = async (frames) => {
    const answer = await post(
      `/v1/sessions/${opened.sessionId}/frames`,
      encodeUpload({ token: opened.token, sentAtMs: events.at(-1).timestamp, frames }),
    );
    if (answer.status === 429) {
      await new Promise((resolve) =>
        setTimeout(resolve, 1000 * Number(answer.headers.get("retry-after") ?? 1)),
      );
      await send(frames);
    } else if (answer.status !== 200)
      throw new Error(`frames answered ${answer.status} ${await answer.text()}`);
  };
  let waiting = [];
  let bytes = 0;
  for await (const frame of framesOf(events, {
    writer: `bench-${name}`.slice(0, 32),
    window: "bench-window",
  })) {
    if (waiting.length > 0 && bytes + frame.bytes.length > 512 * 1024) {
      await send(waiting);
      waiting = [];
      bytes = 0;
    }
    waiting.push(frame.bytes);
    bytes += frame.bytes.length;
    if (waiting.length === 64) {
      await send(waiting);
      waiting = [];
      bytes = 0;
    }
  }
  if (waiting.length > 0) await send(waiting);
  return opened.sessionId;
}

/** What S2 meters of every session stream: 8 per record, 2 per header, names, values and bodies. */
async function storedBytes(endpoint) {
  const headers = { "s2-basin": BASIN, "s2-format": "base64", authorization: "Bearer bench" };
  const size = (text) => Buffer.from(text ?? "", "base64").length;
  const { streams } = await (await fetch(`${endpoint}/v1/streams?prefix=session/`, { headers })).json();
  let sum = 0;
  for (const { name } of streams) {
    const url = `${endpoint}/v1/streams/${encodeURIComponent(name)}/records`;
    const { tail } = await (await fetch(`${url}/tail`, { headers })).json();
    for (let next = 0; next < tail.seq_num; ) {
      const { records } = await (await fetch(`${url}?seq_num=${next}&count=1000`, { headers })).json();
      for (const record of records) {
        const pairs = record.headers ?? [];
        sum +=
          8 +
          2 * pairs.length +
          size(record.body) +
          pairs.reduce((all, [a, b]) => all + size(a) + size(b), 0);
      }
      next = records.at(-1).seq_num + 1;
    }
  }
  return sum;
}

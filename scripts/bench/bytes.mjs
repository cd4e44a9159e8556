/** Stored bytes: what S2 meters for the corpus, uploaded at the unwatched cadence, against the sessions' JSON. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startS2Lite } from "../../s2-lite/dist/index.js";
import { corpusEvents, corpusNames } from "../corpus.mjs";
import { openSession, sendFrames } from "./collector.mjs";
import { framesOf } from "./corpus-frames.mjs";
import { figure, say, startReeltime } from "./harness.mjs";

const BASIN = "reeltime-bench";
/** Bytes and frames of one upload: few enough to pass the collector's rates. */
const UPLOAD_BYTES = 512 * 1024;
const UPLOAD_FRAMES = 64;

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
async function uploadNow(server, name, events) {
  const opened = await openSession(server, name, Date.now());
  let waiting = [];
  let bytes = 0;
  const send = async () => {
    if (waiting.length > 0) await sendFrames(server, opened, events.at(-1).timestamp, waiting);
    waiting = [];
    bytes = 0;
  };
  const ids = { writer: `bench-${name}`.slice(0, 32), window: "bench-window" };
  for await (const frame of framesOf(events, ids)) {
    if (waiting.length === UPLOAD_FRAMES || bytes + frame.bytes.length > UPLOAD_BYTES) await send();
    waiting.push(frame.bytes);
    bytes += frame.bytes.length;
  }
  await send();
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

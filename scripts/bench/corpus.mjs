/** Real sessions, cut into frames as the SDK cuts them when nobody watches: about a second or 64 KiB, and at each checkout. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { deflateRaw, encodeFrame } from "../../recorder/dist/protocol/page.js";
import { root } from "./harness.mjs";

const FOLDER = process.env.REELTIME_CORPUS ?? join(root, "recorder", "test", "fixtures", "corpus");
const META = 4;
const FLUSH_MS = 1_000;
const FLUSH_BYTES = 64 * 1024;

/** The sessions' names. `REELTIME_CORPUS` names another folder of `*.json.gz`. */
export const corpusNames = () =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json.gz"))
    .map((file) => file.slice(0, -".json.gz".length))
    .sort();

/** One session's rrweb events. */
export const corpusEvents = (name) =>
  JSON.parse(gunzipSync(readFileSync(join(FOLDER, `${name}.json.gz`))).toString("utf8"));

/** Cuts events into batches. */
export function* batches(events) {
  let batch = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event));
    const full =
      batch.length > 0 &&
      (event.timestamp - batch[0].timestamp >= FLUSH_MS || bytes >= FLUSH_BYTES || event.type === META);
    if (full) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}

/** Frames of one window and one writer, numbered from 0. */
export async function* framesOf(events, { writer, window }) {
  let number = 0;
  for (const batch of batches(events)) {
    const raw = new TextEncoder().encode(JSON.stringify(batch));
    const times = batch.map((event) => event.timestamp);
    const firstMs = Math.min(...times);
    yield {
      atMs: Math.max(...times),
      bytes: encodeFrame({
        writer,
        number: number++,
        window,
        kind: "dom",
        firstMs,
        lastMs: Math.max(...times),
        inputMs: Math.max(...times),
        checkout: batch[0].type === META && batch[1]?.type === 2,
        codec: "deflate-raw",
        keyId: undefined,
        events: batch.length,
        rawBytes: raw.length,
        facts: [],
        lost: undefined,
        body: await deflateRaw(raw),
      }),
    };
  }
}

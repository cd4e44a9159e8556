/** Real sessions for tests and benchmarks. `REELTIME_CORPUS` names another folder of `*.json.gz`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

const OWN = fileURLToPath(new URL("../recorder/test/fixtures/corpus", import.meta.url));
const FOLDER = process.env.REELTIME_CORPUS || OWN;
const META = 4;
const FULL_SNAPSHOT = 2;
const FLUSH_MS = 1_000;
const FLUSH_BYTES = 64 * 1024;

/** The sessions' names. */
export const corpusNames = () =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json.gz"))
    .map((file) => file.slice(0, -".json.gz".length))
    .sort();

/** One session's rrweb events. */
export const corpusEvents = (name) =>
  JSON.parse(gunzipSync(readFileSync(join(FOLDER, `${name}.json.gz`))).toString("utf8"));

/** Whether a batch of events is a checkout: playback can start from it. */
export const isCheckout = (events) => events.some((event) => event.type === FULL_SNAPSHOT);

/**
 * Cuts a session into frames' worths, as the SDK does when nobody watches: about a second or 64 KiB, and at each
 * checkout. What comes before the first snapshot is in its frame: a writer's first frame is a checkout.
 */
export function* cutEvents(events) {
  let batch = [];
  let bytes = 0;
  let seen = false;
  for (const event of events) {
    const spanMs = event.timestamp - (batch[0] ?? event).timestamp;
    if (batch.length > 0 && seen && (spanMs >= FLUSH_MS || bytes >= FLUSH_BYTES || event.type === META)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    seen ||= event.type === FULL_SNAPSHOT;
    bytes += Buffer.byteLength(JSON.stringify(event));
  }
  if (batch.length > 0) yield batch;
}

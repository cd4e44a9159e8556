import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { deflateRaw, type WindowId, type WriterId } from "@reeltime/recorder/protocol";
import { createUploader, type Draft, type Session } from "@reeltime/recorder/uploader";
import { until } from "./reeltime.js";

const FOLDER =
  process.env.REELTIME_CORPUS ??
  join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "recorder", "test", "fixtures", "corpus");
const META = 4;
const FULL_SNAPSHOT = 2;
const FLUSH_MS = 1_000;
const FLUSH_BYTES = 64 * 1024;

/** As much of an rrweb event as cutting frames needs. */
export interface CorpusEvent {
  readonly type: number;
  readonly timestamp: number;
}

/** The recorded sessions. `REELTIME_CORPUS` names another folder of `*.json.gz`. */
export const corpusNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith(".json.gz"))
    .map((file) => file.slice(0, -".json.gz".length))
    .sort();

/** One session's events. */
export const corpusEvents = (name: string): readonly CorpusEvent[] =>
  JSON.parse(gunzipSync(readFileSync(join(FOLDER, `${name}.json.gz`))).toString("utf8")) as CorpusEvent[];

function* batches(events: readonly CorpusEvent[]): Generator<readonly CorpusEvent[]> {
  let batch: CorpusEvent[] = [];
  let bytes = 0;
  let seen = false;
  for (const event of events) {
    const spanMs = event.timestamp - (batch[0]?.timestamp ?? event.timestamp);
    // What comes before the first snapshot is in its frame: a writer's first frame is a checkout.
    const checkout = event.type === META && seen;
    if (batch.length > 0 && seen && (spanMs >= FLUSH_MS || bytes >= FLUSH_BYTES || checkout)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(event);
    seen ||= event.type === FULL_SNAPSHOT;
    bytes += JSON.stringify(event).length;
  }
  if (batch.length > 0) yield batch;
}

/** One frame to be, cut as the page's SDK cuts them when nobody watches. */
export function* drafts(events: readonly CorpusEvent[]): Generator<Draft> {
  for (const batch of batches(events)) {
    const body = new TextEncoder().encode(JSON.stringify(batch));
    const times = batch.map((event) => event.timestamp);
    yield {
      window: "corpus-window" as WindowId,
      kind: "dom",
      firstMs: Math.min(...times),
      lastMs: Math.max(...times),
      inputMs: Math.max(...times),
      checkout: batch.some((event) => event.type === FULL_SNAPSHOT),
      codec: "json",
      keyId: undefined,
      events: batch.length,
      rawBytes: body.length,
      facts: [],
      body,
    };
  }
}

/** Where a session goes, and the one clock of page and server, so that it is recorded in its own time. */
export interface CorpusTarget {
  readonly origin: string;
  readonly projectKey: string;
  setNow(atMs: number): void;
}

/** Sends a session through the public collector with the uploader that the SDKs use. Returns its id. */
export async function uploadSession(
  target: CorpusTarget,
  name: string,
  events: readonly CorpusEvent[],
): Promise<string> {
  let nowMs = events[0]?.timestamp ?? 0;
  let session: Session | undefined;
  let acked = -1;
  let pushed = -1;
  target.setNow(nowMs);
  const uploader = createUploader({
    apiHost: target.origin,
    projectKey: target.projectKey,
    describe: () => ({ sdk: "corpus/1", url: `https://${name}.example/`, title: name }),
    fetch: (url, init) => fetch(url, { ...init, signal: null }),
    clock: () => nowMs,
    chance: Math.random,
    setTimer: (work, ms) => setTimeout(work, ms),
    clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    createWriter: () => `corpus-${name}`.slice(0, 32) as WriterId,
    loadSession: () => session,
    saveSession: (next) => {
      session = next;
    },
    exclusive: (work) => work(),
    deflate: deflateRaw,
    maxQueueBytes: 256 * 1024 * 1024,
    beat: () => undefined,
    askCheckout: () => {},
    onAck: (ack) => {
      acked = ack.acked;
    },
    onOpen: () => {},
    onEnd: (reason) => {
      throw new Error(`the session ended: ${reason}`);
    },
  });
  for (const draft of drafts(events)) {
    nowMs = draft.lastMs;
    target.setNow(nowMs);
    uploader.push(draft);
    pushed += 1;
    await until(() => acked >= pushed, `frame ${pushed} acknowledged`, 30_000, 1);
  }
  uploader.end();
  return session?.sessionId ?? "";
}

import { deflateRaw, type WindowId, type WriterId } from "@reeltime/recorder/protocol";
import { createUploader, type Draft, type Session } from "@reeltime/recorder/uploader";
import { type CorpusEvent, cutEvents, isCheckout } from "../../../scripts/corpus.mjs";
import { until } from "./reeltime.js";

/** One frame to be, cut as the page's SDK cuts them when nobody watches. */
export function* drafts(events: readonly CorpusEvent[]): Generator<Draft> {
  for (const batch of cutEvents(events)) {
    const body = new TextEncoder().encode(JSON.stringify(batch));
    const times = batch.map((event) => event.timestamp);
    yield {
      window: "corpus-window" as WindowId,
      kind: "dom",
      firstMs: Math.min(...times),
      lastMs: Math.max(...times),
      inputMs: Math.max(...times),
      checkout: isCheckout(batch),
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

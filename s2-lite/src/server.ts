import { Basins } from "./catalog/basins.js";
import { Ids } from "./catalog/ids.js";
import { Streams } from "./catalog/streams.js";
import type { Exchange } from "./http/exchange.js";
import { type CompressFor, Listener } from "./http/listener.js";
import { serve } from "./http/serve.js";
import { DRAIN_TIMEOUT_MS, EMPTY_CHECK_TICK_MS, HEARTBEAT_MAX_MS, HEARTBEAT_MIN_MS } from "./limits.js";
import { Counters } from "./metrics/counters.js";
import { loadMetrics } from "./metrics/load.js";
import { processMetrics } from "./metrics/process.js";
import { metricsRoutes } from "./metrics/routes.js";
import { countStored, fileBytes, storageMetrics } from "./metrics/storage.js";
import { StoreHealth } from "./metrics/store-health.js";
import { mustBeFree, type Ownership, takeOwnership } from "./ownership.js";
import { AppendSessions } from "./resources/append-sessions.js";
import { basinRoutes } from "./resources/basins.js";
import { healthRoutes } from "./resources/health.js";
import { notImplementedRoutes } from "./resources/not-implemented.js";
import { recordRoutes } from "./resources/records.js";
import { streamRoutes } from "./resources/streams.js";
import { Committer } from "./store/committer.js";
import { LmdbStore } from "./store/lmdb-store.js";
import { Background } from "./stream/background.js";
import { StreamRegistry } from "./stream/registry.js";
import type { StreamState } from "./stream/stream-state.js";

/** How to run a server. Only the folder is needed. */
export interface S2LiteOptions {
  /** The folder with the data; made if it is not there. One server at a time may have it. */
  readonly dir: string;
  /** The TCP port; 0, the default, takes a free one. */
  readonly port?: number;
  /** The address to listen on; 127.0.0.1 by default: there is no authentication. */
  readonly host?: string;
  /** Whether pages of any origin may use this server; true by default, as S2's own server does it. */
  readonly cors?: boolean;
  /** For whom answers are compressed; only for clients on other machines by default. */
  readonly compressFor?: CompressFor;
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
  /** How long a following read is quiet until its next heartbeat, in milliseconds; 5 to 15 s by default. */
  readonly heartbeatMs?: () => number;
  /** How long until empty streams are looked for again, in milliseconds; 60 s give or take 6 by default. */
  readonly emptyCheckMs?: () => number;
  /** Awaited after every commit and before anybody hears of it. For tests: holding it holds all acks. */
  readonly beforeFlushed?: () => Promise<void>;
  /** Where problems are told that no client hears of; nowhere by default. */
  readonly log?: (message: string) => void;
  /** Called, once, when another server has taken the folder: nothing is written any more, and this one should end. */
  readonly onLost?: () => void;
}

/** What a server found in its folder. */
export interface OpenedFolder {
  readonly basins: number;
  readonly streams: number;
  /** Size of the data file. */
  readonly fileBytes: number;
  /** From opening the folder to listening, in milliseconds. */
  readonly durationMs: number;
}

/** A running server. */
export interface S2Lite {
  /** The origin to give the SDK, for both its account and its basin endpoint. */
  readonly endpoint: string;
  readonly port: number;
  /** What was in the folder when it was opened. */
  readonly opened: OpenedFolder;
  /** Takes nothing more, finishes what was accepted, and frees the folder. */
  close(): Promise<void>;
}

/**
 * Starts a server on a folder. Throws `folder_in_use` when another one has it, `storage` when it cannot
 * be opened.
 */
export async function startS2Lite(options: S2LiteOptions): Promise<S2Lite> {
  const { dir, port = 0, host = "127.0.0.1", log = () => undefined } = options;
  const startedMs = performance.now();
  const look = LmdbStore.look(dir);
  await mustBeFree(dir, look.owner);
  const store = LmdbStore.open(dir, log, look);
  let folder: Ownership | undefined;
  try {
    const onLost = () => {
      log(`the folder ${dir} was taken over by another s2-lite: nothing is written here any more`);
      options.onLost?.();
    };
    folder = await takeOwnership(store, dir, { onLost, gone: look.owner });
    const parts = assemble(store, options);
    await parts.firstCommit();
    parts.background.resume();
    const found = { ...countStored(store), fileBytes: fileBytes(dir) };
    const listening = await parts.listener.listen(port, host);
    const opened = { ...found, durationMs: performance.now() - startedMs };
    const owned = folder;
    let closing: Promise<void> | undefined;
    return {
      endpoint: `http://${host.includes(":") ? `[${host}]` : host}:${listening}`,
      port: listening,
      opened,
      close: () => {
        closing ??= close(parts, store, owned);
        return closing;
      },
    };
  } catch (error) {
    await folder?.release(); // says so in the store
    await store.close();
    throw error;
  }
}

interface Parts {
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly background: Background;
  readonly sessions: AppendSessions;
  readonly listener: Listener;
  readonly underWay: ReadonlySet<Exchange>;
  /** A commit of our own: the folder can be written. */
  firstCommit(): Promise<void>;
}

/** Makes everything above storage, and lets it know of each other. */
function assemble(store: LmdbStore, options: S2LiteOptions): Parts {
  const { dir, now = Date.now, log = () => undefined, heartbeatMs = randomHeartbeatMs } = options;
  const counters = new Counters();
  const probe = () => committer.write([ids.write()]);
  const health = new StoreHealth(() => void probe().catch(() => undefined)); // the commit's outcome tells
  const committer = new Committer(store, {
    beforeFlushed: options.beforeFlushed,
    onCommit: (outcome) => {
      counters.committed(outcome);
      health.committed(outcome);
    },
    log,
  });
  const registry = new StreamRegistry(store, {
    committer,
    now,
    onAppended: (records, bytes) => counters.appended(records, bytes),
    onTrim: (state) => background.trim(state),
  });
  const ids = new Ids(store);
  const basins = new Basins(store, committer, ids, now);
  const onDeleted = (state: StreamState) => background.deleteStream(state);
  const onCheckDue = () => background.checkEmpty();
  const streams = new Streams({ store, committer, ids, basins, registry, now, onDeleted, onCheckDue });
  const background = new Background({
    store,
    committer,
    registry,
    basins,
    streams,
    now,
    emptyCheckMs: options.emptyCheckMs ?? randomEmptyCheckMs,
    log,
  });
  const sessions = new AppendSessions();
  const underWay = new Set<Exchange>();
  const routes = [
    ...recordRoutes({ streams, committer, sessions, store, now, heartbeatMs }),
    ...streamRoutes(streams),
    ...basinRoutes({ basins, background }),
    ...healthRoutes(() => health.failure()),
    ...metricsRoutes(() => [
      ...counters.metrics(),
      ...loadMetrics({ committer, registry, requests: underWay.size }),
      ...storageMetrics(store, dir),
      ...processMetrics(),
    ]),
    ...notImplementedRoutes(),
  ];
  const listener = new Listener((exchange) => {
    underWay.add(exchange);
    counters.requested();
    exchange.onClosed(() => underWay.delete(exchange));
    void serve(routes, exchange, { cors: options.cors ?? true, log });
  }, options.compressFor);
  return { committer, registry, background, sessions, listener, underWay, firstCommit: probe };
}

/** Ends everything in the order that loses nothing accepted. */
async function close(parts: Parts, store: LmdbStore, folder: Ownership): Promise<void> {
  const { committer, registry, background, sessions, listener, underWay } = parts;
  listener.stop();
  const backgroundOver = background.close();
  sessions.drain();
  registry.releaseAll();
  await until(() => underWay.size === 0, DRAIN_TIMEOUT_MS);
  await backgroundOver;
  await committer.close();
  listener.destroy();
  registry.close();
  await folder.release(); // says so in the store
  await store.close();
}

function randomHeartbeatMs(): number {
  return HEARTBEAT_MIN_MS + Math.random() * (HEARTBEAT_MAX_MS - HEARTBEAT_MIN_MS);
}

function randomEmptyCheckMs(): number {
  return EMPTY_CHECK_TICK_MS * (0.9 + 0.2 * Math.random());
}

/** Resolves when `condition` holds, looked at every few milliseconds, or when the time is over. */
async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition() && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

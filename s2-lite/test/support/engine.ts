import { EMPTY_BASIN_CONFIG } from "../../src/catalog/basin-config.js";
import { Basins } from "../../src/catalog/basins.js";
import { Ids } from "../../src/catalog/ids.js";
import { KeyedLock } from "../../src/catalog/keyed-lock.js";
import type { PartialStreamConfig } from "../../src/catalog/stream-config.js";
import { EMPTY_STREAM_CONFIG } from "../../src/catalog/stream-config.js";
import { Streams } from "../../src/catalog/streams.js";
import { Committer } from "../../src/store/committer.js";
import { LmdbStore } from "../../src/store/lmdb-store.js";
import { Background } from "../../src/stream/background.js";
import { checkInput } from "../../src/stream/check-input.js";
import { EmptyChecks } from "../../src/stream/empty-checks.js";
import { Jobs } from "../../src/stream/jobs.js";
import type { InputRecord } from "../../src/stream/records.js";
import { StreamRegistry } from "../../src/stream/registry.js";
import { Retention } from "../../src/stream/retention.js";
import { Slices } from "../../src/stream/slices.js";
import { BASIN } from "./server.js";

/** Everything of a server but HTTP, on a clock of the test's; retention and checks run when they are told to. */
export interface Engine {
  readonly store: LmdbStore;
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly streams: Streams;
  readonly basins: Basins;
  readonly background: Background;
  readonly retention: Retention;
  readonly emptyChecks: EmptyChecks;
  /** What was told to have gone wrong. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

/** Opens a folder, with the test's basin in it. `beforeFlushed` is awaited after each commit; it may throw. */
export async function openEngine(
  dir: string,
  now: () => number,
  beforeFlushed: () => Promise<void> = async () => undefined,
): Promise<Engine> {
  const store = LmdbStore.open(dir);
  const logged: string[] = [];
  const log = (message: string) => void logged.push(message);
  const committer = new Committer(store, { log, beforeFlushed });
  const registry = new StreamRegistry(store, { committer, now, onTrim: (state) => background.trim(state) });
  const ids = new Ids(store);
  const basins = new Basins(store, committer, ids, now);
  const streams = new Streams({
    store,
    committer,
    ids,
    basins,
    registry,
    now,
    onDeleted: (state) => background.deleteStream(state),
    onCheckDue: () => undefined,
  });
  const emptyCheckMs = () => 3_600_000;
  const background = new Background({ store, committer, registry, basins, streams, now, emptyCheckMs, log });
  const ports = { store, committer, registry, streams, now, jobs: new Jobs(log) };
  const retention = new Retention({ ...ports, slices: new Slices(), locks: new KeyedLock() });
  const emptyChecks = new EmptyChecks(ports);
  await basins.ensure(BASIN, EMPTY_BASIN_CONFIG);
  const close = async () => {
    await background.close();
    await committer.close();
    registry.close();
    await store.close();
  };
  return { store, committer, registry, streams, basins, background, retention, emptyChecks, logged, close };
}

/** A stream's config with nothing asked for but this. */
export function streamConfig(asked: Partial<PartialStreamConfig>): PartialStreamConfig {
  return { ...EMPTY_STREAM_CONFIG, ...asked };
}

/** Appends one record to the stream `s` of a test's basin; rejects as the append does. */
export async function appendRecord(engine: Engine, record: Omit<InputRecord, "timestamp">): Promise<void> {
  const state = await engine.streams.open(BASIN, "s", "append", undefined);
  const records = [{ ...record, timestamp: undefined }];
  const checked = checkInput({ records, matchSeqNum: undefined, fencingToken: undefined });
  await new Promise<void>((resolve, reject) => {
    state.append(checked, (error) => (error === undefined ? resolve() : reject(error)));
  });
}

import type { Basins } from "../catalog/basins.js";
import { KeyedLock } from "../catalog/keyed-lock.js";
import type { Streams } from "../catalog/streams.js";
import { toS2LiteError } from "../errors.js";
import { encodeEmptyCheckOfKey } from "../keys/empty-check.js";
import { afterPrefix, Kind } from "../keys/kind.js";
import { encodeMarkKey } from "../keys/mark.js";
import { encodeStreamKey } from "../keys/stream.js";
import { decodeTaskKey, decodeTaskRow, encodeTaskKey, TaskKind, type TaskRow } from "../keys/task.js";
import { DELETE_CONCURRENCY, MAX_LIST_ITEMS, RETENTION_TICK_MS, TRIM_DELAY_MS } from "../limits.js";
import type { Committer } from "../store/committer.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { cutAt, removeBelow } from "./batch-removal.js";
import { putCheck } from "./empty-check.js";
import { EmptyChecks } from "./empty-checks.js";
import { groupRemovals } from "./expiry-groups.js";
import { inParallel } from "./in-parallel.js";
import { Jobs } from "./jobs.js";
import type { StreamRegistry } from "./registry.js";
import { Retention } from "./retention.js";
import { Slices } from "./slices.js";
import type { StreamState } from "./stream-state.js";

/** What work in the background needs of its surroundings. */
export interface BackgroundPorts {
  readonly store: LmdbStore;
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly basins: Basins;
  readonly streams: Streams;
  readonly now: () => number;
  /** How long until empty streams are looked for again, in milliseconds. */
  readonly emptyCheckMs: () => number;
  readonly log: (message: string) => void;
}

/**
 * Trims, deletions, retention and delete-on-empty, after they were acknowledged or are due: in slices, so that
 * appends are never held up, and from rows in storage, so that a restart goes on with them. By stream id: a later
 * stream of the same name is never touched. What fails is tried again.
 */
export class Background {
  readonly #ports: BackgroundPorts;
  readonly #jobs: Jobs;
  readonly #slices = new Slices();
  /** By stream id: its rows are trimmed, expired or deleted by one at a time. */
  readonly #locks = new KeyedLock();
  readonly #retention: Retention;
  readonly #emptyChecks: EmptyChecks;
  /** Trims that are due or under way, by stream id. */
  readonly #trimming = new Set<number>();
  /** Deletions under way, by stream id. */
  readonly #deletions = new Map<number, Promise<void>>();
  /** Whether a look for empty streams is about to begin. */
  #checkSoon = false;

  constructor(ports: BackgroundPorts) {
    this.#ports = ports;
    const jobs = new Jobs(ports.log);
    this.#jobs = jobs;
    this.#retention = new Retention({ ...ports, jobs, slices: this.#slices, locks: this.#locks });
    this.#emptyChecks = new EmptyChecks({ ...ports, jobs });
  }

  /** Goes on with what an earlier process left undone, and begins to look for what expires. */
  resume(): void {
    const prefix = Buffer.from([Kind.task]);
    const tasks: { kind: number; id: number; row: TaskRow }[] = [];
    this.#ports.store.scan({ start: prefix, end: afterPrefix(prefix) }, ({ key, value }) => {
      tasks.push({ ...decodeTaskKey(key), row: decodeTaskRow(key, value) });
      return true;
    });
    for (const { kind, id, row } of tasks) {
      try {
        this.#goOn(kind, id, row);
      } catch (error) {
        // A stream that is damaged keeps nobody from the others.
        this.#ports.log(`stream ${id} is left as it is: ${toS2LiteError(error).message}`);
      }
    }
    this.#jobs.every(
      () => RETENTION_TICK_MS,
      () => this.#retention.sweep(),
    );
    this.#jobs.every(this.#ports.emptyCheckMs, () => this.#emptyChecks.sweep());
  }

  #goOn(kind: number, id: number, { basin, basinId, stream }: TaskRow): void {
    if (kind === TaskKind.deleteBasin) this.deleteBasin(basin, basinId);
    const state = stream === null ? undefined : this.#ports.registry.load(basin, basinId, stream);
    if (state === undefined || state.identity.id !== id) return; // its stream is wholly gone
    if (kind === TaskKind.deleteStream) this.deleteStream(state);
    else this.trim(state);
  }

  /** Carries out a stream's trim after a moment: readers that are just opening still find the records. */
  trim({ identity }: StreamState): void {
    const { id } = identity;
    if (this.#trimming.has(id)) return;
    this.#trimming.add(id);
    this.#jobs.later(TRIM_DELAY_MS, async () => {
      this.#trimming.add(id);
      try {
        await this.#ports.registry.visit(identity, async (state) => {
          while (state !== undefined && state.ended === undefined && !this.#jobs.closed)
            if (await this.#trimOnce(state)) return;
          await state?.whenSettled(); // a deletion that is under way may fail
          if (state?.ended?.code === "unavailable" && !this.#jobs.closed) throw state.ended; // loaded anew by then
        });
      } finally {
        this.#trimming.delete(id);
      }
    });
  }

  /** Deletes all rows of a stream that is marked for deletion, and then its name. */
  deleteStream(state: StreamState): void {
    this.#jobs.later(0, () => this.#deleteStream(state));
  }

  /** Deletes all streams of a basin that is marked for deletion, and then its name. */
  deleteBasin(name: string, id: number): void {
    this.#jobs.later(0, async () => {
      const { streams, basins, registry } = this.#ports;
      while (!this.#jobs.closed) {
        if (basins.find(name)?.id !== id) return; // gone before, the name may be another's
        const { items } = streams.list(name, "", undefined, MAX_LIST_ITEMS);
        if (items.length === 0) return basins.remove(name, id);
        await inParallel(items, DELETE_CONCURRENCY, async (stream) => {
          if (this.#jobs.closed) return;
          if (stream.deletedAtMs === null) await streams.delete(name, stream.name);
          const state = registry.load(name, id, stream.name);
          if (state !== undefined) await this.#deleteStream(state);
        });
      }
    });
  }

  /** Looks for empty streams at once: a check became due that should not wait. */
  checkEmpty(): void {
    if (this.#checkSoon) return;
    this.#checkSoon = true;
    this.#jobs.later(0, () => {
      this.#checkSoon = false;
      return this.#emptyChecks.sweep();
    });
  }

  /**
   * Starts nothing more; resolves when what is under way has stopped, at its next slice. The next process
   * goes on with it.
   */
  close(): Promise<void> {
    return this.#jobs.close();
  }

  /** One round of trimming; returns whether nothing is left to trim. */
  async #trimOnce(state: StreamState): Promise<boolean> {
    const { store } = this.#ports;
    const { id } = state.identity;
    const target = state.trimPoint;
    const stopped = () => state.ended !== undefined || this.#jobs.closed;
    // 1. readers no longer see them, also after a restart; the tail is kept apart from the rows. Behind
    // all appends accepted so far: a trim among them is durable before it shows.
    await state.write([state.markWrite(target)]);
    state.raiseFloor(target);
    // 2. the rows go
    await this.#locks.run(String(id), async () => {
      const write = state.write.bind(state);
      await removeBelow({ store, slices: this.#slices, write }, id, target, stopped);
      const cut = stopped() ? [] : cutAt(store, id, target);
      if (cut.length > 0) await state.write(cut);
    });
    if (stopped()) return false;
    if (await this.#emptyChecks.wake(state.identity)) this.checkEmpty();
    // 3. the task goes, unless there was another trim meanwhile; one accepted later puts it back
    if (state.trimPoint !== target) return false;
    await state.write([{ key: encodeTaskKey(TaskKind.trim, id), value: undefined }]);
    return state.trimPoint === target;
  }

  #deleteStream(state: StreamState): Promise<void> {
    const { id } = state.identity;
    const begin = () => this.#locks.run(String(id), () => this.#purge(state));
    const running = this.#deletions.get(id) ?? begin().finally(() => this.#deletions.delete(id));
    this.#deletions.set(id, running);
    return running;
  }

  async #purge(state: StreamState): Promise<void> {
    const { store, streams, registry } = this.#ports;
    const { id, basinId, name } = state.identity;
    if (streams.find(basinId, name)?.id !== id) return; // gone before, the name may be another's
    const stopped = () => this.#jobs.closed;
    const ports = { store, slices: this.#slices, write: state.write.bind(state) };
    await removeBelow(ports, id, Number.MAX_SAFE_INTEGER, stopped);
    for (let groups = groupRemovals(store, id); groups.length > 0; groups = groupRemovals(store, id)) {
      if (stopped()) return;
      await state.write(groups);
    }
    if (stopped()) return;
    await state.write([
      ...putCheck(store, state.identity, undefined),
      { key: encodeEmptyCheckOfKey(id), value: undefined },
      { key: encodeMarkKey(id), value: undefined },
      { key: encodeStreamKey(basinId, name), value: undefined },
      { key: encodeTaskKey(TaskKind.trim, id), value: undefined },
      { key: encodeTaskKey(TaskKind.deleteStream, id), value: undefined },
    ]);
    registry.drop(state);
  }
}

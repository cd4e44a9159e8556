import type { Basins } from "../catalog/basins.js";
import type { Streams } from "../catalog/streams.js";
import { toS2LiteError } from "../errors.js";
import {
  BATCH_HEADER_BYTES,
  type Batch,
  decodeBatchKey,
  encodeBatchKey,
  sealBatchRow,
} from "../keys/batch.js";
import { afterPrefix, Kind } from "../keys/kind.js";
import { encodeMarkKey } from "../keys/mark.js";
import { encodeStreamKey } from "../keys/stream.js";
import { decodeTaskKey, decodeTaskRow, encodeTaskKey, TaskKind, type TaskRow } from "../keys/task.js";
import { DELETE_SLICE_ROWS, MAX_LIST_ITEMS, TRIM_DELAY_MS } from "../limits.js";
import type { Committer } from "../store/committer.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";
import { batchAtOrBefore } from "./batches.js";
import { takeFrom } from "./budget.js";
import type { StreamRegistry } from "./registry.js";
import type { StreamState } from "./stream-state.js";

/** What work in the background needs of its surroundings. */
export interface BackgroundPorts {
  readonly store: LmdbStore;
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly basins: Basins;
  readonly streams: Streams;
  readonly log: (message: string) => void;
}

/**
 * Trims and deletions, after they were acknowledged: in slices, so that appends are never held up, and
 * from rows in storage, so that a restart goes on with them. By stream id: a later stream of the same
 * name is never touched.
 */
export class Background {
  readonly #ports: BackgroundPorts;
  /** Trims that are due or under way, by stream id. */
  readonly #trimming = new Set<number>();
  /** Deletions under way, by stream id. */
  readonly #deletions = new Map<number, Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  #closed = false;

  constructor(ports: BackgroundPorts) {
    this.#ports = ports;
  }

  /** Goes on with what an earlier process left undone. */
  resume(): void {
    const prefix = Buffer.from([Kind.task]);
    const tasks: { kind: number; id: number; row: TaskRow }[] = [];
    this.#ports.store.scan({ start: prefix, end: afterPrefix(prefix) }, ({ key, value }) => {
      tasks.push({ ...decodeTaskKey(key), row: decodeTaskRow(key, value) });
      return true;
    });
    for (const { kind, id, row } of tasks) {
      const { basin, basinId, stream } = row;
      if (kind === TaskKind.deleteBasin) this.deleteBasin(basin, basinId);
      else if (stream !== null) {
        const state = this.#ports.registry.load(basin, basinId, stream);
        if (state === undefined || state.identity.id !== id) continue; // its stream is wholly gone
        if (kind === TaskKind.deleteStream) this.deleteStream(state);
        else this.trim(state);
      }
    }
  }

  /** Carries out a stream's trim after a moment: readers that are just opening still find the records. */
  trim(state: StreamState): void {
    const { id } = state.identity;
    if (this.#trimming.has(id)) return;
    this.#trimming.add(id);
    this.#later(TRIM_DELAY_MS, async () => {
      state.holders++;
      try {
        while (state.ended === undefined && !this.#closed) if (await this.#trimOnce(state)) break;
      } finally {
        state.holders--;
        this.#trimming.delete(id);
      }
    });
  }

  /** Deletes all rows of a stream that is marked for deletion, and then its name. */
  deleteStream(state: StreamState): void {
    this.#later(0, () => this.#deleteStream(state));
  }

  /** Deletes all streams of a basin that is marked for deletion, and then its name. */
  deleteBasin(name: string, id: number): void {
    this.#later(0, async () => {
      const { streams, basins } = this.#ports;
      while (!this.#closed) {
        const { items } = streams.list(name, "", undefined, MAX_LIST_ITEMS);
        if (items.length === 0) return basins.remove(name, id);
        for (const stream of items) {
          const state = this.#ports.registry.load(name, id, stream.name);
          if (state === undefined || this.#closed) continue;
          if (stream.deletedAtMs === null) await streams.delete(name, stream.name);
          await this.#deleteStream(state);
        }
      }
    });
  }

  /**
   * Starts nothing more; resolves when what is under way has stopped, at its next slice. The next process
   * goes on with it.
   */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #later(ms: number, work: () => Promise<void>): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      const running = work()
        .catch((error: unknown) => {
          this.#ports.log(`background work failed: ${toS2LiteError(error).message}`);
        })
        .finally(() => this.#running.delete(running));
      this.#running.add(running);
    }, ms);
    this.#timers.add(timer);
  }

  /** One round of trimming; returns whether nothing is left to trim. */
  async #trimOnce(state: StreamState): Promise<boolean> {
    const { id } = state.identity;
    const target = state.trimPoint;
    // 1. readers no longer see them, also after a restart; the tail is kept apart from the rows. Behind
    // all appends accepted so far: a trim among them is durable before it shows.
    await state.write([state.markWrite(target)]);
    state.raiseFloor(target);
    // 2. the rows go
    const stopped = () => state.ended !== undefined || this.#closed;
    await this.#deleteRows(id, target, stopped);
    if (stopped()) return true;
    const cut = this.#cutBoundary(id, target);
    if (cut.length > 0) await state.write(cut);
    // 3. the task goes, unless there was another trim meanwhile; one accepted later puts it back
    if (state.trimPoint !== target) return false;
    await state.write([{ key: encodeTaskKey(TaskKind.trim, id), value: undefined }]);
    return state.trimPoint === target;
  }

  /** A batch that the trim point falls into is written anew without its first records. */
  #cutBoundary(id: number, target: number): Write[] {
    const batch = target === 0 ? undefined : batchAtOrBefore(this.#ports.store, id, target - 1);
    if (batch === undefined || batch.seqNum + batch.count <= target) return [];
    const unlimited = {
      count: Number.POSITIVE_INFINITY,
      bytes: Number.POSITIVE_INFINITY,
      until: Number.POSITIVE_INFINITY,
    };
    const { piece } = takeFrom(batch, target, unlimited);
    if (piece === undefined) return [];
    const key = encodeBatchKey(id, target);
    const row = Buffer.concat([Buffer.alloc(BATCH_HEADER_BYTES), piece.run]);
    const { count, metered } = piece;
    sealBatchRow(key, row, { ...batch, count, metered, firstTimestamp: firstTimestamp(batch, target) });
    return [
      { key, value: row },
      { key: encodeBatchKey(id, batch.seqNum), value: undefined },
    ];
  }

  /** Deletes batches that end at or before `target`, slice by slice. */
  async #deleteRows(id: number, target: number, stop: () => boolean): Promise<void> {
    for (;;) {
      const writes: Write[] = [];
      let previous: Buffer | undefined;
      let previousSeqNum = 0;
      // A batch ends where the next one begins: keys alone tell, but for the last.
      this.#ports.store.scanKeys({ start: encodeBatchKey(id, 0), end: encodeBatchKey(id, target) }, (key) => {
        if (previous !== undefined) writes.push({ key: previous, value: undefined });
        previous = key;
        previousSeqNum = decodeBatchKey(key).seqNum;
        return writes.length < DELETE_SLICE_ROWS;
      });
      if (previous !== undefined && writes.length < DELETE_SLICE_ROWS) {
        const last = batchAtOrBefore(this.#ports.store, id, previousSeqNum);
        if (last !== undefined && last.seqNum + last.count <= target)
          writes.push({ key: previous, value: undefined });
      }
      if (writes.length === 0 || stop()) return;
      await this.#ports.committer.write(writes);
    }
  }

  #deleteStream(state: StreamState): Promise<void> {
    const { id } = state.identity;
    const running = this.#deletions.get(id) ?? this.#purge(state).finally(() => this.#deletions.delete(id));
    this.#deletions.set(id, running);
    return running;
  }

  async #purge(state: StreamState): Promise<void> {
    const { id, basinId, name } = state.identity;
    if (this.#ports.streams.find(basinId, name)?.id !== id) return; // gone before, the name may be another's
    const stopped = () => this.#closed;
    await this.#deleteRows(id, Number.MAX_SAFE_INTEGER, stopped);
    if (stopped()) return;
    await state.write([
      { key: encodeMarkKey(id), value: undefined },
      { key: encodeStreamKey(basinId, name), value: undefined },
      { key: encodeTaskKey(TaskKind.trim, id), value: undefined },
      { key: encodeTaskKey(TaskKind.deleteStream, id), value: undefined },
    ]);
    this.#ports.registry.drop(state);
  }
}

function firstTimestamp(batch: Batch, seqNum: number): Batch["firstTimestamp"] {
  const budget = { count: 1, bytes: Number.POSITIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  return takeFrom(batch, seqNum, budget).piece?.lastTimestamp ?? batch.lastTimestamp;
}

import { S2LiteError } from "../errors.js";
import { decodeMarkRow, encodeMarkKey } from "../keys/mark.js";
import { decodeStreamRow, encodeStreamKey } from "../keys/stream.js";
import { DORMANT_AFTER_MS, DORMANT_SWEEP_MS } from "../limits.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { lastBatch } from "./batches.js";
import { ExpiryGroups, openGroup } from "./expiry-groups.js";
import { type StreamIdentity, type StreamPorts, StreamState } from "./stream-state.js";

/** When a stream was last used that only work in the background came for. */
const NEVER_USED = -1;

/** The streams that are in memory: those in use, and for a while those that were. */
export class StreamRegistry {
  readonly #store: LmdbStore;
  readonly #ports: StreamPorts;
  readonly #states = new Map<string, StreamState>();
  readonly #sweeper: NodeJS.Timeout;

  constructor(store: LmdbStore, ports: Omit<StreamPorts, "onBroken">) {
    this.#store = store;
    this.#ports = { ...ports, onBroken: (state) => this.drop(state) };
    this.#sweeper = setInterval(() => this.sweep(), DORMANT_SWEEP_MS).unref();
  }

  /** How many streams are in memory. */
  get size(): number {
    return this.#states.size;
  }

  /** How many reads follow streams, all together. */
  get followers(): number {
    let count = 0;
    for (const state of this.#states.values()) count += state.followers.size;
    return count;
  }

  /** The stream if it is in memory. */
  peek(basin: string, name: string): StreamState | undefined {
    return this.#states.get(mapKey(basin, name));
  }

  /** The stream, loaded if need be; undefined when there is none of that name, or it is being deleted. */
  load(basin: string, basinId: number, name: string): StreamState | undefined {
    const held = this.peek(basin, name);
    if (held !== undefined) return held;
    const key = encodeStreamKey(basinId, name);
    const row = this.#store.get(key, decodeStreamRow);
    if (row === undefined) return undefined;
    const identity = { id: row.id, basin, basinId, name };
    const mark = this.#store.get(encodeMarkKey(row.id), decodeMarkRow);
    const tail = { seqNum: mark?.tailSeqNum ?? 0, timestamp: mark?.tailTimestamp ?? 0 };
    const last = lastBatch(this.#store, row.id);
    // The marks and the batches are written together: where they differ, one of them is lost.
    const end = last === undefined ? (mark?.floor ?? 0) : last.seqNum + last.count;
    if (row.deletedAtMs === null && end !== tail.seqNum)
      throw this.#store.damaged(recordsMissing(name, end, tail.seqNum));
    const groups = new ExpiryGroups(identity, openGroup(this.#store, row.id, last));
    const state = new StreamState(identity, row.config, mark, tail, groups, this.#ports);
    if (row.deletedAtMs !== null) state.end(streamDeletionPending());
    this.#states.set(mapKey(basin, name), state);
    return state;
  }

  /**
   * Runs work in the background with one incarnation of a stream, or with undefined when it is gone. A stream that
   * was not in memory leaves it again at once, unless somebody else came for it meanwhile.
   */
  async visit<T>(
    { id, basin, basinId, name }: StreamIdentity,
    work: (state: StreamState | undefined) => Promise<T>,
  ): Promise<T> {
    const wasHeld = this.peek(basin, name) !== undefined;
    const state = this.load(basin, basinId, name);
    if (state === undefined || state.identity.id !== id) return work(undefined);
    if (!wasHeld) state.usedAtMs = NEVER_USED; // whoever comes for it says when
    state.holders++;
    try {
      return await work(state);
    } finally {
      state.holders--;
      // One that was loaded anew meanwhile is another's: two of one stream would give out the same numbers.
      const held = this.peek(basin, name) === state;
      if (held && state.usedAtMs === NEVER_USED && state.idle) this.drop(state);
    }
  }

  /** Forgets a stream: what holds it goes on with what has ended; the next use loads it anew. */
  drop(state: StreamState): void {
    const key = mapKey(state.identity.basin, state.identity.name);
    if (this.#states.get(key)?.identity.id === state.identity.id) this.#states.delete(key);
  }

  /** Forgets the streams that nobody has used for a while. */
  sweep(): void {
    const before = this.#ports.now() - DORMANT_AFTER_MS;
    for (const [key, state] of this.#states) {
      if (state.idle && state.usedAtMs < before) this.#states.delete(key);
    }
  }

  /** Tells all followers that the server is closing. */
  releaseAll(): void {
    const error = new S2LiteError("unavailable", "the server is closing");
    for (const state of this.#states.values()) state.releaseFollowers(error);
  }

  /** Stops sweeping. */
  close(): void {
    clearInterval(this.#sweeper);
  }
}

function mapKey(basin: string, name: string): string {
  return `${basin}\0${name}`;
}

function recordsMissing(name: string, end: number, tail: number): string {
  const what =
    end < tail
      ? `records ${end} to ${tail - 1} are missing`
      : `its marks are missing, or older than its records`;
  return `the stream ${JSON.stringify(name)} is damaged: ${what}`;
}

/** The stream is marked for deletion. */
export function streamDeletionPending(): S2LiteError {
  return new S2LiteError("stream_deletion_pending", "stream is being deleted");
}

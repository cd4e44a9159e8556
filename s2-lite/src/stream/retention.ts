import type { KeyedLock } from "../catalog/keyed-lock.js";
import { isGap } from "../keys/batch.js";
import { decodeExpiryKey, decodeExpiryRow, type ExpiryKey, encodeExpiryKey } from "../keys/expiry.js";
import { Kind } from "../keys/kind.js";
import {
  BACKGROUND_RETRY_MS,
  DUE_PAGE_ROWS,
  MAX_BACKGROUND_RETRY_MS,
  MAX_POSTPONED_GROUPS,
  READ_SLICE_BYTES,
  RETENTION_CONCURRENCY,
} from "../limits.js";
import type { Committer } from "../store/committer.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { gapSlice, removeBelow } from "./batch-removal.js";
import { batchAtOrBefore, expiringTogether } from "./batches.js";
import { groupRemoval } from "./expiry-groups.js";
import { inParallel } from "./in-parallel.js";
import type { Jobs } from "./jobs.js";
import type { StreamRegistry } from "./registry.js";
import type { Slices } from "./slices.js";
import type { StreamState } from "./stream-state.js";

/** What retention needs of its surroundings. */
export interface RetentionPorts {
  readonly store: LmdbStore;
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly jobs: Jobs;
  readonly slices: Slices;
  /** By stream id: of trimming, expiring and deleting a stream's rows, one at a time. */
  readonly locks: KeyedLock;
  readonly now: () => number;
}

/**
 * Deletes what has expired. It costs what there is to delete: groups are found by when they expire, and what is not
 * due, and streams that have nothing due, are not looked at.
 *
 * A group that is the first in its stream goes as a trim does: the floor rises, durably, then the rows go. One that
 * expired before older ones (the retention was shortened between them) becomes a gap: readers pass over it, as in S2,
 * and the stream's numbers stay dense.
 */
export class Retention {
  readonly #ports: RetentionPorts;
  /** Groups that could not be deleted, by key, with when to try again: a damaged stream must not hold up others. */
  readonly #postponed = new Map<string, { readonly untilMs: number; readonly pauseMs: number }>();

  constructor(ports: RetentionPorts) {
    this.#ports = ports;
  }

  /** Deletes all that has expired by now. */
  async sweep(): Promise<void> {
    const { store, jobs, now } = this.#ports;
    const end = encodeExpiryKey({ expiresAtMs: now() + 1, streamId: 0, first: 0 });
    for (let start: Buffer = Buffer.from([Kind.expiry]); ; ) {
      const keys: Buffer[] = [];
      store.scanKeys({ start, end }, (key) => keys.push(key) < DUE_PAGE_ROWS);
      await inParallel(keys, RETENTION_CONCURRENCY, (key) => this.#try(key));
      const last = keys.at(-1);
      if (last === undefined || keys.length < DUE_PAGE_ROWS || jobs.closed) return;
      start = Buffer.concat([last, Buffer.from([0])]);
    }
  }

  async #try(key: Buffer): Promise<void> {
    const name = key.toString("latin1");
    const postponed = this.#postponed.get(name);
    if (this.#ports.jobs.closed || (postponed?.untilMs ?? 0) > performance.now()) return;
    try {
      await this.#expire(key);
      this.#postponed.delete(name);
    } catch (error) {
      const pauseMs = Math.min(2 * (postponed?.pauseMs ?? BACKGROUND_RETRY_MS / 2), MAX_BACKGROUND_RETRY_MS);
      if (this.#postponed.size >= MAX_POSTPONED_GROUPS) this.#postponed.clear(); // all are tried again
      this.#postponed.set(name, { untilMs: performance.now() + pauseMs, pauseMs });
      this.#ports.jobs.tell(error);
    }
  }

  #expire(key: Buffer): Promise<void> {
    const { store, committer, registry, locks } = this.#ports;
    const group = decodeExpiryKey(key);
    const id = group.streamId;
    return locks.run(String(id), async () => {
      const row = store.get(key, decodeExpiryRow);
      if (row === undefined) return;
      const { basin, basinId, stream: name } = row;
      await registry.visit({ id, basin, basinId, name }, async (state) => {
        if (state === undefined) return committer.write(groupRemoval(group)); // its stream is gone
        if (state.ended !== undefined) return; // being deleted, rows and all, or to be loaded anew
        const end = await this.#endOf(state, group, key);
        if (end === undefined) return;
        if (this.#isFirst(state, group.first)) await this.#removeFirst(state, end);
        else await this.#makeGap(state, group.first, end);
        if (this.#stopped(state)) return;
        await state.write(groupRemoval(group));
      });
    });
  }

  /** The number behind a group's last record, durably: nothing joins it any more. Undefined when it is gone. */
  async #endOf(state: StreamState, group: ExpiryKey, key: Buffer): Promise<number | undefined> {
    const end = state.nextSeqNum;
    const closing = state.groups.close(group, end);
    if (closing !== undefined) {
      await state.write([closing]); // behind the appends accepted so far, before any later one
      return this.#checked(state, group, end);
    }
    await state.whenSettled();
    const row = this.#ports.store.get(key, decodeExpiryRow);
    if (row === undefined) return undefined;
    // One that nobody ended, since a trim took its last records: those left tell how far it went.
    return row.end === null ? this.#walk(state, group) : this.#checked(state, group, row.end);
  }

  /** What is deleted must have expired: said once more by its first and last record. */
  #checked(state: StreamState, { first, expiresAtMs }: ExpiryKey, end: number): number {
    const { id, name } = state.identity;
    const begin = Math.max(first, state.floor);
    for (const at of begin < end ? [begin, end - 1] : []) {
      const batch = batchAtOrBefore(this.#ports.store, id, at);
      const there = batch !== undefined && batch.seqNum + batch.count > at && !isGap(batch);
      if (there && batch.expiresAtMs !== expiresAtMs)
        throw this.#ports.store.damaged(
          `the stream ${JSON.stringify(name)} is damaged: record ${at} does not expire when it should`,
        );
    }
    return end;
  }

  /** Where the batches end that expire with the group, by their own word, read in slices. */
  async #walk(state: StreamState, { first, expiresAtMs }: ExpiryKey): Promise<number> {
    const { store } = this.#ports;
    const begin = Math.max(first, state.floor);
    const head = batchAtOrBefore(store, state.identity.id, begin); // the floor may be inside it
    for (let at = head !== undefined && head.seqNum + head.count > begin ? head.seqNum : begin; ; ) {
      const next = expiringTogether(store, state.identity.id, at, expiresAtMs, READ_SLICE_BYTES);
      if (next.done || this.#stopped(state)) return next.end;
      at = next.end;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Whether nothing but gaps is in the stream before `first`. */
  #isFirst(state: StreamState, first: number): boolean {
    for (let at = first; at > state.floor; ) {
      const before = batchAtOrBefore(this.#ports.store, state.identity.id, at - 1);
      if (before === undefined || before.seqNum + before.count <= state.floor) return true;
      if (!isGap(before)) return false;
      at = before.seqNum;
    }
    return true;
  }

  async #removeFirst(state: StreamState, end: number): Promise<void> {
    const { store, slices } = this.#ports;
    const { id } = state.identity;
    let floor = end;
    for (;;) {
      const behind = batchAtOrBefore(store, id, floor);
      if (behind === undefined || behind.seqNum !== floor || !isGap(behind)) break;
      floor += behind.count;
    }
    // 1. readers no longer see them, also after a restart
    if (floor > state.floor) {
      await state.write([state.markWrite(floor)]);
      state.raiseFloor(floor);
    }
    // 2. the rows go
    await removeBelow({ store, slices, write: (writes) => state.write(writes) }, id, floor, () =>
      this.#stopped(state),
    );
  }

  async #makeGap(state: StreamState, first: number, end: number): Promise<void> {
    const { store, slices } = this.#ports;
    for (let at = first; at < end && !this.#stopped(state); ) {
      const prepare = (rows: number) => {
        const slice = gapSlice(store, state.identity.id, at, end, rows);
        at = slice?.next ?? end;
        return slice?.writes ?? [];
      };
      await slices.run(prepare, (writes) => state.write(writes));
    }
  }

  #stopped(state: StreamState): boolean {
    return state.ended !== undefined || this.#ports.jobs.closed;
  }
}

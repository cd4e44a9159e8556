import type { Stream, Streams } from "../catalog/streams.js";
import { isGap, NEVER_MS } from "../keys/batch.js";
import {
  decodeEmptyCheckKey,
  decodeEmptyCheckOfRow,
  decodeEmptyCheckRow,
  encodeEmptyCheckKey,
  encodeEmptyCheckOfKey,
} from "../keys/empty-check.js";
import { Kind } from "../keys/kind.js";
import { DUE_PAGE_ROWS, EMPTY_CHECK_RETRY_MS, RETENTION_CONCURRENCY } from "../limits.js";
import type { Committer } from "../store/committer.js";
import type { LmdbStore } from "../store/lmdb-store.js";
import { batchAtOrBefore } from "./batches.js";
import { bringCheckForward, dueAt, minAgeMsOf, putCheck } from "./empty-check.js";
import { groupBegin } from "./expiry-groups.js";
import { inParallel } from "./in-parallel.js";
import type { Jobs } from "./jobs.js";
import type { StreamRegistry } from "./registry.js";
import type { StreamIdentity, StreamState } from "./stream-state.js";

/** What checks of empty streams need of their surroundings. */
export interface EmptyChecksPorts {
  readonly store: LmdbStore;
  readonly committer: Committer;
  readonly registry: StreamRegistry;
  readonly streams: Streams;
  readonly jobs: Jobs;
  readonly now: () => number;
}

/** What a check comes to: the stream goes, or it is checked again at a moment, or only after a trim or a change. */
export type EmptyOutcome = "delete" | { readonly retryAtMs: number } | "wait";

/** What a check goes by. */
export interface EmptyFacts {
  readonly nowMs: number;
  readonly minAgeMs: number;
  /** When the last append was, or else the stream's creation. */
  readonly writtenAtMs: number;
  /** Whether an append is under way. */
  readonly busy: boolean;
  /** When the newest record expires; undefined when there is none, `NEVER_MS` when it never does. */
  readonly newestExpiresAtMs: number | undefined;
}

/** Decides a check as S2 does: appends only put it off, and a record that never expires waits for a trim. */
export function decideEmptyCheck(facts: EmptyFacts): EmptyOutcome {
  const { nowMs, minAgeMs, writtenAtMs, busy, newestExpiresAtMs } = facts;
  if (newestExpiresAtMs === NEVER_MS) return "wait";
  const oldEnough = nowMs - writtenAtMs >= minAgeMs;
  if (newestExpiresAtMs === undefined && oldEnough && !busy) return "delete";
  const retryAtMs = Math.max(nowMs + EMPTY_CHECK_RETRY_MS, writtenAtMs + minAgeMs, newestExpiresAtMs ?? 0);
  return { retryAtMs: dueAt(retryAtMs) };
}

/** Deletes streams that are empty and were not written to for as long as their config says. */
export class EmptyChecks {
  readonly #ports: EmptyChecksPorts;

  constructor(ports: EmptyChecksPorts) {
    this.#ports = ports;
  }

  /** Carries out all checks that are due. */
  async sweep(): Promise<void> {
    const { store, jobs, now } = this.#ports;
    const end = encodeEmptyCheckKey(now() + 1, 0);
    for (let start: Buffer = Buffer.from([Kind.emptyCheck]); ; ) {
      const due: { key: Buffer; identity: StreamIdentity }[] = [];
      store.scan({ start, end }, ({ key, value }) => {
        const { basin, basinId, stream } = decodeEmptyCheckRow(key, value);
        due.push({ key, identity: { id: decodeEmptyCheckKey(key).streamId, basin, basinId, name: stream } });
        return due.length < DUE_PAGE_ROWS;
      });
      await inParallel(due, RETENTION_CONCURRENCY, async ({ key, identity }) => {
        if (!jobs.closed) await this.#carryOut(key, identity).catch((error: unknown) => jobs.tell(error));
      });
      const last = due.at(-1);
      if (last === undefined || due.length < DUE_PAGE_ROWS || jobs.closed) return;
      start = Buffer.concat([last.key, Buffer.from([0])]);
    }
  }

  /** Checks a stream at once at the next sweep, if it is to be deleted on empty: something was trimmed. Durable. */
  async wake(identity: StreamIdentity): Promise<boolean> {
    const { store, committer, streams, now } = this.#ports;
    let woken = false;
    await streams.alone(identity, async (stream) => {
      if (minAgeMsOf(stream.config) === 0) return;
      const writes = bringCheckForward(store, identity, now());
      if (writes.length > 0) await committer.write(writes);
      woken = true;
    });
    return woken;
  }

  async #carryOut(key: Buffer, identity: StreamIdentity): Promise<void> {
    const { store, committer, registry, streams } = this.#ports;
    const { dueMs, streamId } = decodeEmptyCheckKey(key);
    let found = false;
    await streams.alone(identity, async (stream, deleteIt) => {
      found = true;
      const ofKey = encodeEmptyCheckOfKey(streamId);
      if (store.get(ofKey, decodeEmptyCheckOfRow)?.dueMs !== dueMs)
        return committer.write([{ key, value: undefined }]);
      if (minAgeMsOf(stream.config) === 0) return committer.write(putCheck(store, identity, undefined));
      await registry.visit(identity, async (state) => {
        if (state === undefined || state.ended !== undefined) return; // going, or to be loaded anew
        const outcome = decideEmptyCheck(this.#factsOf(stream, state));
        if (outcome === "delete") return deleteIt(); // no pause since the facts: no append came between
        const retryAtMs = outcome === "wait" ? undefined : outcome.retryAtMs;
        await committer.write(putCheck(store, identity, retryAtMs));
      });
    });
    // Its deletion takes its checks along; one that is left of a stream that is gone goes here.
    if (!found && streams.find(identity.basinId, identity.name)?.id !== streamId)
      await committer.write(
        [key, encodeEmptyCheckOfKey(streamId)].map((gone) => ({ key: gone, value: undefined })),
      );
  }

  #factsOf(stream: Stream, state: StreamState): EmptyFacts {
    const nowMs = this.#ports.now();
    return {
      nowMs,
      minAgeMs: minAgeMsOf(stream.config),
      writtenAtMs: state.writtenAtMs === 0 ? stream.createdAtMs : state.writtenAtMs,
      busy: state.nextSeqNum !== state.tail.seqNum,
      newestExpiresAtMs: this.#newestExpiry(state, nowMs),
    };
  }

  /** When the newest record expires that has not yet, whether or not its older ones were deleted already. */
  #newestExpiry(state: StreamState, nowMs: number): number | undefined {
    const { store } = this.#ports;
    const { id } = state.identity;
    for (let at = state.tail.seqNum; at > state.floor; ) {
      const batch = batchAtOrBefore(store, id, at - 1);
      if (batch === undefined || batch.seqNum + batch.count <= state.floor) return undefined;
      if (!isGap(batch) && batch.expiresAtMs > nowMs) return batch.expiresAtMs;
      at = isGap(batch) ? batch.seqNum : Math.min(batch.seqNum, groupBegin(store, id, batch.seqNum));
    }
    return undefined;
  }
}

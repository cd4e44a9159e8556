import type { StreamConfig } from "../catalog/stream-config.js";
import {
  decodeEmptyCheckOfRow,
  encodeEmptyCheckKey,
  encodeEmptyCheckOfKey,
  encodeEmptyCheckOfRow,
  encodeEmptyCheckRow,
} from "../keys/empty-check.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";
import type { StreamIdentity } from "./stream-state.js";

/**
 * The writes after which a stream's next check for being empty is at `dueMs`, or never when that is undefined. To be
 * made while nobody else changes the stream.
 */
export function putCheck(store: LmdbStore, identity: StreamIdentity, dueMs: number | undefined): Write[] {
  const { id, basin, basinId, name } = identity;
  const ofKey = encodeEmptyCheckOfKey(id);
  const previousMs = store.get(ofKey, decodeEmptyCheckOfRow)?.dueMs;
  if (previousMs === dueMs) return [];
  const writes: Write[] = [];
  if (previousMs !== undefined) writes.push({ key: encodeEmptyCheckKey(previousMs, id), value: undefined });
  if (dueMs === undefined) return [...writes, { key: ofKey, value: undefined }];
  const key = encodeEmptyCheckKey(dueMs, id);
  return [
    ...writes,
    { key, value: encodeEmptyCheckRow(key, { basin, basinId, stream: name }) },
    { key: ofKey, value: encodeEmptyCheckOfRow(ofKey, { dueMs }) },
  ];
}

/** The writes after which a stream's next check is at `dueMs` at the latest. As `putCheck`. */
export function bringCheckForward(store: LmdbStore, identity: StreamIdentity, dueMs: number): Write[] {
  const previous = store.get(encodeEmptyCheckOfKey(identity.id), decodeEmptyCheckOfRow);
  if (previous !== undefined && previous.dueMs <= dueMs) return [];
  return putCheck(store, identity, dueMs);
}

/** The writes that go with a new stream: its first check, if it is to be deleted on empty. */
export function firstCheck(
  store: LmdbStore,
  identity: StreamIdentity,
  config: StreamConfig,
  createdAtMs: number,
): Write[] {
  const minAgeMs = minAgeMsOf(config);
  return minAgeMs === 0 ? [] : putCheck(store, identity, dueAt(createdAtMs + minAgeMs));
}

/** The writes that go with a changed config: a check at once when the age changed, none any more when it is 0. */
export function checkOnChange(
  store: LmdbStore,
  identity: StreamIdentity,
  change: { readonly from: StreamConfig; readonly to: StreamConfig },
  nowMs: number,
): Write[] {
  const minAgeMs = minAgeMsOf(change.to);
  if (minAgeMs === minAgeMsOf(change.from)) return [];
  return minAgeMs === 0 ? putCheck(store, identity, undefined) : bringCheckForward(store, identity, nowMs);
}

/** How long a stream must have been without an append before it may go, in milliseconds; 0: it never goes. */
export function minAgeMsOf(config: StreamConfig): number {
  return Number(config.delete_on_empty.min_age_secs) * 1_000;
}

/** A moment as a check's key can hold it. */
export function dueAt(ms: number): number {
  return Math.min(ms, Number.MAX_SAFE_INTEGER);
}

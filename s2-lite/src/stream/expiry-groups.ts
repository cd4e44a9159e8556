import type { RetentionPolicy } from "../catalog/stream-config.js";
import { type Batch, isGap, NEVER_MS } from "../keys/batch.js";
import {
  decodeExpiryKey,
  decodeExpiryOfKey,
  decodeExpiryOfRow,
  decodeExpiryRow,
  type ExpiryKey,
  encodeExpiryKey,
  encodeExpiryOfKey,
  encodeExpiryOfRow,
  encodeExpiryRow,
} from "../keys/expiry.js";
import {
  DELETE_SLICE_ROWS,
  EXPIRY_GRAIN_DIVISOR,
  MAX_EXPIRY_GRAIN_MS,
  MIN_EXPIRY_GRAIN_MS,
} from "../limits.js";
import type { LmdbStore, Write } from "../store/lmdb-store.js";
import type { StreamIdentity } from "./stream-state.js";

/**
 * From when a record written now may go, by the server's clock: its age from now, rounded up, so that what is
 * written one after the other mostly expires together and is found together.
 */
export function expiryOf(policy: RetentionPolicy, nowMs: number): number {
  if ("infinite" in policy) return NEVER_MS;
  const ageMs = Number(policy.age) * 1_000;
  const grainMs = Math.floor(
    Math.min(MAX_EXPIRY_GRAIN_MS, Math.max(MIN_EXPIRY_GRAIN_MS, ageMs / EXPIRY_GRAIN_DIVISOR)),
  );
  return Math.min(NEVER_MS, Math.ceil((nowMs + ageMs) / grainMs) * grainMs);
}

/** The last group of a stream, which the next batch may join. */
export interface OpenGroup {
  readonly expiresAtMs: number;
  readonly first: number;
}

/** The group that a stream's last batch is in, as it is stored; undefined when it is in none that may grow. */
export function openGroup(
  store: LmdbStore,
  streamId: number,
  last: Batch | undefined,
): OpenGroup | undefined {
  if (last === undefined || isGap(last) || last.expiresAtMs === NEVER_MS) return undefined;
  const { expiresAtMs } = last;
  const start = encodeExpiryKey({ expiresAtMs, streamId, first: last.seqNum });
  // The low end of a reverse scan is not included.
  const end = encodeExpiryKey({ expiresAtMs, streamId: streamId - 1, first: Number.MAX_SAFE_INTEGER });
  let open: OpenGroup | undefined;
  store.scan({ start, end, reverse: true }, ({ key, value }) => {
    if (decodeExpiryRow(key, value).end === null) open = { expiresAtMs, first: decodeExpiryKey(key).first };
    return false;
  });
  return open;
}

/**
 * Keeps a stream's batches in groups that expire together. Every batch with an expiry is in a group, and every
 * group but the stream's last says where it ends: so a group can be deleted without looking into its batches.
 */
export class ExpiryGroups {
  readonly #identity: StreamIdentity;
  #open: OpenGroup | undefined;

  constructor(identity: StreamIdentity, open: OpenGroup | undefined) {
    this.#identity = identity;
    this.#open = open;
  }

  /** The writes that must go with a batch so that it is in a group: mostly none. */
  join(seqNum: number, expiresAtMs: number): readonly Write[] {
    if (this.#open?.expiresAtMs === expiresAtMs) return NO_WRITES;
    const writes: Write[] = [];
    if (this.#open !== undefined) writes.push(this.#write(this.#open, seqNum));
    this.#open = expiresAtMs === NEVER_MS ? undefined : { expiresAtMs, first: seqNum };
    if (this.#open !== undefined) {
      const key = encodeExpiryOfKey(this.#identity.id, seqNum);
      writes.push(this.#write(this.#open, null), { key, value: encodeExpiryOfRow(key, { expiresAtMs }) });
    }
    return writes;
  }

  /** The write that ends this group before `end`, if it is the last one and may still grow; else undefined. */
  close(group: OpenGroup, end: number): Write | undefined {
    if (this.#open?.first !== group.first || this.#open.expiresAtMs !== group.expiresAtMs) return undefined;
    this.#open = undefined;
    return this.#write(group, end);
  }

  #write({ expiresAtMs, first }: OpenGroup, end: number | null): Write {
    const { id, basin, basinId, name } = this.#identity;
    const key = encodeExpiryKey({ expiresAtMs, streamId: id, first });
    return { key, value: encodeExpiryRow(key, { basin, basinId, stream: name, end }) };
  }
}

/** Where the group begins that the batch at `seqNum` is in, if that expires; `seqNum` when its group is not known. */
export function groupBegin(store: LmdbStore, streamId: number, seqNum: number): number {
  let begin = seqNum;
  // The low end of a reverse scan is not included.
  const end = encodeExpiryOfKey(streamId - 1, Number.MAX_SAFE_INTEGER);
  store.scanKeys({ start: encodeExpiryOfKey(streamId, seqNum), end, reverse: true }, (key) => {
    begin = decodeExpiryOfKey(key).first;
    return false;
  });
  return begin;
}

/** The writes that remove a group's rows. */
export function groupRemoval(group: ExpiryKey): Write[] {
  return [
    { key: encodeExpiryKey(group), value: undefined },
    { key: encodeExpiryOfKey(group.streamId, group.first), value: undefined },
  ];
}

/** The writes that remove up to a slice of a stream's groups; none when it has none left. */
export function groupRemovals(store: LmdbStore, streamId: number): Write[] {
  const writes: Write[] = [];
  const range = { start: encodeExpiryOfKey(streamId, 0), end: encodeExpiryOfKey(streamId + 1, 0) };
  store.scan(range, ({ key, value }) => {
    const { expiresAtMs } = decodeExpiryOfRow(key, value);
    writes.push(...groupRemoval({ expiresAtMs, ...decodeExpiryOfKey(key) }));
    return writes.length < DELETE_SLICE_ROWS;
  });
  return writes;
}

const NO_WRITES: readonly Write[] = Object.freeze([]);

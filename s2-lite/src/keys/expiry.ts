import { readU64, writeU64 } from "../wire/u64.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/**
 * A group of consecutive batches of one stream that expire at the same moment. Written with the group's first
 * batch, so that what expires is found without looking at what does not; gone with the group, or, when that was
 * trimmed or deleted before, when it is due.
 */
export interface ExpiryRow {
  readonly basin: string;
  readonly basinId: number;
  readonly stream: string;
  /**
   * The number behind the group's last record; null while it is the stream's last group and may grow. Written
   * in the transaction that begins the next group.
   */
  readonly end: number | null;
}

/** What a group's key says. */
export interface ExpiryKey {
  readonly expiresAtMs: number;
  readonly streamId: number;
  /** The number of its first record. */
  readonly first: number;
}

/** The key of a group: groups sort by when they expire. */
export function encodeExpiryKey({ expiresAtMs, streamId, first }: ExpiryKey): Buffer {
  const key = Buffer.allocUnsafe(25);
  key[0] = Kind.expiry;
  writeU64(key, expiresAtMs, 1);
  writeU64(key, streamId, 9);
  writeU64(key, first, 17);
  return key;
}

/** What a group's key says. */
export function decodeExpiryKey(key: Buffer): ExpiryKey {
  return { expiresAtMs: readU64(key, 1), streamId: readU64(key, 9), first: readU64(key, 17) };
}

/** Encodes a group's row. */
export function encodeExpiryRow(key: Buffer, row: ExpiryRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes a group's row. Throws `storage` when it is damaged. */
export function decodeExpiryRow(key: Buffer, bytes: Buffer): ExpiryRow {
  return decodeJsonRow(key, bytes);
}

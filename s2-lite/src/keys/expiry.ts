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

/** When a group expires: with it, a stream's groups are found when the stream is deleted. Lives as long as the group. */
export interface ExpiryOfRow {
  readonly expiresAtMs: number;
}

/** The key of when a group expires: a stream's groups sort by their first record. */
export function encodeExpiryOfKey(streamId: number, first: number): Buffer {
  const key = Buffer.allocUnsafe(17);
  key[0] = Kind.expiryOf;
  writeU64(key, streamId, 1);
  writeU64(key, first, 9);
  return key;
}

/** The stream's id and the number of the group's first record. */
export function decodeExpiryOfKey(key: Buffer): { streamId: number; first: number } {
  return { streamId: readU64(key, 1), first: readU64(key, 9) };
}

/** Encodes when a group expires. */
export function encodeExpiryOfRow(key: Buffer, row: ExpiryOfRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes when a group expires. Throws `storage` when it is damaged. */
export function decodeExpiryOfRow(key: Buffer, bytes: Buffer): ExpiryOfRow {
  return decodeJsonRow(key, bytes);
}

import { readU64, writeU64 } from "../wire/u64.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** A check whether a stream is empty and old enough to be deleted: what it needs to find the stream again. */
export interface EmptyCheckRow {
  readonly basin: string;
  readonly basinId: number;
  readonly stream: string;
}

/** When a stream's next check is due. Only the check at that moment counts; others were put off or forward. */
export interface EmptyCheckOfRow {
  readonly dueMs: number;
}

/** The key of a check: checks sort by when they are due. */
export function encodeEmptyCheckKey(dueMs: number, streamId: number): Buffer {
  const key = Buffer.allocUnsafe(17);
  key[0] = Kind.emptyCheck;
  writeU64(key, dueMs, 1);
  writeU64(key, streamId, 9);
  return key;
}

/** When a check is due, and of which stream. */
export function decodeEmptyCheckKey(key: Buffer): { dueMs: number; streamId: number } {
  return { dueMs: readU64(key, 1), streamId: readU64(key, 9) };
}

/** Encodes a check's row. */
export function encodeEmptyCheckRow(key: Buffer, row: EmptyCheckRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes a check's row. Throws `storage` when it is damaged. */
export function decodeEmptyCheckRow(key: Buffer, bytes: Buffer): EmptyCheckRow {
  return decodeJsonRow(key, bytes);
}

/** The key of when a stream's next check is due. */
export function encodeEmptyCheckOfKey(streamId: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = Kind.emptyCheckOf;
  writeU64(key, streamId, 1);
  return key;
}

/** The stream's id in a key of when its next check is due. */
export function decodeEmptyCheckOfKey(key: Buffer): number {
  return readU64(key, 1);
}

/** Encodes when a stream's next check is due. */
export function encodeEmptyCheckOfRow(key: Buffer, row: EmptyCheckOfRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes when a stream's next check is due. Throws `storage` when it is damaged. */
export function decodeEmptyCheckOfRow(key: Buffer, bytes: Buffer): EmptyCheckOfRow {
  return decodeJsonRow(key, bytes);
}

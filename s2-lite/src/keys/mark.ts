import { readU64, writeU64 } from "../wire/u64.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** What a stream remembers beside its records. Written with every command and by trimming. */
export interface MarkRow {
  /** The fencing token; empty when there is none. */
  readonly fence: string;
  /** Records below this are to be deleted. */
  readonly trimPoint: number;
  /** Records below this are deleted, or are hidden while their rows still go. */
  readonly floor: number;
  /** The tail is at least this: it outlives the last record. */
  readonly tailSeqNum: number;
  readonly tailTimestamp: number;
}

/** The key of a stream's marks. */
export function encodeMarkKey(streamId: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = Kind.mark;
  writeU64(key, streamId, 1);
  return key;
}

/** The stream's id in a key of marks. */
export function decodeMarkKey(key: Buffer): number {
  return readU64(key, 1);
}

/** Encodes a stream's marks. */
export function encodeMarkRow(key: Buffer, row: MarkRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes a stream's marks. Throws `storage` when they are damaged. */
export function decodeMarkRow(key: Buffer, bytes: Buffer): MarkRow {
  return decodeJsonRow(key, bytes);
}

import type { StreamConfig } from "../catalog/stream-config.js";
import { readU64, writeU64 } from "../wire/u64.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** A stream as it is stored: one incarnation of its name. */
export interface StreamRow {
  readonly id: number;
  readonly createdAtMs: number;
  readonly deletedAtMs: number | null;
  /** Fully resolved when it was written: later changes of the basin's defaults do not reach it. */
  readonly config: StreamConfig;
  /** The `s2-request-token` it was created with, and the config asked for then, in normal form. */
  readonly request: { readonly token: string; readonly config: string } | null;
}

/** The key of a stream. Also of a prefix of streams' names, and of a name to start after. */
export function encodeStreamKey(basinId: number, name: string): Buffer {
  const text = Buffer.from(name);
  const key = Buffer.allocUnsafe(9 + text.length);
  key[0] = Kind.stream;
  writeU64(key, basinId, 1);
  key.set(text, 9);
  return key;
}

/** The basin's id and the name in a stream's key. */
export function decodeStreamKey(key: Buffer): { basinId: number; name: string } {
  return { basinId: readU64(key, 1), name: key.toString("utf8", 9) };
}

/** Encodes a stream's row. */
export function encodeStreamRow(key: Buffer, row: StreamRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes a stream's row. Throws `storage` when it is damaged. */
export function decodeStreamRow(key: Buffer, bytes: Buffer): StreamRow {
  return decodeJsonRow(key, bytes);
}

import type { BasinConfig } from "../catalog/basin-config.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** A basin as it is stored. */
export interface BasinRow {
  readonly id: number;
  readonly createdAtMs: number;
  readonly deletedAtMs: number | null;
  readonly config: BasinConfig;
  /** The `s2-request-token` it was created with, and the config asked for then, in normal form. */
  readonly request: { readonly token: string; readonly config: string } | null;
}

/** The key of a basin. Also of a prefix of basins' names, and of a name to start after. */
export function encodeBasinKey(name: string): Buffer {
  return Buffer.concat([Buffer.from([Kind.basin]), Buffer.from(name)]);
}

/** The name in a basin's key. */
export function decodeBasinKey(key: Buffer): string {
  return key.toString("utf8", 1);
}

/** Encodes a basin's row. */
export function encodeBasinRow(key: Buffer, row: BasinRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes a basin's row. Throws `storage` when it is damaged. */
export function decodeBasinRow(key: Buffer, bytes: Buffer): BasinRow {
  return decodeJsonRow(key, bytes);
}

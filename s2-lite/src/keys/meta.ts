import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/**
 * The layout of rows that this version writes and reads. 2: every append writes its stream's marks, and batches
 * say when they expire.
 */
export const FORMAT_VERSION = 2;

/** What the folder is. */
export interface MetaRow {
  readonly format: number;
  /** Ids below this are taken: of basins, and of streams' incarnations. Never used again. */
  readonly nextId: number;
}

/** The key of the one meta row. */
export const META_KEY: Buffer = Buffer.from([Kind.meta]);

/** Encodes the meta row's value. */
export function encodeMetaRow(row: MetaRow): Buffer {
  return encodeJsonRow(META_KEY, row);
}

/** Decodes the meta row's value. Throws `storage` when it is damaged. */
export function decodeMetaRow(bytes: Buffer): MetaRow {
  return decodeJsonRow(META_KEY, bytes);
}

import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** Who has the folder, or had it last. */
export interface OwnerRow {
  /** Tells its owners apart: random, and in the name of the socket that shows whether it lives. */
  readonly token: string;
  /** Counts the owners of the folder. */
  readonly epoch: number;
}

/** The key of the one owner row. */
export const OWNER_KEY: Buffer = Buffer.from([Kind.owner]);

/** Encodes the owner's row. */
export function encodeOwnerRow(row: OwnerRow): Buffer {
  return encodeJsonRow(OWNER_KEY, row);
}

/** Decodes the owner's row. Throws `storage` when it is damaged. */
export function decodeOwnerRow(bytes: Buffer): OwnerRow {
  return decodeJsonRow(OWNER_KEY, bytes);
}

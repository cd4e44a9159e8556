import { readU64, writeU64 } from "../wire/u64.js";
import { decodeJsonRow, encodeJsonRow } from "./json-row.js";
import { Kind } from "./kind.js";

/** Who has the folder, or had it last. There is one such row, under its epoch: commits ask that it is there. */
export interface OwnerRow {
  /** Tells its owners apart: random, and in the name of the socket that shows whether it lives. */
  readonly token: string;
  /** Where it ran: sockets and processes are seen from the same place alone. */
  readonly place: string;
  /** Whether it gave the folder back. */
  readonly released: boolean;
}

/** The key of an owner's row. Epochs count the folder's owners. */
export function encodeOwnerKey(epoch: number): Buffer {
  const key = Buffer.allocUnsafe(9);
  key[0] = Kind.owner;
  writeU64(key, epoch, 1);
  return key;
}

/** The epoch in the key of an owner's row. */
export function decodeOwnerKey(key: Buffer): number {
  return readU64(key, 1);
}

/** Encodes an owner's row. */
export function encodeOwnerRow(key: Buffer, row: OwnerRow): Buffer {
  return encodeJsonRow(key, row);
}

/** Decodes an owner's row. Throws `storage` when it is damaged. */
export function decodeOwnerRow(key: Buffer, bytes: Buffer): OwnerRow {
  return decodeJsonRow(key, bytes);
}

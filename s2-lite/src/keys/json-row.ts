import { crc32 } from "../checksum.js";
import { S2LiteError } from "../errors.js";

/** Encodes a small row: a checksum over key and text (4 bytes), then JSON. */
export function encodeJsonRow(key: Buffer, value: unknown): Buffer {
  const text = Buffer.from(JSON.stringify(value));
  const row = Buffer.allocUnsafe(4 + text.length);
  row.writeUInt32BE(crc32(text, crc32(key)), 0);
  row.set(text, 4);
  return row;
}

/** Decodes a small row. Throws `storage` when its checksum does not fit its key and bytes. */
export function decodeJsonRow<T>(key: Buffer, row: Buffer): T {
  verifyJsonRow(key, row);
  return JSON.parse(row.toString("utf8", 4)) as T;
}

/** Throws `storage` when a small row's checksum does not fit its key and bytes. */
export function verifyJsonRow(key: Buffer, row: Buffer): void {
  if (row.length < 4 || row.readUInt32BE(0) !== crc32(row.subarray(4), crc32(key)))
    throw new S2LiteError("storage", "a row is damaged: its checksum does not fit");
}

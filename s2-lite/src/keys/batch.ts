import { crc32 } from "../checksum.js";
import { S2LiteError } from "../errors.js";
import { readExactU64, readU64, type U64, writeU64 } from "../wire/u64.js";
import { Kind } from "./kind.js";

/** Bytes in front of a batch's records. */
export const BATCH_HEADER_BYTES = 46;
const LAYOUT = 2;

/** The `expiresAtMs` of what is kept until it is trimmed or deleted. */
export const NEVER_MS: number = Number.MAX_SAFE_INTEGER;

/**
 * One accepted append, as stored and as followers get it. Also, with an empty `run`, a gap: where records were
 * that expired before older ones of their stream. It keeps the numbers dense, so that what is lost is missed.
 */
export interface Batch {
  readonly seqNum: number;
  readonly count: number;
  readonly firstTimestamp: U64;
  readonly lastTimestamp: U64;
  /** S2's measure of all its records. */
  readonly metered: number;
  /** The server's clock when it was written: what retention counts from. */
  readonly writtenAtMs: number;
  /** The server's clock from when it may go: fixed when it was written. `NEVER_MS` when retention is infinite. */
  readonly expiresAtMs: number;
  /** The records as a ReadBatch carries them: see wire/proto-records.ts. */
  readonly run: Buffer;
}

/** The key of the batch whose first record has this number. Batches of a stream sort by number. */
export function encodeBatchKey(streamId: number, seqNum: number): Buffer {
  const key = Buffer.allocUnsafe(17);
  key[0] = Kind.batch;
  writeU64(key, streamId, 1);
  writeU64(key, seqNum, 9);
  return key;
}

/** The stream's id and the first number in a batch's key. */
export function decodeBatchKey(key: Buffer): { streamId: number; seqNum: number } {
  return { streamId: readU64(key, 1), seqNum: readU64(key, 9) };
}

/**
 * Completes a batch's row in place: `row` holds the records behind `BATCH_HEADER_BYTES` free bytes.
 *
 * Layout, big endian: 0 layout, 1 flags (none yet), 2 count u32, 6 checksum over key and all that
 * follows, 10 written at u64, 18 first timestamp u64, 26 last timestamp u64, 34 expires at u64, 42 metered u32,
 * 46 records.
 */
export function sealBatchRow(key: Buffer, row: Buffer, batch: Omit<Batch, "run" | "seqNum">): void {
  row[0] = LAYOUT;
  row[1] = 0;
  row.writeUInt32BE(batch.count, 2);
  writeU64(row, batch.writtenAtMs, 10);
  writeU64(row, batch.firstTimestamp, 18);
  writeU64(row, batch.lastTimestamp, 26);
  writeU64(row, batch.expiresAtMs, 34);
  row.writeUInt32BE(batch.metered, 42);
  row.writeUInt32BE(checksum(key, row), 6);
}

/** Decodes a batch's row; the records are a view of it. Throws `storage` when it is damaged. */
export function decodeBatchRow(key: Buffer, row: Buffer): Batch {
  if (row.length < BATCH_HEADER_BYTES || row[0] !== LAYOUT || row.readUInt32BE(6) !== checksum(key, row))
    throw new S2LiteError("storage", "a batch of records is damaged: its checksum does not fit");
  return {
    seqNum: readU64(key, 9),
    count: row.readUInt32BE(2),
    writtenAtMs: readU64(row, 10),
    firstTimestamp: readExactU64(row, 18),
    lastTimestamp: readExactU64(row, 26),
    expiresAtMs: readU64(row, 34),
    metered: row.readUInt32BE(42),
    run: row.subarray(BATCH_HEADER_BYTES),
  };
}

function checksum(key: Buffer, row: Buffer): number {
  return crc32(row.subarray(10), crc32(row.subarray(0, 6), crc32(key)));
}

/** Whether nothing is left of a batch but its place. */
export function isGap(batch: Batch): boolean {
  return batch.run.length === 0;
}

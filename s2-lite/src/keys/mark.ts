import { crc32 } from "../checksum.js";
import { S2LiteError } from "../errors.js";
import { readExactU64, readU64, type U64, writeU64 } from "../wire/u64.js";
import { Kind } from "./kind.js";

/** Bytes in front of the fencing token. */
const HEADER_BYTES = 46;
const LAYOUT = 2;

/**
 * What a stream remembers beside its records. Written with every append and by trimming, in the same
 * transaction: so its tail bears witness to the batches, and a batch that is lost is missed.
 */
export interface MarkRow {
  /** The fencing token; empty when there is none. */
  readonly fence: string;
  /** Records below this are to be deleted. */
  readonly trimPoint: number;
  /** Records below this are deleted, or are hidden while their rows still go. From here to the tail all are there. */
  readonly floor: number;
  /** The number of the next record. */
  readonly tailSeqNum: number;
  /** The timestamp of the last record there was. */
  readonly tailTimestamp: U64;
  /** The server's clock at the last append, in milliseconds since 1970; 0 when there was none. */
  readonly writtenAtMs: number;
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

/**
 * Encodes a stream's marks.
 *
 * Layout, big endian: 0 layout, 1 nothing yet, 2 checksum u32 over key and all that follows, 6 trim point u64,
 * 14 floor u64, 22 tail u64, 30 the tail's timestamp u64, 38 written at u64, 46 the token.
 */
export function encodeMarkRow(key: Buffer, mark: MarkRow): Buffer {
  const row = Buffer.allocUnsafe(HEADER_BYTES + Buffer.byteLength(mark.fence));
  row[0] = LAYOUT;
  row[1] = 0;
  writeU64(row, mark.trimPoint, 6);
  writeU64(row, mark.floor, 14);
  writeU64(row, mark.tailSeqNum, 22);
  writeU64(row, mark.tailTimestamp, 30);
  writeU64(row, mark.writtenAtMs, 38);
  row.write(mark.fence, HEADER_BYTES);
  row.writeUInt32BE(checksum(key, row), 2);
  return row;
}

/** Decodes a stream's marks. Throws `storage` when they are damaged. */
export function decodeMarkRow(key: Buffer, row: Buffer): MarkRow {
  if (
    row.length < HEADER_BYTES ||
    row[0] !== LAYOUT ||
    row[1] !== 0 ||
    row.readUInt32BE(2) !== checksum(key, row)
  )
    throw new S2LiteError("storage", "the marks of a stream are damaged: their checksum does not fit");
  return {
    fence: row.toString("utf8", HEADER_BYTES),
    trimPoint: readU64(row, 6),
    floor: readU64(row, 14),
    tailSeqNum: readU64(row, 22),
    tailTimestamp: readExactU64(row, 30),
    writtenAtMs: readU64(row, 38),
  };
}

function checksum(key: Buffer, row: Buffer): number {
  return crc32(row.subarray(6), crc32(key));
}

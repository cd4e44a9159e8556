import type { Position } from "../errors.js";
import {
  type Header,
  type InputRecord,
  NO_BYTES,
  NO_HEADERS,
  type SequencedRecord,
} from "../stream/records.js";
import { positionLength, writePosition } from "./proto-append.js";
import { ProtoReader } from "./proto-reader.js";
import { MAX_U64, type U64 } from "./u64.js";
import { varintLength, writeVarint } from "./varint.js";

/*
 * Stored batches hold their records exactly as a ReadBatch carries them on the wire: a run of field 1,
 * each a SequencedRecord. So a read sends stored bytes as they are, joined, and decodes nothing.
 */

function fieldLength(bytes: Uint8Array): number {
  return bytes.length === 0 ? 0 : 1 + varintLength(bytes.length) + bytes.length;
}

function writeField(target: Buffer, tag: number, bytes: Uint8Array, offset: number): number {
  if (bytes.length === 0) return offset;
  target[offset] = tag;
  const at = writeVarint(target, bytes.length, offset + 1);
  target.set(bytes, at);
  return at + bytes.length;
}

function recordLength(record: InputRecord, seqNum: number, timestamp: U64): number {
  let length = positionLength({ seqNum, timestamp }) + fieldLength(record.body);
  for (const header of record.headers) {
    const inner = fieldLength(header.name) + fieldLength(header.value);
    length += 1 + varintLength(inner) + inner;
  }
  return length;
}

/** Bytes that records take on the wire at most, whatever numbers and timestamps they get. */
export function maxEncodedBytes(records: readonly InputRecord[]): number {
  let total = 0;
  for (const record of records) {
    const length = recordLength(record, Number.MAX_SAFE_INTEGER, MAX_U64);
    total += 1 + varintLength(length) + length;
  }
  return total;
}

/**
 * Encodes records with their numbers and timestamps into a buffer that leaves `reserve` bytes free in
 * front, so that the row's own header needs no second copy. `timestamps` has one entry per record.
 */
export function encodeRecords(
  records: readonly InputRecord[],
  firstSeqNum: number,
  timestamps: readonly U64[],
  reserve: number,
): Buffer {
  let total = reserve;
  const lengths: number[] = [];
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (record === undefined) continue;
    const length = recordLength(record, firstSeqNum + index, timestamps[index] ?? 0);
    lengths.push(length);
    total += 1 + varintLength(length) + length;
  }
  const target = Buffer.allocUnsafe(total);
  let at = reserve;
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (record === undefined) continue;
    target[at++] = 0x0a;
    at = writeVarint(target, lengths[index] ?? 0, at);
    at = writeRecord(target, record, firstSeqNum + index, timestamps[index] ?? 0, at);
  }
  return target;
}

function writeRecord(target: Buffer, record: InputRecord, seqNum: number, timestamp: U64, offset: number) {
  let at = offset;
  if (seqNum !== 0) {
    target[at++] = 0x08;
    at = writeVarint(target, seqNum, at);
  }
  if (timestamp !== 0) {
    target[at++] = 0x10;
    at = writeVarint(target, timestamp, at);
  }
  for (const header of record.headers) {
    target[at++] = 0x1a;
    at = writeVarint(target, fieldLength(header.name) + fieldLength(header.value), at);
    at = writeField(target, 0x0a, header.name, at);
    at = writeField(target, 0x12, header.value, at);
  }
  return writeField(target, 0x22, record.body, at);
}

/** Where one record lies in a run of records, and what limits need to know of it. */
export interface RecordSpan {
  seqNum: number;
  timestamp: U64;
  metered: number;
  /** Offset of the record's field in the run. */
  start: number;
  /** Offset behind it. */
  end: number;
}

/**
 * Steps through a run of records without decoding their contents. `visit` returns false to stop. The
 * span is one object used again for every record: copy what is to be kept.
 */
export function walkRecords(run: Buffer, visit: (span: RecordSpan) => boolean): void {
  const reader = new ProtoReader(run);
  const span: RecordSpan = { seqNum: 0, timestamp: 0, metered: 0, start: 0, end: 0 };
  while (!reader.done) {
    span.start = reader.at;
    reader.varint();
    const from = reader.block();
    span.end = reader.at;
    measure(new ProtoReader(run, from, reader.at), span);
    if (!visit(span)) return;
  }
}

function measure(reader: ProtoReader, span: RecordSpan): void {
  span.seqNum = 0;
  span.timestamp = 0;
  span.metered = 8;
  while (!reader.done) {
    const tag = reader.varint();
    if (tag === 0x08) span.seqNum = reader.varint();
    else if (tag === 0x10) span.timestamp = reader.u64();
    else if (tag === 0x1a) {
      const from = reader.block();
      const inner = new ProtoReader(reader.buffer, from, reader.at);
      span.metered += 2;
      while (!inner.done) {
        inner.varint();
        const start = inner.block();
        span.metered += inner.at - start;
      }
    } else if (tag === 0x22) {
      const from = reader.block();
      span.metered += reader.at - from;
    } else reader.skip(tag, 4);
  }
}

/** Decodes a run of records; headers and bodies are views of `run`. */
export function decodeRecords(run: Buffer): SequencedRecord[] {
  const reader = new ProtoReader(run);
  const records: SequencedRecord[] = [];
  while (!reader.done) {
    reader.varint();
    const from = reader.block();
    records.push(decodeRecord(new ProtoReader(run, from, reader.at)));
  }
  return records;
}

function decodeRecord(reader: ProtoReader): SequencedRecord {
  let seqNum = 0;
  let timestamp: U64 = 0;
  let headers: Header[] | undefined;
  let body = NO_BYTES;
  while (!reader.done) {
    const tag = reader.varint();
    if (tag === 0x08) seqNum = reader.varint();
    else if (tag === 0x10) timestamp = reader.u64();
    else if (tag === 0x1a) {
      const from = reader.block();
      headers ??= [];
      headers.push(decodeHeader(new ProtoReader(reader.buffer, from, reader.at)));
    } else if (tag === 0x22) body = reader.bytes();
    else reader.skip(tag, 4);
  }
  return { seqNum, timestamp, headers: headers ?? NO_HEADERS, body };
}

function decodeHeader(reader: ProtoReader): Header {
  let name = NO_BYTES;
  let value = NO_BYTES;
  while (!reader.done) {
    const tag = reader.varint();
    if (tag === 0x0a) name = reader.bytes();
    else if (tag === 0x12) value = reader.bytes();
    else reader.skip(tag, 2);
  }
  return { name, value };
}

/** Bytes of a ReadBatch's `tail` field; 0 when the tail is left out. */
export function tailFieldLength(tail: Position | undefined): number {
  return tail === undefined ? 0 : 2 + positionLength(tail);
}

/** Writes a ReadBatch's `tail` field, if there is a tail; returns the offset behind it. */
export function writeTailField(target: Buffer, tail: Position | undefined, offset: number): number {
  return tail === undefined ? offset : writePosition(target, 0x12, tail, offset);
}

/** Encodes a ReadBatch from runs of records and an optional tail. */
export function encodeReadBatch(runs: readonly Buffer[], tail: Position | undefined): Buffer {
  const tailField = Buffer.allocUnsafe(tailFieldLength(tail));
  writeTailField(tailField, tail, 0);
  return Buffer.concat([...runs, tailField]);
}

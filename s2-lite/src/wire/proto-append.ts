import type { Position } from "../errors.js";
import { type AppendInput, type Header, type InputRecord, NO_BYTES, NO_HEADERS } from "../stream/records.js";
import { badProto, ProtoReader } from "./proto-reader.js";
import type { U64 } from "./u64.js";
import { varintLength, writeVarint } from "./varint.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes a UTF-8 string strictly; throws `bad_proto`. */
function strictUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw badProto("a string is not UTF-8"); // the decoder's own error says no more
  }
}

function decodeHeader(buffer: Buffer, start: number, end: number): Header {
  const reader = new ProtoReader(buffer, start, end);
  let name = NO_BYTES;
  let value = NO_BYTES;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) name = reader.bytes();
    else if (tag === 0x12) value = reader.bytes();
    else reader.skip(tag, 2);
  }
  return { name, value };
}

function decodeRecord(buffer: Buffer, start: number, end: number): InputRecord {
  const reader = new ProtoReader(buffer, start, end);
  let timestamp: U64 | undefined;
  let headers: Header[] | undefined;
  let body = NO_BYTES;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x08) timestamp = reader.u64();
    else if (tag === 0x12) {
      const from = reader.block();
      headers ??= [];
      headers.push(decodeHeader(buffer, from, reader.at));
    } else if (tag === 0x1a) body = reader.bytes();
    else reader.skip(tag, 3);
  }
  return { timestamp, headers: headers ?? NO_HEADERS, body };
}

/**
 * Decodes an AppendInput without copying: bodies and headers are views of `bytes`. Unknown fields are
 * skipped; empty input is an empty batch. Throws `bad_proto`.
 */
export function decodeAppendInput(bytes: Buffer): AppendInput {
  const reader = new ProtoReader(bytes);
  const records: InputRecord[] = [];
  let matchSeqNum: number | undefined;
  let fencingToken: string | undefined;
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      const from = reader.block();
      records.push(decodeRecord(bytes, from, reader.at));
    } else if (tag === 0x10) matchSeqNum = reader.varint();
    else if (tag === 0x1a) fencingToken = strictUtf8(reader.bytes());
    else reader.skip(tag, 3);
  }
  return { records, matchSeqNum, fencingToken };
}

/** What an append answers: its first position, the one behind its last, and the durable tail. */
export interface AppendAck {
  readonly start: Position;
  readonly end: Position;
  readonly tail: Position;
}

/** Bytes of a StreamPosition message; zero fields are not written. */
export function positionLength(position: Position): number {
  return (
    (position.seqNum === 0 ? 0 : 1 + varintLength(position.seqNum)) +
    (position.timestamp === 0 ? 0 : 1 + varintLength(position.timestamp))
  );
}

/** Writes field `tag` with a StreamPosition; returns the offset behind it. */
export function writePosition(target: Buffer, tag: number, position: Position, offset: number): number {
  let at = offset;
  target[at++] = tag;
  target[at++] = positionLength(position);
  if (position.seqNum !== 0) {
    target[at++] = 0x08;
    at = writeVarint(target, position.seqNum, at);
  }
  if (position.timestamp !== 0) {
    target[at++] = 0x10;
    at = writeVarint(target, position.timestamp, at);
  }
  return at;
}

/** Bytes of an encoded AppendAck. */
export function appendAckLength(ack: AppendAck): number {
  return 6 + positionLength(ack.start) + positionLength(ack.end) + positionLength(ack.tail);
}

/** Writes an AppendAck, all three positions always present; returns the offset behind it. */
export function writeAppendAck(target: Buffer, ack: AppendAck, offset: number): number {
  let at = writePosition(target, 0x0a, ack.start, offset);
  at = writePosition(target, 0x12, ack.end, at);
  return writePosition(target, 0x1a, ack.tail, at);
}

/** Encodes an AppendAck. */
export function encodeAppendAck(ack: AppendAck): Buffer {
  const target = Buffer.allocUnsafe(appendAckLength(ack));
  writeAppendAck(target, ack, 0);
  return target;
}

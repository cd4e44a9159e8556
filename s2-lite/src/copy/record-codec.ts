import { type InputRecord, NO_BYTES, type SequencedRecord } from "../stream/records.js";
import { ProtoReader } from "../wire/proto-reader.js";
import { decodeRecords } from "../wire/proto-records.js";
import { varintLength, writeVarint } from "../wire/varint.js";

/** Decodes a ReadBatch as a client gets it; headers and bodies are views of `bytes`. Throws `bad_proto`. */
export function decodeReadBatch(bytes: Buffer): SequencedRecord[] {
  const reader = new ProtoReader(bytes);
  let end = 0;
  while (!reader.done) {
    const start = reader.at;
    const tag = reader.tag();
    if (tag === 0x0a) {
      reader.block();
      end = reader.at;
    } else if (tag === 0x12) {
      reader.block(); // the tail, which servers write behind the records
      return [...decodeRecords(bytes.subarray(0, start)), ...decodeReadBatch(bytes.subarray(reader.at))];
    } else reader.skip(tag, 2);
  }
  return decodeRecords(bytes.subarray(0, end));
}

/** Encodes an AppendInput as a client sends it. */
export function encodeAppendInput(records: readonly InputRecord[], matchSeqNum: number): Buffer {
  const parts = records.map(encodeRecord);
  const match = Buffer.allocUnsafe(1 + varintLength(matchSeqNum));
  match[0] = 0x10;
  writeVarint(match, matchSeqNum, 1);
  return Buffer.concat([...parts.flatMap((part) => [prefix(0x0a, part.length), part]), match]);
}

function encodeRecord({ timestamp, headers, body }: InputRecord): Buffer {
  const fields: Buffer[] = [];
  if (timestamp !== undefined) {
    const field = Buffer.allocUnsafe(1 + varintLength(timestamp));
    field[0] = 0x08;
    writeVarint(field, timestamp, 1);
    fields.push(field);
  }
  for (const { name, value } of headers) {
    const header = Buffer.concat([...bytesField(0x0a, name), ...bytesField(0x12, value)]);
    fields.push(prefix(0x12, header.length), header);
  }
  return Buffer.concat([...fields, ...bytesField(0x1a, body)]);
}

function bytesField(tag: number, bytes: Buffer): Buffer[] {
  return bytes.length === 0 ? [NO_BYTES] : [prefix(tag, bytes.length), bytes];
}

/** A field's tag and its length. */
function prefix(tag: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(1 + varintLength(length));
  bytes[0] = tag;
  writeVarint(bytes, length, 1);
  return bytes;
}

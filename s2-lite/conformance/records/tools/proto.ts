/** An integer of S2's: a bigint where a number would not be exact. */
export type Integer = number | bigint;

/** A record to append. Text is sent as UTF-8. */
export interface NewRecord {
  readonly timestamp?: Integer;
  readonly headers?: readonly (readonly [string | Buffer, string | Buffer])[];
  readonly body?: string | Buffer;
}

/** An append. */
export interface NewAppend {
  readonly records: readonly NewRecord[];
  readonly match_seq_num?: Integer;
  readonly fencing_token?: string;
}

/** A position as S2's JSON spells it. */
export interface SeenPosition {
  readonly seq_num: Integer;
  readonly timestamp: Integer;
}

/** A record as it was read; bytes are shown as Latin-1. */
export interface SeenRecord extends SeenPosition {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

/** A batch as it was read. */
export interface SeenBatch {
  readonly records: readonly SeenRecord[];
  readonly tail: SeenPosition | undefined;
}

/** An append's ack. */
export interface SeenAck {
  readonly start: SeenPosition;
  readonly end: SeenPosition;
  readonly tail: SeenPosition;
}

/** A number as a varint. */
export function varint(value: Integer): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field that is a varint. */
export function integerField(number: number, value: Integer): Buffer {
  return Buffer.concat([varint(number * 8), varint(value)]);
}

/** A field of bytes, of text, or of another message. */
export function bytesField(number: number, value: string | Buffer): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

/** An AppendRecord. */
export function encodeRecord({ timestamp, headers = [], body }: NewRecord): Buffer {
  return Buffer.concat([
    ...(timestamp === undefined ? [] : [integerField(1, timestamp)]),
    ...headers.map(([name, value]) =>
      bytesField(2, Buffer.concat([bytesField(1, name), bytesField(2, value)])),
    ),
    ...(body === undefined ? [] : [bytesField(3, body)]),
  ]);
}

/** An AppendInput. */
export function encodeAppend({ records, match_seq_num, fencing_token }: NewAppend): Buffer {
  return Buffer.concat([
    ...records.map((record) => bytesField(1, encodeRecord(record))),
    ...(match_seq_num === undefined ? [] : [integerField(2, match_seq_num)]),
    ...(fencing_token === undefined ? [] : [bytesField(3, fencing_token)]),
  ]);
}

/** An AppendInput with one record for each body. */
export function bodies(...texts: string[]): Buffer {
  return encodeAppend({ records: texts.map((body) => ({ body })) });
}

interface Field {
  readonly number: number;
  readonly value: bigint | Buffer;
}

/** The fields of a message with varints and bytes only, in their order. Throws when it is no such message. */
function fieldsOf(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const next = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      if (byte === undefined) throw new Error("a message is cut off");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(next());
    if (tag % 8 === 0) found.push({ number: tag >> 3, value: next() });
    else if (tag % 8 === 2) {
      const length = Number(next());
      if (at + length > message.length) throw new Error("a field is cut off");
      found.push({ number: tag >> 3, value: message.subarray(at, at + length) });
      at += length;
    } else throw new Error(`a field has wire type ${tag % 8}`);
  }
  return found;
}

function integerOf(fields: readonly Field[], number: number): Integer {
  const value = fields.find((field) => field.number === number)?.value ?? 0n;
  if (typeof value !== "bigint") throw new Error(`field ${number} is no integer`);
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function bytesOf(fields: readonly Field[], number: number): Buffer[] {
  return fields.flatMap((field) => {
    if (field.number !== number) return [];
    if (typeof field.value === "bigint") throw new Error(`field ${number} is an integer`);
    return [field.value];
  });
}

function positionOf(message: Buffer | undefined): SeenPosition {
  if (message === undefined) throw new Error("a position is missing");
  const fields = fieldsOf(message);
  return { seq_num: integerOf(fields, 1), timestamp: integerOf(fields, 2) };
}

/** Decodes an AppendAck, all of whose positions must be there. */
export function decodeAck(message: Buffer): SeenAck {
  const fields = fieldsOf(message);
  const at = (number: number) => positionOf(bytesOf(fields, number)[0]);
  return { start: at(1), end: at(2), tail: at(3) };
}

/** Decodes a ReadBatch. */
export function decodeBatch(message: Buffer): SeenBatch {
  const fields = fieldsOf(message);
  const tail = bytesOf(fields, 2)[0];
  const records = bytesOf(fields, 1).map((record) => {
    const inner = fieldsOf(record);
    const headers = bytesOf(inner, 3).map((header): [string, string] => {
      const pair = fieldsOf(header);
      return [text(bytesOf(pair, 1)[0]), text(bytesOf(pair, 2)[0])];
    });
    return {
      seq_num: integerOf(inner, 1),
      timestamp: integerOf(inner, 2),
      headers,
      body: text(bytesOf(inner, 4)[0]),
    };
  });
  return { records, tail: tail === undefined ? undefined : positionOf(tail) };
}

function text(bytes: Buffer | undefined): string {
  return bytes === undefined ? "" : bytes.toString("latin1");
}

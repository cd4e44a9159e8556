import type { U64 } from "../wire/u64.js";

/** One header of a record: any bytes. */
export interface Header {
  readonly name: Buffer;
  readonly value: Buffer;
}

/** One record as a client sent it. */
export interface InputRecord {
  /** In the client's unit, usually milliseconds; undefined when the client left it to the server. */
  readonly timestamp: U64 | undefined;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

/** One append as a client sent it. */
export interface AppendInput {
  readonly records: readonly InputRecord[];
  readonly matchSeqNum: number | undefined;
  readonly fencingToken: string | undefined;
}

/** One record as the stream holds it. */
export interface SequencedRecord {
  readonly seqNum: number;
  readonly timestamp: U64;
  readonly headers: readonly Header[];
  readonly body: Buffer;
}

/** The shared empty list, so that records without headers cost no array. */
export const NO_HEADERS: readonly Header[] = Object.freeze([]);

/** The shared empty body. */
export const NO_BYTES: Buffer = Buffer.alloc(0);

/** S2's measure of a record's size, in bytes. */
export function meteredBytes(record: { headers: readonly Header[]; body: Uint8Array }): number {
  let bytes = 8 + record.body.length;
  for (const header of record.headers) bytes += 2 + header.name.length + header.value.length;
  return bytes;
}

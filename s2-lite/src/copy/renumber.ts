import type { InputRecord, SequencedRecord } from "../stream/records.js";

const TRIM = Buffer.from("trim");

/** The number that a trim record names; undefined for any other record. */
export function trimOf({ headers, body }: InputRecord | SequencedRecord): bigint | undefined {
  const [header] = headers;
  const isTrim = headers.length === 1 && header?.name.length === 0 && header.value.equals(TRIM);
  return isTrim && body.length === 8 ? body.readBigUInt64BE(0) : undefined;
}

/**
 * A record as it is appended on the other side, where its number is `offset` less. Only a trim changes with
 * that: it names the same record by its new number. One that reaches up to itself names more than there can
 * be on either side, and stays as it is.
 */
export function renumber(record: SequencedRecord, offset: number): InputRecord {
  const { timestamp, headers } = record;
  return { timestamp, headers, body: renumberedBody(record, offset) };
}

/** Whether a record of the target is the source's, renumbered. */
export function isCopyOf(copy: SequencedRecord, source: SequencedRecord, offset: number): boolean {
  return (
    copy.timestamp === source.timestamp &&
    copy.body.equals(renumberedBody(source, offset)) &&
    copy.headers.length === source.headers.length &&
    copy.headers.every(({ name, value }, index) => {
      const header = source.headers[index];
      return header?.name.equals(name) === true && header.value.equals(value);
    })
  );
}

/** Up to where a trim record trims: never beyond itself. Undefined for any other record. */
export function trimPointOf(record: SequencedRecord): number | undefined {
  const value = trimOf(record);
  if (value === undefined) return undefined;
  return value > BigInt(record.seqNum) ? record.seqNum + 1 : Number(value);
}

function renumberedBody(record: SequencedRecord, offset: number): Buffer {
  const value = trimOf(record);
  if (value === undefined || offset === 0 || value > BigInt(record.seqNum)) return record.body;
  const body = Buffer.alloc(8);
  body.writeBigUInt64BE(value > BigInt(offset) ? value - BigInt(offset) : 0n);
  return body;
}

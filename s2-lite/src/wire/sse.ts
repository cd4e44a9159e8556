import { S2LiteError } from "../errors.js";

/** How far a reader over SSE has come, over all its connections. */
export interface SseCursor {
  readonly seqNum: number;
  readonly count: number;
  readonly bytes: number;
}

const MAX_U64 = 2n ** 64n - 1n;

/** Parses `last-event-id`: last number, records and metered bytes so far. Throws `bad_header`. */
export function parseEventId(text: string): SseCursor {
  const parts = text.split(",");
  if (parts.length !== 3 || parts.some((part) => !/^\d{1,20}$/.test(part) || BigInt(part) > MAX_U64))
    throw new S2LiteError("bad_header", "Invalid header `last-event-id`");
  const [seqNum = 0, count = 0, bytes = 0] = parts.map(Number);
  return { seqNum, count, bytes };
}

/** The id of a batch's event. */
export function eventId(cursor: SseCursor): string {
  const saturated = (value: number) => (value >= 2 ** 64 ? MAX_U64 : BigInt(value)).toString();
  return `${saturated(cursor.seqNum)},${saturated(cursor.count)},${saturated(cursor.bytes)}`;
}

/** One event. `data` is one line. */
export function encodeEvent(event: string | undefined, id: string | undefined, data: string): Buffer {
  const eventLine = event === undefined ? "" : `event: ${event}\n`;
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  return Buffer.from(`${eventLine}${idLine}data: ${data}\n\n`);
}

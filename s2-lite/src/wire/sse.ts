import { S2LiteError } from "../errors.js";
import { parseU64, type U64 } from "./u64.js";

/** How far a reader over SSE has come, over all its connections. */
export interface SseCursor {
  readonly seqNum: U64;
  readonly count: U64;
  readonly bytes: U64;
}

/** Parses `last-event-id`: last number, records and metered bytes so far. Throws `bad_header`. */
export function parseEventId(text: string): SseCursor {
  const [seqNum, count, bytes, ...more] = text.split(",").map(parseU64);
  if (seqNum === undefined || count === undefined || bytes === undefined || more.length > 0)
    throw new S2LiteError("bad_header", "Invalid header `last-event-id`: must be three integers");
  return { seqNum, count, bytes };
}

/** The id of a batch's event. */
export function eventId({ seqNum, count, bytes }: SseCursor): string {
  return `${seqNum},${count},${bytes}`;
}

/** One event. `data` is one line. */
export function encodeEvent(event: string | undefined, id: string | undefined, data: string): Buffer {
  const eventLine = event === undefined ? "" : `event: ${event}\n`;
  const idLine = id === undefined ? "" : `id: ${id}\n`;
  return Buffer.from(`${eventLine}${idLine}data: ${data}\n\n`);
}

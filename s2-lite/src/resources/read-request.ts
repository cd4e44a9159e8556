import type { PartialStreamConfig } from "../catalog/stream-config.js";
import type { Exchange } from "../http/exchange.js";
import { jsonFormat, type ReadMode, readMode } from "../http/negotiation.js";
import { Query } from "../http/query.js";
import { checkEncryptionKey, streamConfigHeader } from "../http/request-headers.js";
import { checkReadQuery, type ReadQuery, type ReadStart } from "../stream/read-query.js";
import type { JsonFormat } from "../wire/json-records.js";
import { parseEventId, type SseCursor } from "../wire/sse.js";
import { addU64, subtractU64 } from "../wire/u64.js";

/** A read as it was asked for, with everything checked that needs no stream. */
export interface ReadRequest {
  readonly mode: ReadMode;
  readonly format: JsonFormat;
  readonly query: ReadQuery;
  /** Where an earlier connection of the same read stopped, or zeros. */
  readonly cursor: SseCursor;
  /** For a stream that the read may create. */
  readonly config: PartialStreamConfig | undefined;
}

const NO_CURSOR: SseCursor = { seqNum: 0, count: 0, bytes: 0 };

/** Parses a read in S2's order of errors. Throws `bad_query`, `bad_header` and `invalid`. */
export function parseReadRequest(exchange: Exchange, queryText: string): ReadRequest {
  const asked = parseReadQuery(queryText);
  checkEncryptionKey(exchange);
  const config = streamConfigHeader(exchange);
  const mode = readMode(exchange);
  const format = mode === "s2s" ? "raw" : jsonFormat(exchange);
  const lastEventId = mode === "sse" ? exchange.header("last-event-id") : undefined;
  const cursor = lastEventId === undefined ? undefined : parseEventId(lastEventId);
  const query = cursor === undefined ? asked : resumeFrom(asked, cursor);
  checkReadQuery(query);
  return { mode, format, query, cursor: cursor ?? NO_CURSOR, config };
}

/** Parses a read's query. Throws `bad_query`. */
export function parseReadQuery(text: string): ReadQuery {
  const query = new Query(text);
  const seqNum = query.u64("seq_num");
  const timestamp = query.exactU64("timestamp");
  const offset = query.u64("tail_offset");
  const starts: ReadStart[] = [];
  if (seqNum !== undefined) starts.push({ by: "seqNum", seqNum });
  if (timestamp !== undefined) starts.push({ by: "timestamp", timestamp });
  if (offset !== undefined) starts.push({ by: "tailOffset", offset });
  return {
    start: starts[0] ?? ({ by: "tailOffset", offset: 0 } as const),
    ambiguous: starts.length > 1,
    clamp: query.boolean("clamp") ?? false,
    count: query.exactU64("count"),
    bytes: query.exactU64("bytes"),
    until: query.exactU64("until"),
    waitSecs: query.u32("wait"),
  };
}

/** Goes on from where an earlier connection stopped: its numbers count towards the limits. */
function resumeFrom(query: ReadQuery, cursor: SseCursor): ReadQuery {
  return {
    ...query,
    start: { by: "seqNum", seqNum: Number(addU64(cursor.seqNum, 1)) },
    count: query.count === undefined ? undefined : subtractU64(query.count, cursor.count),
    bytes: query.bytes === undefined ? undefined : subtractU64(query.bytes, cursor.bytes),
  };
}

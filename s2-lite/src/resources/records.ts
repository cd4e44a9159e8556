import { streamNameInPath } from "../catalog/names.js";
import type { Streams } from "../catalog/streams.js";
import { answerText } from "../http/answers.js";
import { readBody } from "../http/body.js";
import type { Exchange } from "../http/exchange.js";
import { acceptsProto, appendMode, isJson, jsonFormat } from "../http/negotiation.js";
import { basinHeader, checkEncryptionKey, streamConfigHeader } from "../http/request-headers.js";
import type { Route } from "../http/router.js";
import type { Committer } from "../store/committer.js";
import { checkInput } from "../stream/check-input.js";
import { isZeroRead, openRead, type ReadQuery } from "../stream/read-query.js";
import { type ReadPorts, ReadSession } from "../stream/read-session.js";
import type { StreamState } from "../stream/stream-state.js";
import { readOnce } from "../stream/unary-read.js";
import { badJson, parseJson } from "../wire/json-fields.js";
import { appendAckText, parseAppendInput, positionText, readBatchText } from "../wire/json-records.js";
import { type AppendAck, decodeAppendInput, encodeAppendAck } from "../wire/proto-append.js";
import { encodeReadBatch } from "../wire/proto-records.js";
import { AppendSession } from "./append-session.js";
import type { AppendSessions } from "./append-sessions.js";
import { parseReadRequest } from "./read-request.js";
import { S2sSink } from "./s2s-sink.js";
import { SseSink } from "./sse-sink.js";

/** What the routes of records work with. */
export interface RecordPorts extends ReadPorts {
  readonly streams: Streams;
  readonly committer: Committer;
  readonly sessions: AppendSessions;
  readonly now: () => number;
}

const PROTO = { "content-type": "application/protobuf" } as const;

/** `/v1/streams/{stream}/records`. */
export function recordRoutes(ports: RecordPorts): Route[] {
  return [
    {
      path: ["v1", "streams", "*", "records", "tail"],
      methods: {
        GET: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          const name = streamNameInPath(segment);
          const state = await ports.streams.open(basin, name, "read", undefined);
          answerText(exchange, 200, `{"tail":${positionText(state.tail)}}`);
        },
      },
    },
    {
      path: ["v1", "streams", "*", "records"],
      methods: {
        GET: (exchange, [segment = ""], text) => read(ports, exchange, segment, text),
        POST: (exchange, [segment = ""]) => append(ports, exchange, segment),
      },
    },
  ];
}

async function append(ports: RecordPorts, exchange: Exchange, segment: string): Promise<void> {
  const basin = basinHeader(exchange);
  const name = streamNameInPath(segment);
  checkEncryptionKey(exchange);
  const config = streamConfigHeader(exchange);
  const mode = appendMode(exchange);
  if (mode === "s2s") {
    const state = await ports.streams.open(basin, name, "append", config);
    ports.sessions.run(new AppendSession(exchange, state, ports.committer));
    return;
  }
  const checked = checkInput(
    mode === "proto" ? decodeAppendInput(await readBody(exchange, "bad_proto")) : await jsonInput(exchange),
  );
  let state = await ports.streams.open(basin, name, "append", config);
  // Of many that wait, each looks again: those before it may have taken the room. And the stream is looked for again:
  // nothing held it, so it may have left memory, or its name may be another's by now.
  while (!ports.committer.hasRoom) {
    await ports.committer.whenRoom();
    state = await ports.streams.open(basin, name, "append", config);
  }
  const ack = await new Promise<AppendAck>((resolve, reject) => {
    state.append(checked, (error, acked) => (acked === undefined ? reject(error) : resolve(acked)));
  });
  if (acceptsProto(exchange)) exchange.answer(200, PROTO, encodeAppendAck(ack));
  else answerText(exchange, 200, appendAckText(ack));
}

async function jsonInput(exchange: Exchange): Promise<ReturnType<typeof parseAppendInput>> {
  const format = jsonFormat(exchange);
  if (!isJson(exchange)) throw badJson("expected `content-type: application/json`");
  return parseAppendInput(parseJson(await readBody(exchange, "bad_json")), format);
}

async function read(ports: RecordPorts, exchange: Exchange, segment: string, text: string): Promise<void> {
  const basin = basinHeader(exchange);
  const name = streamNameInPath(segment);
  const { mode, format, query, cursor, config } = parseReadRequest(exchange, text);
  exchange.body.resume(); // a read has no body; one that comes anyway must not block the connection
  const state = await ports.streams.open(basin, name, "read", config);
  if (mode === "s2s") {
    await runSession(ports, state, query, () => new S2sSink(exchange));
  } else if (mode === "sse") {
    await runSession(ports, state, query, () => new SseSink(exchange, format, cursor, ports.now));
  } else {
    const result = await readOnce(ports.store, state, query, (listener) => exchange.onClosed(listener));
    if (mode === "json") {
      answerText(exchange, 200, readBatchText(result.pieces, result.tail, format));
    } else {
      const runs = result.pieces.map((piece) => piece.run);
      exchange.answer(200, PROTO, encodeReadBatch(runs, result.tail));
    }
  }
}

async function runSession(
  ports: RecordPorts,
  state: StreamState,
  query: ReadQuery,
  begin: () => S2sSink | SseSink,
): Promise<void> {
  if (isZeroRead(query)) {
    begin().end();
    return;
  }
  const opened = openRead(ports.store, state, query, false);
  await new ReadSession(ports, state, opened, begin()).run();
}

import type { Position, S2LiteError } from "../errors.js";
import { errorAnswer } from "../http/error-answer.js";
import type { Exchange } from "../http/exchange.js";
import type { Piece } from "../stream/budget.js";
import { type JsonFormat, positionText, readBatchText } from "../wire/json-records.js";
import { encodeEvent, eventId, type SseCursor } from "../wire/sse.js";
import { addU64 } from "../wire/u64.js";
import { ExchangeSink } from "./exchange-sink.js";

const SSE_HEADERS = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

/** A read session's output as server-sent events. */
export class SseSink extends ExchangeSink {
  readonly #format: JsonFormat;
  readonly #now: () => number;
  #cursor: SseCursor;

  /** `cursor` is where an earlier connection of the same read stopped, or zeros. */
  constructor(exchange: Exchange, format: JsonFormat, cursor: SseCursor, now: () => number) {
    super(exchange, SSE_HEADERS);
    this.#format = format;
    this.#cursor = cursor;
    this.#now = now;
  }

  batch(pieces: readonly Piece[], tail: Position | undefined): void {
    let { seqNum, count, bytes } = this.#cursor;
    for (const piece of pieces) {
      seqNum = piece.lastSeqNum;
      count = addU64(count, piece.count);
      bytes = addU64(bytes, piece.metered);
    }
    this.#cursor = { seqNum, count, bytes };
    const text = readBatchText(pieces, tail, this.#format);
    this.exchange.write(encodeEvent("batch", eventId(this.#cursor), text));
  }

  heartbeat(tail: Position): void {
    const text = `{"timestamp":${this.#now()},"tail":${positionText(tail)}}`;
    this.exchange.write(encodeEvent("ping", undefined, text));
  }

  end(): void {
    this.exchange.write(encodeEvent(undefined, undefined, "[DONE]"));
    this.exchange.end();
  }

  fail(error: S2LiteError): void {
    this.exchange.write(encodeEvent("error", undefined, errorAnswer(error).body));
    this.exchange.end();
  }
}

import type { Position, S2LiteError } from "../errors.js";
import { errorAnswer } from "../http/error-answer.js";
import type { Exchange } from "../http/exchange.js";
import type { Piece } from "../stream/budget.js";
import { type Coding, chooseCoding } from "../wire/compression.js";
import { encodeReadBatch, tailFieldLength, writeTailField } from "../wire/proto-records.js";
import { encodeFrame, encodeTerminalFrame, FRAME_HEADER_BYTES, writeFrameHeader } from "../wire/s2s-frame.js";
import { SESSION_HEADERS } from "./append-session.js";
import { ExchangeSink } from "./exchange-sink.js";

/** A read session's output as S2S frames. */
export class S2sSink extends ExchangeSink {
  readonly #coding: Coding;

  constructor(exchange: Exchange) {
    super(exchange, SESSION_HEADERS);
    this.#coding = chooseCoding(exchange.headerLines("accept-encoding").join(","));
  }

  batch(pieces: readonly Piece[], tail: Position | undefined): void {
    this.exchange.write(
      this.#coding === "none" ? plainFrame(pieces, tail) : encodeFrame(payload(pieces, tail), this.#coding),
    );
  }

  heartbeat(tail: Position): void {
    this.exchange.write(plainFrame([], tail));
  }

  end(): void {
    this.exchange.end();
  }

  fail(error: S2LiteError): void {
    const { status, body } = errorAnswer(error);
    this.exchange.write(encodeTerminalFrame(status, body));
    this.exchange.end();
  }
}

function payload(pieces: readonly Piece[], tail: Position | undefined): Buffer {
  return encodeReadBatch(
    pieces.map((piece) => piece.run),
    tail,
  );
}

/** A frame in one buffer: stored bytes are copied once, from the row to here. */
function plainFrame(pieces: readonly Piece[], tail: Position | undefined): Buffer {
  let bytes = tailFieldLength(tail);
  for (const piece of pieces) bytes += piece.run.length;
  const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + bytes);
  let at = writeFrameHeader(frame, bytes, 0, 0);
  for (const { run } of pieces) {
    frame.set(run, at);
    at += run.length;
  }
  writeTailField(frame, tail, at);
  return frame;
}

import type { Position, S2LiteError } from "../errors.js";
import type { AnswerHeaders, Exchange } from "../http/exchange.js";
import { MAX_UNSENT_BYTES } from "../limits.js";
import type { Piece } from "../stream/budget.js";
import type { ReadSink } from "../stream/read-session.js";

/** What the sinks over HTTP share: the answer's head, and when to hold back. */
export abstract class ExchangeSink implements ReadSink {
  protected readonly exchange: Exchange;

  /** Begins the answer: its head is sent at once. */
  constructor(exchange: Exchange, headers: AnswerHeaders) {
    this.exchange = exchange;
    exchange.begin(200, headers);
  }

  abstract batch(pieces: readonly Piece[], tail: Position | undefined): void;
  abstract heartbeat(tail: Position): void;
  abstract end(): void;
  abstract fail(error: S2LiteError): void;

  get blocked(): boolean {
    return this.exchange.unsentBytes >= MAX_UNSENT_BYTES;
  }

  get closed(): boolean {
    return this.exchange.closed;
  }

  ready(): Promise<void> {
    return this.blocked && !this.closed ? this.exchange.drained() : Promise.resolve();
  }

  onClosed(listener: () => void): void {
    this.exchange.onClosed(listener);
  }
}

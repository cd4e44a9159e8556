import { S2LiteError, toS2LiteError } from "../errors.js";
import { errorAnswer } from "../http/error-answer.js";
import type { Exchange } from "../http/exchange.js";
import { MAX_UNSENT_BYTES } from "../limits.js";
import type { Committer } from "../store/committer.js";
import { checkInput } from "../stream/check-input.js";
import type { StreamState } from "../stream/stream-state.js";
import { type AppendAck, appendAckLength, decodeAppendInput, writeAppendAck } from "../wire/proto-append.js";
import {
  encodeTerminalFrame,
  FRAME_HEADER_BYTES,
  FrameDecoder,
  writeFrameHeader,
} from "../wire/s2s-frame.js";

/** Headers of every S2S answer. */
export const SESSION_HEADERS = {
  "content-type": "s2s/proto",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

function badFrame(message: string): S2LiteError {
  return new S2LiteError("bad_frame", message);
}

/**
 * One append session: inputs are accepted as they come, acks go out in their order as they become
 * durable. The first bad or refused input ends it: earlier ones are still acknowledged, then the error
 * is told, and nothing after it is read.
 */
export class AppendSession {
  readonly #exchange: Exchange;
  readonly #state: StreamState;
  readonly #committer: Committer;
  readonly #decoder = new FrameDecoder();
  /** Inputs accepted and not yet acknowledged. */
  #open = 0;
  /** No more input will be taken. */
  #inputOver = false;
  /** Input waits in the decoder until there is room. */
  #waiting = false;
  /** The body ended while input still waited. */
  #bodyEnded = false;
  /** The answer is ended, or the client gone. */
  #finished = false;
  /** An error is to be told once everything before it is settled. */
  #failing = false;
  #onFinished: (() => void) | undefined;
  /** Acks of this turn, sent in one write. */
  #acks: AppendAck[] = [];

  constructor(exchange: Exchange, state: StreamState, committer: Committer) {
    this.#exchange = exchange;
    this.#state = state;
    this.#committer = committer;
  }

  /** Begins the answer and takes input from now on; `onFinished` is called once it is over. */
  start(onFinished: () => void): void {
    const { body } = this.#exchange;
    this.#onFinished = onFinished;
    this.#state.holders++;
    this.#exchange.onClosed(() => this.#finish());
    this.#exchange.begin(200, SESSION_HEADERS);
    body.on("data", (chunk: Buffer) => {
      if (this.#inputOver) return;
      this.#decoder.push(chunk);
      if (!this.#waiting) this.#pump();
    });
    body.on("error", () => this.#finish());
    const onEnd = () => {
      this.#bodyEnded = true;
      if (!this.#waiting) this.#endOfInput();
    };
    // An empty body may have ended while the stream was looked for.
    if (body.readableEnded) onEnd();
    else body.once("end", onEnd);
  }

  /** Ends it from this side: what was accepted is acknowledged, and whatever is not was never applied. */
  drain(): void {
    if (!this.#inputOver) this.#stopAt(new S2LiteError("server_draining", "the server is closing"));
  }

  /** Takes whole frames while there is room; then stops reading until there is again. */
  #pump(): void {
    try {
      for (;;) {
        if (!this.#hasRoom()) {
          void this.#waitForRoom();
          return;
        }
        const payload = this.#decoder.next();
        if (payload === undefined) return;
        const append = checkInput(decodeAppendInput(payload));
        this.#open++;
        const accepted = this.#state.append(append, (error, ack) => this.#settled(error, ack));
        if (!accepted) {
          this.#inputOver = true;
          return;
        }
      }
    } catch (thrown) {
      const error = toS2LiteError(thrown);
      this.#stopAt(error.code === "bad_proto" ? badFrame(error.message) : error);
    }
  }

  #hasRoom(): boolean {
    return this.#committer.hasRoom && this.#exchange.unsentBytes < MAX_UNSENT_BYTES;
  }

  async #waitForRoom(): Promise<void> {
    const { body } = this.#exchange;
    this.#waiting = true;
    body.pause();
    await this.#committer.whenRoom();
    if (this.#exchange.unsentBytes >= MAX_UNSENT_BYTES) await this.#exchange.drained();
    this.#waiting = false;
    if (!this.#inputOver) this.#pump();
    if (this.#waiting) return;
    body.resume();
    if (this.#bodyEnded) this.#endOfInput();
  }

  #endOfInput(): void {
    if (this.#inputOver) return;
    this.#inputOver = true;
    if (!this.#decoder.atBoundary) {
      this.#stopAt(badFrame("the input ends within a frame"));
      return;
    }
    this.#endIfDone();
  }

  /** Tells an error in the input itself, after the acks of everything accepted before it. */
  #stopAt(error: S2LiteError): void {
    this.#inputOver = true;
    this.#failing = true;
    this.#state.afterSettled(() => this.#fail(error));
  }

  #settled(error: S2LiteError | undefined, ack: AppendAck | undefined): void {
    this.#open--;
    if (ack !== undefined) {
      if (this.#acks.length === 0) process.nextTick(() => this.#sendAcks());
      this.#acks.push(ack);
    } else if (error !== undefined) {
      this.#inputOver = true;
      this.#fail(error);
    }
  }

  #sendAcks(): void {
    this.#writeAcks();
    this.#endIfDone();
  }

  #writeAcks(): void {
    const acks = this.#acks;
    if (acks.length === 0) return;
    this.#acks = [];
    let total = 0;
    for (const ack of acks) total += FRAME_HEADER_BYTES + appendAckLength(ack);
    const bytes = Buffer.allocUnsafe(total);
    let at = 0;
    for (const ack of acks) {
      at = writeFrameHeader(bytes, appendAckLength(ack), 0, at);
      at = writeAppendAck(bytes, ack, at);
    }
    this.#exchange.write(bytes);
  }

  #endIfDone(): void {
    if (!this.#inputOver || this.#failing || this.#open > 0 || this.#acks.length > 0 || this.#finished)
      return;
    this.#exchange.end();
    this.#finish();
  }

  #fail(error: S2LiteError): void {
    if (this.#finished) return;
    this.#writeAcks();
    const { status, body } = errorAnswer(error);
    this.#exchange.write(encodeTerminalFrame(status, body));
    this.#exchange.end();
    this.#finish();
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#inputOver = true;
    this.#state.holders--;
    this.#onFinished?.();
  }
}

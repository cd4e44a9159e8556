import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Readable } from "node:stream";
import { BaseExchange } from "./base-exchange.js";
import { drainedOrClosed } from "./drained.js";
import type { AnswerHeaders } from "./exchange.js";

/** An exchange over cleartext HTTP/2. */
export class H2Exchange extends BaseExchange {
  readonly method: string;
  readonly target: string;
  readonly body: Readable;
  readonly #stream: ServerHttp2Stream;
  readonly #rawHeaders: readonly string[];

  /** `rawHeaders` has names and values in turn, as they came. */
  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    compresses: boolean,
  ) {
    super(compresses);
    this.#stream = stream;
    this.#rawHeaders = rawHeaders;
    this.method = headers[":method"] ?? "GET";
    this.target = headers[":path"] ?? "/";
    this.body = stream;
    // A reset by the client is a way to cancel; whoever needs to know listens for the close.
    stream.on("error", () => undefined);
  }

  headerLines(name: string): readonly string[] {
    return this.#rawHeaders.filter((_, index) => index % 2 === 1 && this.#rawHeaders[index - 1] === name);
  }

  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  drained(): Promise<void> {
    return drainedOrClosed(this.#stream);
  }

  onClosed(listener: () => void): void {
    if (this.#stream.destroyed) listener();
    else this.#stream.once("close", listener);
  }

  protected get gone(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  protected sendHead(status: number, headers: AnswerHeaders): void {
    this.#stream.respond({ ":status": status, ...headers });
  }

  protected sendBytes(bytes: Buffer): void {
    this.#stream.write(bytes);
  }

  protected sendEnd(): void {
    this.#stream.end();
    this.#discardRest();
  }

  protected sendWhole(status: number, headers: AnswerHeaders, body: Buffer | undefined): void {
    const head = { ":status": status, ...headers };
    if (body === undefined || body.length === 0) {
      this.#stream.respond(head, { endStream: true });
    } else {
      this.#stream.respond(head);
      this.#stream.end(body); // in one go: clients read an error's code from one DATA frame
    }
    this.#discardRest();
  }

  /** Once the answer is out, a body that still comes is reset without blame. */
  #discardRest(): void {
    const stream = this.#stream;
    if (stream.readableEnded) return;
    stream.resume();
    stream.once("finish", () => {
      if (!stream.readableEnded && !stream.destroyed) stream.close(constants.NGHTTP2_NO_ERROR);
    });
  }
}

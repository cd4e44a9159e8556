import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { Readable } from "node:stream";
import { drainedOrClosed } from "./drained.js";
import type { AnswerHeaders, Exchange } from "./exchange.js";

/** An exchange over cleartext HTTP/2. */
export class H2Exchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly body: Readable;
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;

  constructor(stream: ServerHttp2Stream, headers: IncomingHttpHeaders) {
    this.#stream = stream;
    this.#headers = headers;
    this.method = headers[":method"] ?? "GET";
    this.target = headers[":path"] ?? "/";
    this.body = stream;
    // A reset by the client is a way to cancel; whoever needs to know listens for the close.
    stream.on("error", () => undefined);
  }

  header(name: string): string | undefined {
    const value = this.#headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  get answered(): boolean {
    return this.#stream.headersSent;
  }

  get closed(): boolean {
    return this.#stream.destroyed || this.#stream.closed || this.#stream.writableEnded;
  }

  get unsentBytes(): number {
    return this.#stream.writableLength;
  }

  begin(status: number, headers: AnswerHeaders): void {
    if (!this.closed) this.#stream.respond({ ":status": status, ...headers });
  }

  write(bytes: Buffer): void {
    if (!this.closed) this.#stream.write(bytes);
  }

  end(): void {
    if (this.closed) return;
    this.#stream.end();
    this.#discardRest();
  }

  answer(status: number, headers: AnswerHeaders, body: Buffer): void {
    if (this.closed) return;
    const head = { ":status": status, ...headers, "content-length": String(body.length) };
    if (this.method === "HEAD" || body.length === 0) {
      this.#stream.respond(head, { endStream: true });
    } else {
      this.#stream.respond(head);
      this.#stream.end(body); // in one go: clients read an error's code from one DATA frame
    }
    this.#discardRest();
  }

  drained(): Promise<void> {
    return drainedOrClosed(this.#stream);
  }

  onClosed(listener: () => void): void {
    if (this.#stream.destroyed) listener();
    else this.#stream.once("close", listener);
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

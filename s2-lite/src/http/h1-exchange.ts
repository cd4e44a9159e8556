import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { MAX_BODY_BYTES, MAX_DISCARDED_BYTES } from "../limits.js";
import { announcedBytes } from "./announced-bytes.js";
import { BaseExchange } from "./base-exchange.js";
import { drainedOrClosed } from "./drained.js";
import type { AnswerHeaders } from "./exchange.js";

/** An exchange over HTTP/1.1: also full duplex, since the answer may begin before the body ends. */
export class H1Exchange extends BaseExchange {
  readonly method: string;
  readonly target: string;
  readonly body: Readable;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse, compresses: boolean) {
    super(compresses);
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? "GET";
    this.target = request.url ?? "/";
    this.body = request;
  }

  headerLines(name: string): readonly string[] {
    return this.#request.headersDistinct[name] ?? [];
  }

  get unsentBytes(): number {
    return this.#response.writableLength;
  }

  drained(): Promise<void> {
    return drainedOrClosed(this.#response);
  }

  onClosed(listener: () => void): void {
    if (this.#response.destroyed) listener();
    else this.#response.once("close", listener);
  }

  protected get gone(): boolean {
    return this.#response.destroyed;
  }

  protected sendHead(status: number, headers: AnswerHeaders): void {
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  protected sendBytes(bytes: Buffer): void {
    this.#response.write(bytes);
  }

  protected sendEnd(): void {
    this.#response.end();
    this.#discardRest();
  }

  protected sendWhole(status: number, headers: AnswerHeaders, body: Buffer | undefined): void {
    // Far more is announced than anybody here will read: the connection has no next request.
    const tooLarge = !this.#request.complete && announcedBytes(this) > MAX_BODY_BYTES;
    this.#response.writeHead(status, tooLarge ? { ...headers, connection: "close" } : headers);
    this.#response.end(body);
    this.#discardRest();
  }

  /**
   * The connection can serve the next request only when this one's body is read. A client that goes on and
   * on, though it has its answer, loses the connection.
   */
  #discardRest(): void {
    const request = this.#request;
    if (request.readableEnded) return;
    let bytes = 0;
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_DISCARDED_BYTES) request.destroy();
    });
    request.resume();
  }
}

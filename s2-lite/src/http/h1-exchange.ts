import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { drainedOrClosed } from "./drained.js";
import type { AnswerHeaders, Exchange } from "./exchange.js";

/** An exchange over HTTP/1.1: also full duplex, since the answer may begin before the body ends. */
export class H1Exchange implements Exchange {
  readonly method: string;
  readonly target: string;
  readonly body: Readable;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.#request = request;
    this.#response = response;
    this.method = request.method ?? "GET";
    this.target = request.url ?? "/";
    this.body = request;
  }

  header(name: string): string | undefined {
    return this.#request.headersDistinct[name]?.[0];
  }

  get answered(): boolean {
    return this.#response.headersSent;
  }

  get closed(): boolean {
    return this.#response.destroyed || this.#response.writableEnded;
  }

  get unsentBytes(): number {
    return this.#response.writableLength;
  }

  begin(status: number, headers: AnswerHeaders): void {
    if (this.closed) return;
    this.#response.writeHead(status, headers);
    this.#response.flushHeaders();
  }

  write(bytes: Buffer): void {
    if (!this.closed) this.#response.write(bytes);
  }

  end(): void {
    if (this.closed) return;
    this.#response.end();
    this.#discardRest();
  }

  answer(status: number, headers: AnswerHeaders, body: Buffer): void {
    if (this.closed) return;
    this.#response.writeHead(status, { ...headers, "content-length": String(body.length) });
    this.#response.end(this.method === "HEAD" ? undefined : body);
    this.#discardRest();
  }

  drained(): Promise<void> {
    return drainedOrClosed(this.#response);
  }

  onClosed(listener: () => void): void {
    if (this.#response.destroyed) listener();
    else this.#response.once("close", listener);
  }

  /** The connection can serve the next request only when this one's body is read. */
  #discardRest(): void {
    if (!this.#request.readableEnded) this.#request.resume();
  }
}

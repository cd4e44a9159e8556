import * as http from "node:http";
import type { Duplex } from "node:stream";
import type { Answer } from "../../answer.js";
import type { BasinClient } from "../../basin-client.js";

/**
 * An HTTP/1.1 request whose chunked body still goes out while the answer comes in. Looks like an `H2Call`, so
 * that a session's cases run over both.
 */
export class DuplexCall {
  readonly stream: http.ClientRequest;
  readonly chunks: Buffer[] = [];
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #ended = false;
  #error: Error | undefined;
  #socket: Duplex | undefined;
  #waiting: (() => void)[] = [];

  private constructor(request: http.ClientRequest) {
    this.stream = request;
    request.on("socket", (socket) => {
      this.#socket = socket;
    });
    request.on("response", (response) => {
      this.#status = response.statusCode ?? 0;
      this.#headers = response.headers as Record<string, string>;
      response.on("data", (chunk: Buffer) => {
        this.chunks.push(chunk);
        this.#wake();
      });
      response.on("end", () => {
        this.#ended = true;
        this.#wake();
      });
      response.on("error", (error) => this.#fail(error));
      this.#wake();
    });
    request.on("error", (error) => this.#fail(error));
    request.on("close", () => this.#wake());
  }

  /** Begins a request on a connection of its own, which ends with the case. */
  static begin(
    basin: BasinClient,
    method: string,
    path: string,
    headers: Readonly<Record<string, string | readonly string[]>>,
  ): DuplexCall {
    const url = new URL(basin.ctx.endpoint);
    const request = http.request({
      host: url.hostname,
      port: url.port,
      method,
      path,
      agent: false,
      headers: {
        "s2-basin": basin.name,
        ...Object.fromEntries(
          Object.entries(headers).map(([name, value]) => [
            name,
            typeof value === "string" ? value : [...value],
          ]),
        ),
        ...(method === "GET" ? {} : { "transfer-encoding": "chunked" }),
      },
    });
    const call = new DuplexCall(request);
    request.flushHeaders();
    basin.ctx.cleanup(() => request.destroy());
    return call;
  }

  get status(): number {
    return this.#status;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Resolves when `condition` holds; rejects when it never will. */
  async until(condition: (call: this) => boolean): Promise<void> {
    while (!condition(this)) {
      if (this.#error !== undefined) throw this.#error;
      if (this.#socket?.destroyed === true && !this.#ended) throw new Error("the connection closed before");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves with the whole answer. */
  async answer(): Promise<Answer> {
    await this.until((call) => call.ended);
    const { status, headers, bytes } = this;
    return { status, headers, bytes, text: bytes.toString("utf8") };
  }

  #fail(error: Error): void {
    this.#error ??= error;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

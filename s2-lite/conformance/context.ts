import { randomBytes } from "node:crypto";
import * as http2 from "node:http2";
import { S2, type S2ClientOptions } from "@s2-dev/streamstore";
import { type Answer, outcomeOf } from "./answer.js";
import { BasinClient } from "./basin-client.js";
import { exchangeBytes, requestH1 } from "./http1.js";
import { beginH2, type H2Call } from "./http2.js";

/** The endpoint that cases run against. */
export interface ConformanceTarget {
  /** Scheme, host and port; serves account and basins alike. */
  readonly endpoint: string;
  /** Sent as a bearer token; servers in a box ignore it. */
  readonly accessToken?: string;
}

/** A request in the terms of a case. */
export interface CaseRequest {
  /** The `s2-basin` header. */
  readonly basin?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A value that is sent as JSON, with its content type unless `headers` has one. */
  readonly json?: unknown;
  /** A body as it is; `json` is then not looked at. */
  readonly body?: string | Buffer;
  /** HTTP/1.1 unless it says otherwise. */
  readonly over?: "h1" | "h2";
}

/**
 * What a case works with: the official SDK and raw HTTP/1.1 and HTTP/2 against one endpoint, names that no
 * other case has, and a list of what to undo. Each case has a context of its own.
 */
export class ConformanceContext {
  readonly endpoint: string;
  readonly #accessToken: string | undefined;
  readonly #undo: (() => unknown)[] = [];
  #h2: http2.ClientHttp2Session | undefined;

  constructor(target: ConformanceTarget) {
    this.endpoint = target.endpoint;
    this.#accessToken = target.accessToken;
  }

  /** The unmodified SDK, without retries unless the options say otherwise. */
  sdk(options: Partial<S2ClientOptions> = {}): S2 {
    return new S2({
      accessToken: this.#accessToken ?? "any",
      retry: { maxAttempts: 1 },
      ...options,
      endpoints: { account: this.endpoint, basin: this.endpoint },
    });
  }

  /** A basin's name that nobody has: `conf-`, 12 hexadecimal digits, and then `suffix`. */
  basinName(suffix = ""): string {
    return `conf-${randomBytes(6).toString("hex")}${suffix}`;
  }

  /** Makes a basin with this config, deleted after the case, and a client of it. */
  async newBasin(config: unknown = {}): Promise<BasinClient> {
    const basin = this.basinName();
    const answer = await this.request("POST", "/v1/basins", { json: { basin, config } });
    if (answer.status !== 201) throw new Error(`no basin: ${outcomeOf(answer)} ${answer.text}`);
    this.deleteLater(basin);
    return new BasinClient(this, basin);
  }

  /** Has a basin deleted after the case, if it is there then. */
  deleteLater(basin: string): void {
    this.cleanup(() => this.request("DELETE", `/v1/basins/${basin}`));
  }

  /** One request and its whole answer. */
  async request(method: string, path: string, request: CaseRequest = {}): Promise<Answer> {
    const headers = this.#headers(request);
    const body = request.body ?? (request.json === undefined ? undefined : JSON.stringify(request.json));
    if (request.over !== "h2") return requestH1(this.endpoint, { method, path, headers, body });
    const call = beginH2(this.h2(), { method, path, headers });
    call.stream.end(body);
    return call.answer();
  }

  /** Begins an HTTP/2 request; its body is the case's to write and end. */
  begin(method: string, path: string, request: Omit<CaseRequest, "json" | "body" | "over"> = {}): H2Call {
    return beginH2(this.h2(), { method, path, headers: this.#headers(request) });
  }

  /** This case's HTTP/2 connection: prior knowledge, or ALPN with TLS. */
  h2(): http2.ClientHttp2Session {
    if (this.#h2 === undefined) {
      const session = http2.connect(this.endpoint);
      session.on("error", () => undefined); // whoever has a request on it hears of it there
      this.cleanup(() => session.destroy());
      this.#h2 = session;
    }
    return this.#h2;
  }

  /** Bytes as they are over a connection of their own; see `exchangeBytes`. */
  bytes(writes: readonly (string | Buffer)[], enough: (text: string) => boolean): Promise<string> {
    return exchangeBytes(this.endpoint, writes, enough);
  }

  /**
   * Tries until it succeeds, for what a server does in the background. Fails with the last error.
   */
  async eventually<T>(work: () => Promise<T>, timeoutMs = 10_000): Promise<T> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** Has `undo` called after the case, last one first, whatever becomes of it. */
  cleanup(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /** Undoes everything. An undo that fails is left as it is: it is not what the case is about. */
  async close(): Promise<void> {
    for (const undo of this.#undo.splice(0).reverse()) await Promise.resolve(undo()).catch(() => undefined);
  }

  #headers(request: CaseRequest): Record<string, string | readonly string[]> {
    return {
      ...(this.#accessToken === undefined ? {} : { authorization: `Bearer ${this.#accessToken}` }),
      ...(request.basin === undefined ? {} : { "s2-basin": request.basin }),
      ...(request.json === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    };
  }
}

import { type Answer, outcomeOf } from "./answer.js";
import type { CaseRequest, ConformanceContext } from "./context.js";
import type { H2Call } from "./http2.js";

/** Requests about one basin: each carries its `s2-basin` header unless it has one itself. */
export class BasinClient {
  readonly name: string;
  /** The case that it belongs to. */
  readonly ctx: ConformanceContext;

  constructor(ctx: ConformanceContext, name: string) {
    this.ctx = ctx;
    this.name = name;
  }

  /** One request and its whole answer. */
  request(method: string, path: string, request: CaseRequest = {}): Promise<Answer> {
    return this.ctx.request(method, path, { basin: this.name, ...request });
  }

  /** One request with a JSON body, if any; see `outcomeOf` for what it comes to. */
  async outcome(method: string, path: string, json?: unknown, request: CaseRequest = {}): Promise<string> {
    return outcomeOf(await this.request(method, path, json === undefined ? request : { json, ...request }));
  }

  /** Begins an HTTP/2 request; its body is the case's to write and end. */
  begin(method: string, path: string, request: Omit<CaseRequest, "json" | "body" | "over"> = {}): H2Call {
    return this.ctx.begin(method, path, { basin: this.name, ...request });
  }

  /** Creates a stream; returns the path of its records. */
  async newStream(stream = "s", config: unknown = {}): Promise<string> {
    const answer = await this.request("POST", "/v1/streams", { json: { stream, config } });
    if (answer.status !== 201) throw new Error(`no stream: ${outcomeOf(answer)} ${answer.text}`);
    return this.records(stream);
  }

  /** The path of a stream. */
  path(stream: string): string {
    return `/v1/streams/${encodeURIComponent(stream)}`;
  }

  /** The path of a stream's records. */
  records(stream = "s"): string {
    return `${this.path(stream)}/records`;
  }
}

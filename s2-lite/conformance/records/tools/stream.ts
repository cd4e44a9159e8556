import { equal } from "node:assert/strict";
import { type Answer, bodyOf, outcomeOf } from "../../answer.js";
import type { BasinClient } from "../../basin-client.js";
import type { CaseRequest, ConformanceContext } from "../../context.js";
import { encodeAppend, type NewAppend, type SeenPosition } from "./proto.js";

/** An ack as JSON spells it. */
export interface JsonAck {
  readonly start: SeenPosition;
  readonly end: SeenPosition;
  readonly tail: SeenPosition;
}

/** A record as JSON spells it. */
export interface JsonRecord extends SeenPosition {
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
}

/** A timestamping config under which every record says its own time, whatever the clock. */
export const OWN_TIME = { timestamping: { mode: "client-require", uncapped: true } };

/** A stream and what cases do with it. */
export class StreamClient {
  readonly basin: BasinClient;
  /** The path of its records. */
  readonly path: string;

  constructor(basin: BasinClient, path: string) {
    this.basin = basin;
    this.path = path;
  }

  /** A new stream in a basin of its own. */
  static async make(ctx: ConformanceContext, config: unknown = {}): Promise<StreamClient> {
    const basin = await ctx.newBasin();
    return new StreamClient(basin, await basin.newStream("s", config));
  }

  /** A new stream whose records have these timestamps, one append each, and numbers as bodies: `0`, `1`, … */
  static async withTimes(ctx: ConformanceContext, times: readonly number[]): Promise<StreamClient> {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    for (const [index, timestamp] of times.entries())
      await stream.append({ records: [{ timestamp, body: String(index) }] });
    return stream;
  }

  /** Appends as JSON; must succeed. */
  async append(input: unknown, request: CaseRequest = {}): Promise<JsonAck> {
    const answer = await this.post(input, request);
    equal(outcomeOf(answer), "200", answer.text);
    return bodyOf(answer) as JsonAck;
  }

  /** Appends one record for each body. */
  appendBodies(...bodies: readonly string[]): Promise<JsonAck> {
    return this.append({ records: bodies.map((body) => ({ body })) });
  }

  /** Appends as JSON. */
  post(input: unknown, request: CaseRequest = {}): Promise<Answer> {
    return this.basin.request("POST", this.path, { json: input, ...request });
  }

  /** What an append as JSON comes to. */
  async outcome(input: unknown, request: CaseRequest = {}): Promise<string> {
    return outcomeOf(await this.post(input, request));
  }

  /** What an append of this JSON text comes to. */
  textOutcome(body: string, headers: CaseRequest["headers"] = {}): Promise<string> {
    return this.basin.outcome("POST", this.path, undefined, {
      body,
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** What an append in protobuf comes to. */
  protoOutcome(body: Buffer | NewAppend, headers: CaseRequest["headers"] = {}): Promise<string> {
    return this.basin.outcome("POST", this.path, undefined, {
      body: Buffer.isBuffer(body) ? body : encodeAppend(body),
      headers: { "content-type": "application/protobuf", ...headers },
    });
  }

  /** The tail: the next number, and the last timestamp. */
  async tail(): Promise<SeenPosition> {
    const answer = await this.basin.request("GET", `${this.path}/tail`);
    equal(outcomeOf(answer), "200", answer.text);
    return (bodyOf(answer) as { tail: SeenPosition }).tail;
  }

  /** The tail's number. */
  async next(): Promise<number> {
    return Number((await this.tail()).seq_num);
  }

  /** A unary read. */
  get(query: string, request: CaseRequest = {}): Promise<Answer> {
    return this.basin.request("GET", `${this.path}?${query}`, request);
  }

  /** The records of a unary read, which must succeed. */
  async records(query: string, request: CaseRequest = {}): Promise<readonly JsonRecord[]> {
    const answer = await this.get(query, request);
    equal(outcomeOf(answer), "200", answer.text);
    return (bodyOf(answer) as { records: readonly JsonRecord[] }).records;
  }

  /** What a unary read comes to: `200 0,1,2`, its records' numbers; `416`; `422 invalid`. */
  async reads(query: string, request: CaseRequest = {}): Promise<string> {
    const answer = await this.get(query, request);
    if (answer.status === 416) return "416";
    if (answer.status !== 200) return outcomeOf(answer);
    const { records } = bodyOf(answer) as { records: readonly JsonRecord[] };
    return `200 ${records.map((record) => record.seq_num).join(",")}`.trimEnd();
  }
}

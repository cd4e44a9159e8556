import { type BasinConfig, basinConfigJson, parseBasinConfig } from "../catalog/basin-config.js";
import { resolveStreamConfig, type StreamConfig } from "../catalog/stream-config.js";
import { parseStreamConfig, streamConfigJson } from "../catalog/stream-config-json.js";
import { S2LiteError } from "../errors.js";
import { MAX_BATCH_RECORDS } from "../limits.js";
import type { InputRecord, SequencedRecord } from "../stream/records.js";
import { asArray, asInteger, asObject, asString, parseJson } from "../wire/json-fields.js";
import { jsonText } from "../wire/json-text.js";
import type { U64 } from "../wire/u64.js";
import { describeAnswer, type Endpoint, type EndpointAnswer, type EndpointRequest } from "./endpoint.js";
import { decodeReadBatch, encodeAppendInput } from "./record-codec.js";

/** A basin or a stream in a listing. */
export interface Listed {
  readonly name: string;
  readonly deleting: boolean;
}

/** One stream somewhere. */
export interface StreamRef {
  readonly basin: string;
  readonly stream: string;
}

/** Where a read starts. */
export type ReadFrom = { readonly seqNum: number } | { readonly timestamp: U64 };

/** How an append ended: the stream's next number, whether or not that was ours to give. */
export type Appended = { readonly next: number; readonly refused: boolean };

const JSON_TYPE = { "content-type": "application/json" } as const;
const PROTO_TYPE = { "content-type": "application/protobuf" } as const;

/** The calls of S2's protocol that a copy needs, to any endpoint. Each throws `other` for an answer it cannot go on with. */
export class S2Client {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** All basins, in order. */
  basins(): AsyncGenerator<Listed> {
    return this.#list({ method: "GET", path: "/v1/basins" }, "basins", "");
  }

  /** All streams of a basin whose names begin with `prefix`, in order. */
  streams(basin: string, prefix: string): AsyncGenerator<Listed> {
    return this.#list({ method: "GET", path: "/v1/streams", basin }, "streams", prefix);
  }

  /** A basin's config; undefined when there is no such basin, `encrypted` when S2 encrypts its streams. */
  async basinConfig(basin: string): Promise<BasinConfig | "encrypted" | undefined> {
    const answer = await this.#send({ method: "GET", path: `/v1/basins/${basin}` }, [200, 404]);
    if (answer.status === 404) return undefined;
    const config = asObject(parseJson(answer.body), "the answer");
    return (config.stream_cipher ?? null) === null ? parseBasinConfig(config) : "encrypted";
  }

  /** Makes a basin; nothing happens when there is one of that name. */
  async createBasin(basin: string, config: BasinConfig): Promise<void> {
    await this.#send(post("/v1/basins", { basin, config: basinConfigJson(config) }), [201, 409]);
  }

  /** A stream's config with every field set; undefined when there is no such stream. */
  async streamConfig(ref: StreamRef): Promise<StreamConfig | undefined> {
    const answer = await this.#send({ method: "GET", path: streamPath(ref), basin: ref.basin }, [200, 404]);
    return answer.status === 404 ? undefined : resolveStreamConfig(parseStreamConfig(parseJson(answer.body)));
  }

  /** Makes a stream; false when there is one of that name, perhaps of an earlier try. */
  async createStream({ basin, stream }: StreamRef, config: StreamConfig): Promise<boolean> {
    const request = post("/v1/streams", { stream, config: streamConfigJson(config) });
    return (await this.#send({ ...request, basin }, [201, 409])).status === 201;
  }

  /** Sets a stream's whole config; gives what the endpoint made of it. */
  async reconfigureStream(ref: StreamRef, config: StreamConfig): Promise<StreamConfig> {
    const request = { ...post(streamPath(ref), streamConfigJson(config)), method: "PATCH" } as const;
    const answer = await this.#send({ ...request, basin: ref.basin }, [200]);
    return resolveStreamConfig(parseStreamConfig(parseJson(answer.body)));
  }

  /** The number that the stream's next record gets. */
  async tail(ref: StreamRef): Promise<number> {
    const path = `${streamPath(ref)}/records/tail`;
    const answer = await this.#send({ method: "GET", path, basin: ref.basin }, [200]);
    const { tail } = asObject(parseJson(answer.body), "the answer");
    return Number(asInteger(asObject(tail, "tail").seq_num, "tail.seq_num"));
  }

  /** Up to 1,000 records and 1 MiB from a place on; none when there are none from there. */
  async read(ref: StreamRef, from: ReadFrom): Promise<readonly SequencedRecord[]> {
    const start = "seqNum" in from ? `seq_num=${from.seqNum}` : `timestamp=${from.timestamp}`;
    const path = `${streamPath(ref)}/records?${start}&count=${MAX_BATCH_RECORDS}`;
    const headers = { accept: "application/protobuf" };
    const answer = await this.#send({ method: "GET", path, basin: ref.basin, headers }, [200, 416]);
    return answer.status === 416 ? [] : decodeReadBatch(answer.body);
  }

  /**
   * Appends a batch where it belongs. Refused when the stream's next number is another than `at`; that it
   * was stored by a try whose answer was lost is found out by that number.
   */
  async append(ref: StreamRef, records: readonly InputRecord[], at: number): Promise<Appended> {
    const body = encodeAppendInput(records, at);
    const path = `${streamPath(ref)}/records`;
    const request = { method: "POST", path, basin: ref.basin, headers: PROTO_TYPE, body } as const;
    const answer = await this.#send(request, [200, 412]);
    const end = at + records.length;
    if (answer.status === 200) return { next: end, refused: false };
    const { seq_num_mismatch: found } = asObject(parseJson(answer.body), "the answer");
    const next = Number(asInteger(found, "seq_num_mismatch"));
    return { next, refused: !(answer.repeated && next === end) };
  }

  async *#list(request: EndpointRequest, field: string, prefix: string): AsyncGenerator<Listed> {
    let startAfter = "";
    for (;;) {
      const query = new URLSearchParams({ prefix, start_after: startAfter });
      const answer = await this.#send({ ...request, path: `${request.path}?${query}` }, [200]);
      const page = asObject(parseJson(answer.body), "the answer");
      const items = asArray(page[field], field).map((item) => asObject(item, field));
      for (const item of items) {
        startAfter = asString(item.name, "name");
        yield { name: startAfter, deleting: (item.deleted_at ?? null) !== null || item.state === "deleting" };
      }
      if (page.has_more !== true || items.length === 0) return;
    }
  }

  async #send(request: EndpointRequest, expected: readonly number[]): Promise<EndpointAnswer> {
    const answer = await this.#endpoint.request(request);
    if (expected.includes(answer.status)) return answer;
    const what = `${request.method} ${request.path.split("?")[0]}`;
    const words = describeAnswer(answer.status, answer.body);
    throw new S2LiteError("other", `${this.#endpoint.name} answers ${what} with ${words}`);
  }
}

function streamPath({ stream }: StreamRef): string {
  return `/v1/streams/${encodeURIComponent(stream)}`;
}

function post(path: string, value: unknown): EndpointRequest {
  return { method: "POST", path, headers: JSON_TYPE, body: Buffer.from(jsonText(value)) };
}

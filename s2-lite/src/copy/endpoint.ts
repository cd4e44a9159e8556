import type { EndpointConfig } from "../config.js";
import { S2LiteError } from "../errors.js";
import {
  COPY_ATTEMPTS,
  COPY_BACKOFF_MAX_MS,
  COPY_BACKOFF_MS,
  COPY_REQUEST_TIMEOUT_MS,
  MAX_COPY_ANSWER_BYTES,
} from "../limits.js";
import { parseJson } from "../wire/json-fields.js";

/** S2's own account endpoint. */
const CLOUD_ACCOUNT = "https://a.s2.dev";

/** A request to one side of a copy. It may be sent more than once. */
export interface EndpointRequest {
  readonly method: "GET" | "POST" | "PATCH";
  /** From `/v1` on. */
  readonly path: string;
  /** The basin it is about, for what is not the account's. */
  readonly basin?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

/** What an endpoint answered. */
export interface EndpointAnswer {
  readonly status: number;
  readonly body: Buffer;
  /** Whether an earlier try may have been carried out unheard. */
  readonly repeated: boolean;
}

/** One side of a copy: any endpoint that speaks S2's protocol, reached over HTTP/1.1. */
export class Endpoint {
  readonly #config: EndpointConfig;
  readonly #backoffMs: number;

  constructor(config: EndpointConfig, backoffMs: number = COPY_BACKOFF_MS) {
    this.#config = config;
    this.#backoffMs = backoffMs;
  }

  /** Where it is, for people. */
  get name(): string {
    return this.#config.url === "cloud" ? "S2 Cloud" : this.#config.url;
  }

  /**
   * Sends a request, again when it fails in a way that passes. Resolves with any other answer. Throws
   * `unavailable` when it never passes, `other` when the endpoint lets nobody in.
   */
  async request(request: EndpointRequest): Promise<EndpointAnswer> {
    let problem: unknown;
    for (let attempt = 0; attempt < COPY_ATTEMPTS; attempt++) {
      if (attempt > 0) await pause(Math.min(this.#backoffMs * 2 ** (attempt - 1), COPY_BACKOFF_MAX_MS));
      try {
        const { status, body } = await this.#send(request);
        if (status === 401 || status === 403)
          throw new S2LiteError("other", `${this.name} refuses us: ${describeAnswer(status, body)}`);
        if (!passes(status, body)) return { status, body, repeated: attempt > 0 };
        problem = describeAnswer(status, body);
      } catch (error) {
        if (error instanceof S2LiteError) throw error;
        problem = reasonOf(error);
      }
    }
    throw new S2LiteError("unavailable", `${this.name} does not answer: ${String(problem)}`);
  }

  async #send(request: EndpointRequest): Promise<{ status: number; body: Buffer }> {
    const { token } = this.#config;
    const answer = await fetch(this.#origin(request.basin) + request.path, {
      method: request.method,
      headers: {
        ...request.headers,
        ...(request.basin === undefined ? {} : { "s2-basin": request.basin }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(request.body === undefined ? {} : { body: new Uint8Array(request.body) }),
      redirect: "error",
      signal: AbortSignal.timeout(COPY_REQUEST_TIMEOUT_MS),
    });
    return { status: answer.status, body: await readAll(answer) };
  }

  #origin(basin: string | undefined): string {
    if (this.#config.url !== "cloud") return this.#config.url;
    return basin === undefined ? CLOUD_ACCOUNT : `https://${basin}.b.s2.dev`;
  }
}

/** An answer in words: its code and message, where it has them. */
export function describeAnswer(status: number, body: Buffer): string {
  try {
    const { code, message } = parseJson(body) as { readonly code?: unknown; readonly message?: unknown };
    if (typeof code === "string") return `${status} ${code}: ${String(message)}`;
  } catch {
    // no JSON: the status says it all
  }
  return `status ${status}`;
}

/** Whether the same request may be answered otherwise in a moment. */
function passes(status: number, body: Buffer): boolean {
  if ([408, 429, 500, 502, 503, 504].includes(status)) return true;
  return status === 409 && body.includes("transaction_conflict");
}

async function readAll(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.length;
    if (length > MAX_COPY_ANSWER_BYTES) throw new S2LiteError("other", "an answer is larger than S2's are");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The words of an error and of what caused it: `fetch` says only that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

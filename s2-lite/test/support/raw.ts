import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { onTestFinished } from "vitest";
import { BASIN } from "./server.js";

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly bytes: Buffer;
}

/** A request: the basin's header is there unless it is overridden. */
export interface RawRequest {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request over HTTP/1.1. */
export function h1(endpoint: string, request: RawRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(endpoint);
    const sent = http.request(
      {
        host: url.hostname,
        port: url.port,
        path: request.path,
        method: request.method ?? "GET",
        headers: { "s2-basin": BASIN, ...request.headers },
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("end", () => {
          const bytes = Buffer.concat(chunks);
          const headers = answer.headers as Record<string, string>;
          resolve({ status: answer.statusCode ?? 0, headers, text: bytes.toString(), bytes });
        });
        answer.on("error", reject);
      },
    );
    sent.on("error", reject);
    sent.end(request.body);
  });
}

/** JSON over HTTP/1.1: the status and the parsed answer. */
export async function json(
  endpoint: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: unknown; headers: Readonly<Record<string, string>> }> {
  const answer = await h1(endpoint, {
    method,
    path,
    ...(body === undefined
      ? { headers }
      : { headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    body: answer.text === "" ? undefined : JSON.parse(answer.text),
    headers: answer.headers,
  };
}

/** What a connection answers to bytes, each chunk in a packet of its own, until it is closed or has enough. */
export function exchangeBytes(
  endpoint: string,
  chunks: readonly string[],
  enough: (text: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(endpoint);
    const socket = net.connect(Number(port), hostname);
    let text = "";
    socket.setNoDelay(true);
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (enough(text)) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
    void (async () => {
      for (const chunk of chunks) {
        socket.write(chunk);
        await new Promise((done) => setTimeout(done, 5));
      }
    })();
  });
}

/** A connection with HTTP/2 and prior knowledge, closed when the test is over. */
export function h2connect(endpoint: string): http2.ClientHttp2Session {
  const session = http2.connect(endpoint);
  session.on("error", () => undefined);
  onTestFinished(() => session.destroy());
  return session;
}

/** An HTTP/2 request whose body and answer go on. */
export class H2Call {
  readonly stream: http2.ClientHttp2Stream;
  readonly chunks: Buffer[] = [];
  #status = 0;
  #ended = false;
  #changed: (() => void)[] = [];

  constructor(session: http2.ClientHttp2Session, path: string, headers: Record<string, string> = {}) {
    this.stream = session.request({ ":path": path, "s2-basin": BASIN, ...headers });
    this.stream.on("response", (answer) => {
      this.#status = answer[":status"] ?? 0;
      this.#wake();
    });
    this.stream.on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.#wake();
    });
    this.stream.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    this.stream.on("error", () => this.#wake());
  }

  get status(): number {
    return this.#status;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Resolves when `condition` holds; looked at whenever something arrives. */
  async until(condition: (call: this) => boolean): Promise<void> {
    while (!condition(this)) await new Promise<void>((resolve) => this.#changed.push(resolve));
  }

  #wake(): void {
    const waiting = this.#changed;
    this.#changed = [];
    for (const wake of waiting) wake();
  }
}

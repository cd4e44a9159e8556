import type * as http2 from "node:http2";
import type { Answer } from "./answer.js";
import type { RawRequest } from "./http1.js";

/** An HTTP/2 request whose body goes out and whose answer comes in as they like. */
export class H2Call {
  readonly stream: http2.ClientHttp2Stream;
  /** The DATA frames of the answer, about one chunk each. */
  readonly chunks: Buffer[] = [];
  #headers: Readonly<Record<string, string>> = {};
  #status = 0;
  #ended = false;
  #error: Error | undefined;
  #waiting: (() => void)[] = [];

  constructor(stream: http2.ClientHttp2Stream) {
    this.stream = stream;
    stream.on("response", (headers) => {
      this.#status = headers[":status"] ?? 0;
      this.#headers = Object.fromEntries(
        Object.entries(headers)
          .filter(([name]) => !name.startsWith(":"))
          .map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : String(value)]),
      );
      this.#wake();
    });
    stream.on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.#wake();
    });
    stream.on("end", () => {
      this.#ended = true;
      this.#wake();
    });
    stream.on("error", (error: Error) => {
      this.#error = error;
      this.#wake();
    });
    stream.on("close", () => this.#wake());
  }

  /** 0 until the answer's head is here. */
  get status(): number {
    return this.#status;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  /** Whether the answer is over. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What of the answer's body is here. */
  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  /** Resolves when `condition` holds; rejects when it never will, since the stream is closed. */
  async until(condition: (call: this) => boolean): Promise<void> {
    while (!condition(this)) {
      if (this.stream.closed && this.stream.destroyed)
        throw new Error(`the stream closed before: ${this.#error?.message ?? "no error"}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves with the whole answer. */
  async answer(): Promise<Answer> {
    await this.until((call) => call.ended);
    const { status, headers, bytes } = this;
    return { status, headers, bytes, text: bytes.toString("utf8") };
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

/** Begins a request over HTTP/2; its body is the caller's to write and end. */
export function beginH2(session: http2.ClientHttp2Session, request: Omit<RawRequest, "body">): H2Call {
  const headers: http2.OutgoingHttpHeaders = { ":method": request.method, ":path": request.path };
  for (const [name, value] of Object.entries(request.headers))
    headers[name] = typeof value === "string" ? value : [...value];
  return new H2Call(session.request(headers, { endStream: false }));
}

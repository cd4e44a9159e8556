import type { Answer } from "./answer.js";

/**
 * A request whose body still goes out while its answer comes in, over whichever transport: `stream` is where the body is
 * written, and whoever began it tells what came.
 */
export class OpenCall<Stream> {
  readonly stream: Stream;
  /** The answer's body as it came: over HTTP/2 about one chunk for each DATA frame. */
  readonly chunks: Buffer[] = [];
  #status = 0;
  #headers: Readonly<Record<string, string>> = {};
  #ended = false;
  /** Why nothing more can come. */
  #lost: Error | undefined;
  #waiting: (() => void)[] = [];

  constructor(stream: Stream) {
    this.stream = stream;
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

  /** Resolves when `condition` holds; rejects when it never will. */
  async until(condition: (call: this) => boolean): Promise<void> {
    while (!condition(this)) {
      if (this.#lost !== undefined) throw this.#lost;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Resolves with the whole answer. */
  async answer(): Promise<Answer> {
    await this.until((call) => call.ended);
    const { status, headers, bytes } = this;
    return { status, headers, bytes, text: bytes.toString("utf8") };
  }

  /** The answer's head came. */
  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.#status = status;
    this.#headers = headers;
    this.#wake();
  }

  /** Some of its body came. */
  data(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.#wake();
  }

  /** Its end came. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Nothing more can come. The first reason counts. */
  lose(why: Error): void {
    this.#lost ??= why;
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}

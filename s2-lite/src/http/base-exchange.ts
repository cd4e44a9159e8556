import type { Readable } from "node:stream";
import { chooseAnswerCoding, compressAnswer } from "./content-coding.js";
import type { AnswerHeaders, Exchange } from "./exchange.js";

/** What both HTTP versions do alike: headers for every answer, HEAD, and compression. */
export abstract class BaseExchange implements Exchange {
  abstract readonly method: string;
  abstract readonly target: string;
  abstract readonly body: Readable;
  readonly #compresses: boolean;
  #added: AnswerHeaders = {};
  #answered = false;
  #over = false;

  /** `compresses` says whether this client's connection is worth compressing for. */
  constructor(compresses: boolean) {
    this.#compresses = compresses;
  }

  abstract headerLines(name: string): readonly string[];
  abstract get unsentBytes(): number;
  abstract drained(): Promise<void>;
  abstract onClosed(listener: () => void): void;
  /** Whether the client is gone. */
  protected abstract get gone(): boolean;
  protected abstract sendHead(status: number, headers: AnswerHeaders): void;
  protected abstract sendBytes(bytes: Buffer): void;
  protected abstract sendEnd(): void;
  /** Sends everything at once; an undefined body is that of a HEAD's answer. */
  protected abstract sendWhole(status: number, headers: AnswerHeaders, body: Buffer | undefined): void;

  header(name: string): string | undefined {
    return this.headerLines(name)[0];
  }

  get answered(): boolean {
    return this.#answered;
  }

  get closed(): boolean {
    return this.#over || this.gone;
  }

  addHeaders(headers: AnswerHeaders): void {
    this.#added = { ...this.#added, ...headers };
  }

  begin(status: number, headers: AnswerHeaders): void {
    if (this.closed || this.#answered) return;
    this.#answered = true;
    const head = { ...this.#added, ...headers };
    if (this.method === "HEAD") {
      this.#over = true;
      this.sendWhole(status, head, undefined);
    } else {
      this.sendHead(status, head);
    }
  }

  write(bytes: Buffer): void {
    if (!this.closed) this.sendBytes(bytes);
  }

  end(): void {
    if (this.closed) return;
    this.#over = true;
    this.sendEnd();
  }

  answer(status: number, headers: AnswerHeaders, body: Buffer): void {
    if (this.closed || this.#answered) return;
    this.#answered = true;
    const head = { ...this.#added, ...headers };
    const accepted = this.#compresses ? this.headerLines("accept-encoding").join(",") : "";
    const coding = chooseAnswerCoding(accepted, body.length);
    if (coding !== "identity") void this.#answerCompressed(status, head, body, coding);
    else this.#answerWhole(status, { ...head, "content-length": String(body.length) }, body);
  }

  async #answerCompressed(
    status: number,
    head: AnswerHeaders,
    body: Buffer,
    coding: "gzip" | "zstd",
  ): Promise<void> {
    const coded = await compressAnswer(body, coding).catch(() => undefined); // sent as it is, then
    const vary = [head.vary, "accept-encoding"].filter((name) => name !== undefined).join(", ");
    const coder = coded === undefined ? {} : { "content-encoding": coding };
    const length = String((coded ?? body).length);
    this.#answerWhole(status, { ...head, ...coder, vary, "content-length": length }, coded ?? body);
  }

  #answerWhole(status: number, headers: AnswerHeaders, body: Buffer): void {
    if (this.closed) return;
    this.#over = true;
    this.sendWhole(status, headers, this.method === "HEAD" ? undefined : body);
  }
}

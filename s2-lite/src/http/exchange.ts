import type { Readable } from "node:stream";

/** Headers of an answer, lower-case. */
export type AnswerHeaders = Readonly<Record<string, string>>;

/**
 * One request and its answer, over whichever HTTP version: handlers know no other. Writing after the
 * client is gone does nothing.
 */
export interface Exchange {
  readonly method: string;
  /** Path and query as they came. */
  readonly target: string;
  /** The request's body as it comes. */
  readonly body: Readable;
  /** The first value of a header, by lower-case name. */
  header(name: string): string | undefined;
  /** All values of a header in the order of its lines, by lower-case name. */
  headerLines(name: string): readonly string[];
  /** Whether the answer has begun. */
  readonly answered: boolean;
  /** Whether the client is gone, or the answer is over. */
  readonly closed: boolean;
  /** Bytes written that the connection has not taken yet. */
  readonly unsentBytes: number;
  /** Adds headers to the answer, whoever gives it. */
  addHeaders(headers: AnswerHeaders): void;
  /** Begins an answer that `write` and `end` go on with; its head is sent at once. To a HEAD it is all. */
  begin(status: number, headers: AnswerHeaders): void;
  write(bytes: Buffer): void;
  end(): void;
  /** Answers in one go; compressed, a little later, where the client takes that and it is worth it. */
  answer(status: number, headers: AnswerHeaders, body: Buffer): void;
  /** Resolves when what is unsent is sent, or the client is gone. */
  drained(): Promise<void>;
  /** Calls back once when the client is gone or the answer is wholly sent. */
  onClosed(listener: () => void): void;
}

import { S2LiteError, toS2LiteError } from "../errors.js";
import { jsonText } from "../wire/json-text.js";
import { REQUEST_CODINGS } from "./content-coding.js";
import { errorAnswer } from "./error-answer.js";
import type { AnswerHeaders, Exchange } from "./exchange.js";

const NOTHING = Buffer.alloc(0);

/** Answers with JSON; a bigint in it is an integer. */
export function answerJson(
  exchange: Exchange,
  status: number,
  value: unknown,
  headers: AnswerHeaders = {},
): void {
  answerText(exchange, status, jsonText(value), headers);
}

/** Answers with JSON that is text already. */
export function answerText(
  exchange: Exchange,
  status: number,
  text: string,
  headers: AnswerHeaders = {},
): void {
  exchange.answer(status, { ...headers, "content-type": "application/json" }, Buffer.from(text));
}

/** Answers with no body. */
export function answerEmpty(exchange: Exchange, status: number, headers: AnswerHeaders = {}): void {
  exchange.answer(status, headers, NOTHING);
}

/** Answers with an error, unless an answer has begun. */
export function answerError(exchange: Exchange, thrown: unknown): void {
  if (exchange.answered || exchange.closed) return;
  const error = thrown instanceof S2LiteError ? thrown : toS2LiteError(thrown);
  const { status, body } = errorAnswer(error);
  if (body !== "") answerText(exchange, status, body);
  else answerEmpty(exchange, status, status === 415 ? { "accept-encoding": REQUEST_CODINGS } : {});
}

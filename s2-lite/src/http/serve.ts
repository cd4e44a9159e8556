import { S2LiteError } from "../errors.js";
import { MAX_TARGET_CHARS } from "../limits.js";
import { answerEmpty, answerError } from "./answers.js";
import { corsHeaders, preflightHeaders } from "./cors.js";
import type { Exchange } from "./exchange.js";
import { type Match, matchRoute, type Route } from "./router.js";

/** How requests are served. */
export interface ServeOptions {
  /** Whether pages of other origins may use this server. */
  readonly cors: boolean;
  /** Where an error is told that no client can hear of. */
  readonly log: (message: string) => void;
}

/** Serves one request: finds its handler, and answers whatever that throws. Never rejects. */
export async function serve(
  routes: readonly Route[],
  exchange: Exchange,
  { cors, log }: ServeOptions,
): Promise<void> {
  try {
    if (cors) exchange.addHeaders(corsHeaders(exchange));
    if (exchange.target.length > MAX_TARGET_CHARS) return answerEmpty(exchange, 414);
    await run(matchRoute(routes, exchange.method, exchange.target), exchange, cors);
  } catch (error) {
    try {
      answerError(exchange, error);
    } catch (second) {
      log(`an error could not be told: ${String(second)}`);
    }
  }
}

async function run(match: Match, exchange: Exchange, cors: boolean): Promise<void> {
  if (cors && exchange.method === "OPTIONS") {
    const allow = "allow" in match ? { allow: match.allow } : {};
    return answerEmpty(exchange, 200, { ...preflightHeaders(exchange), ...allow });
  }
  if ("handler" in match) {
    if (match.path[0] === "v1") checkContentEncoding(exchange);
    return match.handler(exchange, match.segments, match.query);
  }
  if ("allow" in match) answerEmpty(exchange, 405, { allow: match.allow });
  else answerEmpty(exchange, 404);
}

/** Before anything else of a request is looked at, whether it has a body or not. */
function checkContentEncoding(exchange: Exchange): void {
  const coding = exchange.header("content-encoding");
  if (coding !== undefined && coding !== "identity" && coding !== "gzip" && coding !== "zstd")
    throw new S2LiteError("unsupported_encoding", `content-encoding ${coding} is not supported`);
}

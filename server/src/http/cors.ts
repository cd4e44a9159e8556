import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_CACHED_ORIGINS } from "../limits.js";
import { HttpError } from "./http-error.js";
import { type OriginPattern, parseOriginPattern } from "./origins.js";

/** Whether pages of an origin may record. */
export type OriginAllowed = (origin: string) => boolean;

/** Reads patterns into one test that remembers its verdicts. What is no pattern allows nothing. */
export function createOriginAllowed(texts: readonly string[]): OriginAllowed {
  const patterns = texts
    .map(parseOriginPattern)
    .filter((pattern): pattern is OriginPattern => pattern !== undefined);
  const verdicts = new Map<string, boolean>();
  return (origin) => {
    const known = verdicts.get(origin);
    if (known !== undefined) return known;
    const verdict = patterns.some((pattern) => pattern.matches(origin));
    if (verdicts.size >= MAX_CACHED_ORIGINS) verdicts.clear();
    verdicts.set(origin, verdict);
    return verdict;
  };
}

/**
 * Lets an allowed origin read the answer; credentials never. No `Origin` (desktop SDKs, servers) is fine.
 * Throws `HttpError` `origin_not_allowed`.
 */
export function allowOrigin(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: OriginAllowed,
): void {
  response.setHeader("vary", "origin");
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (!allowed(origin)) {
    throw new HttpError(
      "origin_not_allowed",
      "Pages of this origin may not record; REELTIME_ORIGINS says which may.",
    );
  }
  response.setHeader("access-control-allow-origin", origin);
  response.setHeader("access-control-expose-headers", "retry-after, x-request-id");
}

/**
 * Answers a preflight. The SDK's own requests need none, but pages that patch `fetch` to add tracing headers
 * make one needed.
 */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  const wanted = request.headers["access-control-request-headers"];
  if (response.hasHeader("access-control-allow-origin")) {
    response.setHeader("access-control-allow-methods", "POST");
    if (wanted !== undefined) response.setHeader("access-control-allow-headers", wanted);
    response.setHeader("access-control-max-age", "600");
  }
  response.statusCode = 204;
  response.end();
}

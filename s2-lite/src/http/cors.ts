import type { AnswerHeaders, Exchange } from "./exchange.js";

/** What CORS headers depend on, for caches. */
const VARY = "origin, access-control-request-method, access-control-request-headers";

/**
 * The headers that let a page of any origin use this server, as S2's own one does: what the browser asks
 * for is mirrored, nothing is exposed beyond what is safe-listed.
 */
export function corsHeaders(exchange: Exchange): AnswerHeaders {
  const origin = exchange.header("origin");
  return {
    vary: VARY,
    "access-control-allow-credentials": "true",
    ...(origin === undefined ? {} : { "access-control-allow-origin": origin }),
  };
}

/** What else a preflight is answered with. */
export function preflightHeaders(exchange: Exchange): AnswerHeaders {
  const method = exchange.header("access-control-request-method");
  const headers = exchange.header("access-control-request-headers");
  return {
    ...(method === undefined ? {} : { "access-control-allow-methods": method }),
    ...(headers === undefined ? {} : { "access-control-allow-headers": headers }),
  };
}

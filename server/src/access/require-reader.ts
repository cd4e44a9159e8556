import type { RequestHandler } from "../http/express.js";
import { requireFetch, requireSameOrigin } from "../http/fetch-guard.js";
import { HttpError } from "../http/http-error.js";
import type { Readers } from "./readers.js";

/**
 * Stands before every private route. A read key may come from anywhere; a cookie only with a request that our
 * own pages' code made. A project key and a session token are neither: what can write cannot read.
 */
export function requireReader(readers: Readers): RequestHandler {
  return (request, _response, next) => {
    requireFetch(request);
    const reader = readers.of(request);
    if (reader === undefined) throw new HttpError("unauthorized", "Sign in, or send a read key.");
    if (reader.by === "cookie") requireSameOrigin(request);
    next();
  };
}

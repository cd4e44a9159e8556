import type { Request, RequestHandler } from "../http/express.js";
import { requireFetch, requireNavigation, requireSameOrigin } from "../http/fetch-guard.js";
import { HttpError } from "../http/http-error.js";
import type { Readers } from "./readers.js";

/**
 * Stands before every private route. A read key may come from anywhere; a cookie only with a request that our
 * own pages' code made, or their link to a download. A project key and a session token are neither: what can write cannot read.
 * @param isDownload whether a browser may go there as to a page: it saves what it gets, and shows none of it
 */
export function requireReader(readers: Readers, isDownload: (request: Request) => boolean): RequestHandler {
  return (request, _response, next) => {
    if (isDownload(request)) requireNavigation(request);
    else requireFetch(request);
    const reader = readers.of(request);
    if (reader === undefined) throw new HttpError("unauthorized", "Sign in, or send a read key.");
    if (reader.by === "cookie") requireSameOrigin(request);
    next();
  };
}

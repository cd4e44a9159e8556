import type { IncomingMessage } from "node:http";
import { HttpError } from "./http-error.js";

const forbidden = (message: string): HttpError => new HttpError("forbidden", message);

/**
 * Refuses what browsers mark as no request of our own pages' code: a stylesheet, an image, a frame, a prefetch. A
 * recorded page is shown on our own origin with the viewer's cookie beside it, so what it might still load must
 * not reach private routes. Clients that are no browsers send none of these headers.
 * Throws `HttpError` `forbidden`.
 */
export function requireFetch(request: IncomingMessage): void {
  refusePrefetch(request);
  const destination = request.headers["sec-fetch-dest"];
  if (destination !== undefined && destination !== "empty")
    throw forbidden("Only code of the dashboard reads this.");
}

/** Refuses everything but a person going to a page. Throws `HttpError` `forbidden`. */
export function requireNavigation(request: IncomingMessage): void {
  refusePrefetch(request);
  const destination = request.headers["sec-fetch-dest"];
  if (destination !== undefined && destination !== "document" && destination !== "empty") {
    throw forbidden("This page is not for embedding.");
  }
}

/**
 * Refuses a request that another site's page could have made with the viewer's cookie. `same-site` is another
 * site too: cookies do not know ports. Where browsers send no `Sec-Fetch-Site` (plain http to another machine),
 * a changing request must carry our own `Origin`. Throws `HttpError` `forbidden`.
 */
export function requireSameOrigin(request: IncomingMessage): void {
  const site = request.headers["sec-fetch-site"];
  if (site === "same-origin" || site === "none") return;
  if (site !== undefined) throw forbidden("Only the dashboard may do this.");
  if (request.method === "GET" || request.method === "HEAD") return;
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === host) return;
  throw forbidden("Only the dashboard or a read key may do this.");
}

function refusePrefetch(request: IncomingMessage): void {
  const { "sec-purpose": secPurpose, purpose } = request.headers;
  if (secPurpose !== undefined || purpose === "prefetch") throw forbidden("This is not for prefetching.");
}

import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_REQUEST_ID_CHARS } from "../limits.js";

/** The header that carries a request's id, both ways. */
const REQUEST_ID = "x-request-id";

const FROM_OUTSIDE = new RegExp(`^[A-Za-z0-9._-]{1,${MAX_REQUEST_ID_CHARS}}$`);

/** Gives every answer an id: a proxy's when it sent a fit one, else one of this process's own count. */
export function createRequestIds(
  prefix: string = randomBytes(6).toString("base64url"),
): (request: IncomingMessage, response: ServerResponse) => void {
  let count = 0;
  return (request, response) => {
    const given = request.headers[REQUEST_ID];
    count += 1;
    const own = `${prefix}-${count.toString(36)}`;
    response.setHeader(REQUEST_ID, typeof given === "string" && FROM_OUTSIDE.test(given) ? given : own);
  };
}

/** The id an answer carries. */
export function requestIdOf(response: ServerResponse): string | undefined {
  const id = response.getHeader(REQUEST_ID);
  return typeof id === "string" ? id : undefined;
}

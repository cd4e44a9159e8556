import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_DISCARDED_BYTES } from "../limits.js";

/** Answers with JSON. Never cached: everything that answers so changes or is private. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  response.statusCode = status;
  response.setHeader("content-type", "application/json; charset=utf-8");
  response.setHeader("content-length", Buffer.byteLength(body));
  response.setHeader("cache-control", "no-store");
  response.setHeader("x-content-type-options", "nosniff");
  response.end(body);
}

/**
 * Reads and throws away what is left of a body nobody wants, so that its client gets to read the answer and
 * can go on with the connection; cuts the connection when it goes on too long. A body that stalls is cut by the
 * server's own timeouts.
 */
export function discardBody(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  let discarded = 0;
  request.removeAllListeners("data");
  request.on("data", (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > MAX_DISCARDED_BYTES) request.destroy();
  });
  // A client that goes away while its body is thrown away loses nothing.
  request.on("error", () => {});
  request.resume();
}

import type { IncomingMessage, ServerResponse } from "node:http";
import { sendJson } from "../http/send.js";
import type { Readiness } from "./readiness.js";

/**
 * `GET /health`: 200 while the process answers. `GET /ready`: 200 when it can do its work, else 503 with the
 * reason. They say nothing private and answer to any `Host`, since probes ask by address. `undefined` when a
 * request is for neither.
 */
export function answerHealth(
  readiness: Readiness,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> | undefined {
  if (request.method !== "GET" && request.method !== "HEAD") return undefined;
  const path = request.url?.split("?", 1)[0];
  if (path === "/health") return Promise.resolve(sendJson(response, 200, { status: "ok" }));
  if (path !== "/ready") return undefined;
  return readiness.state().then((state) => sendJson(response, state.ready ? 200 : 503, state));
}

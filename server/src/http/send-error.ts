import type { IncomingMessage, ServerResponse } from "node:http";
import { RecorderError } from "@reeltime/recorder";
import { type ErrorResponse, ProtocolError } from "@reeltime/recorder/protocol";
import { CatalogError } from "../catalog/index.js";
import type { Log } from "../log.js";
import { HttpError } from "./http-error.js";
import { requestIdOf } from "./request-id.js";
import { discardBody, sendJson } from "./send.js";

/** Writes every refusal and failure, the only place that does. */
export type SendError = (request: IncomingMessage, response: ServerResponse, error: unknown) => void;

/** What the client is told of an error: its own mistakes by name, ours by `internal` alone. */
function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof ProtocolError) return new HttpError(error.code, error.message, {}, { cause: error });
  if (error instanceof CatalogError) {
    return new HttpError(
      "unavailable",
      "The catalog does not answer.",
      { retryAfterSeconds: 1 },
      { cause: error },
    );
  }
  if (error instanceof RecorderError && error.code !== "corrupt") {
    const message = error.code === "draining" ? "The server is going away." : "The store cannot be reached.";
    return new HttpError("unavailable", message, { retryAfterSeconds: 1 }, { cause: error });
  }
  const status = statusOf(error);
  if (status === 413) return new HttpError("too_large", "The body is too large.", {}, { cause: error });
  if (status >= 400 && status < 500) {
    return new HttpError("bad_request", "The request cannot be read.", {}, { cause: error });
  }
  return new HttpError(
    "internal",
    "Something went wrong here; the log has the request's id.",
    {},
    { cause: error },
  );
}

/** Makes the one place that writes errors. Logs what is our fault, with its cause. */
export function createSendError(log: Log): SendError {
  return (request, response, error) => {
    const refusal = toHttpError(error);
    const requestId = requestIdOf(response);
    if (refusal.code === "internal") {
      log.error({ err: refusal.cause, requestId, method: request.method }, "a request failed");
    } else if (refusal.code === "unavailable") {
      log.debug({ err: refusal.cause, requestId }, "a request was put off");
    }
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    const { expected, reason, retryAfterSeconds } = refusal.detail;
    if (retryAfterSeconds !== undefined) response.setHeader("retry-after", Math.ceil(retryAfterSeconds));
    const body: ErrorResponse = {
      error: {
        code: refusal.code,
        message: refusal.message,
        ...(expected === undefined ? {} : { expected }),
        ...(reason === undefined ? {} : { reason }),
        ...(requestId === undefined ? {} : { requestId }),
      },
    };
    sendJson(response, refusal.status, body);
    discardBody(request);
  };
}

/** Express and its parts throw errors that carry a status. */
function statusOf(error: unknown): number {
  if (typeof error !== "object" || error === null || !("status" in error)) return 500;
  return typeof error.status === "number" ? error.status : 500;
}

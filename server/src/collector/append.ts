import type { IncomingMessage, ServerResponse } from "node:http";
import type { AppendOutcome, Recorder } from "@reeltime/recorder";
import { type AckResponse, MAX_UPLOAD_BYTES } from "@reeltime/recorder/protocol";
import { withBody } from "../http/body.js";
import { HttpError } from "../http/http-error.js";
import type { TokenBuckets } from "../http/rate.js";
import { sendJson } from "../http/send.js";
import type { CollectorOptions } from "./collector.js";
import { type AcceptedUpload, acceptUpload } from "./upload.js";

/** What one session may send. */
export interface SessionRates {
  readonly uploads: TokenBuckets;
  readonly bytes: TokenBuckets;
}

/** A route below one session; `id` is what stands in the path. */
export type SessionRoute = (request: IncomingMessage, response: ServerResponse, id: string) => Promise<void>;

/** `POST /v1/sessions/:id/frames`: answers once every frame of the upload is durable. */
export function createAppend(options: CollectorOptions, rates: SessionRates): SessionRoute {
  const { recorder, tokens, watched, clock } = options;
  return (request, response, id) =>
    receive(options, rates, request, id, async (upload) => {
      if (upload.frames.length === 0) throw new HttpError("invalid", "An upload holds at least one frame.");
      const outcome = expectDurable(await append(recorder, upload, clock()));
      const { session, grant } = upload;
      const nowMs = clock();
      const answer: AckResponse = {
        acked: outcome.acked,
        watched: watched(session.sessionId),
        checkout: outcome.checkout,
        ...(tokens.isOld(grant, nowMs) ? { token: tokens.issue(session, nowMs) } : {}),
      };
      sendJson(response, 200, answer);
    });
}

/** Reads and checks one upload, then gives it to `use` while its bytes count. Throws what the checks throw. */
export async function receive(
  options: CollectorOptions,
  rates: SessionRates,
  request: IncomingMessage,
  id: string,
  use: (upload: AcceptedUpload) => Promise<void>,
): Promise<void> {
  const { tokens, projects, budget, clock } = options;
  await withBody(request, { maxBytes: MAX_UPLOAD_BYTES, budget }, async (bytes) => {
    const nowMs = clock();
    const upload = acceptUpload(bytes, { tokens, projects, id, origin: request.headers.origin, nowMs });
    rates.uploads.require(id, 1, nowMs);
    rates.bytes.require(id, bytes.length, nowMs);
    await use(upload);
  });
}

/** Hands an upload's frames to the recorder. */
export function append(
  recorder: Recorder,
  upload: AcceptedUpload,
  receivedAtMs: number,
): Promise<AppendOutcome> {
  const { session, frames, sentAtMs } = upload;
  return recorder.append({ session, frames, sentAtMs, receivedAtMs });
}

/** An outcome in which everything is durable. Throws `HttpError` `gap`, `session_closed` or `not_found` for the others. */
export function expectDurable(
  outcome: AppendOutcome,
): Extract<AppendOutcome, { readonly type: "appended" | "duplicate" }> {
  switch (outcome.type) {
    case "appended":
    case "duplicate":
      return outcome;
    case "gap":
      throw new HttpError("gap", "Frames are missing before these.", { expected: outcome.expected });
    case "closed":
      throw new HttpError("session_closed", "The session takes nothing more.", { reason: outcome.reason });
    case "missing":
      throw new HttpError("not_found", "There is no such session.");
  }
}

import type { IncomingMessage, ServerResponse } from "node:http";
import {
  type OpenResponse,
  type ProjectId,
  type SessionId,
  sessionStartMs,
} from "@reeltime/recorder/protocol";
import { withBody } from "../http/body.js";
import { HttpError } from "../http/http-error.js";
import { TokenBuckets } from "../http/rate.js";
import { sendJson } from "../http/send.js";
import { MAX_CLIENT_TEXT_BYTES, MAX_OPEN_BODY_BYTES } from "../limits.js";
import type { CollectorOptions } from "./collector.js";
import { parseOpenRequest } from "./open-request.js";

/** `POST /v1/sessions`: makes a session for the bearer of a project's public key and answers with its token. */
export function createOpen(
  options: CollectorOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { recorder, projects, tokens, budget, rates, addressOf, publicUrl, sessionLimitMs, clock } = options;
  const opens = new TokenBuckets({ perSecond: rates.opensPerMinute / 60, burst: rates.opensPerMinute });

  return async (request, response) => {
    opens.require(addressOf(request), 1, clock());
    await withBody(request, { maxBytes: MAX_OPEN_BODY_BYTES, budget }, async (bytes) => {
      const receivedAtMs = clock();
      const { key, sentAtMs, client, after, startedAtMs } = parseOpenRequest(bytes);
      const project = projects.byKey(key);
      if (project === undefined) throw new HttpError("unauthorized", "There is no project with this key.");
      const { origin } = request.headers;
      if (origin !== undefined && !projects.allowsOrigin(origin, project.id)) {
        throw new HttpError("origin_not_allowed", "Pages of this origin may not record into this project.");
      }
      const userAgent = client.userAgent ?? request.headers["user-agent"]?.slice(0, MAX_CLIENT_TEXT_BYTES);
      const previous = after === undefined ? undefined : previousSession(options, project.id, after);
      const offsetMs = receivedAtMs - sentAtMs;
      const wantedMs = startedAtMs === undefined ? receivedAtMs : startedAtMs + offsetMs;
      const opened = await recorder.open({
        project: project.id,
        client: userAgent === undefined ? client : { ...client, userAgent },
        offsetMs,
        startMs: boundedStart(wantedMs, receivedAtMs, sessionLimitMs, previous),
        ...(previous === undefined ? {} : { after: previous }),
      });
      const { sessionId } = opened;
      const answer: OpenResponse = {
        sessionId,
        token: tokens.issue({ project: project.id, sessionId }, clock()),
        url: `${publicUrl}/sessions/${sessionId}`,
      };
      sendJson(response, 201, answer);
    });
  };
}

/**
 * Where a session starts that was held back, epoch ms of the server's clock: as long ago as one may last, not before the
 * one it goes on from, and not in the future.
 */
export function boundedStart(
  wantedMs: number,
  nowMs: number,
  sessionLimitMs: number,
  previous: SessionId | undefined,
): number {
  const earliestMs = Math.max(nowMs - sessionLimitMs, previous === undefined ? 0 : sessionStartMs(previous));
  return Math.floor(Math.min(nowMs, Math.max(earliestMs, wantedMs)));
}

/**
 * The session a new one goes on from. Only its token names it, which may have expired meanwhile. A token that is
 * not ours links nothing and costs no recording: the secret may have changed.
 */
function previousSession(
  options: CollectorOptions,
  project: ProjectId,
  token: string,
): SessionId | undefined {
  const grant = options.tokens.read(token);
  return grant?.session.project === project ? grant.session.sessionId : undefined;
}

import type { ReceivedFrame } from "@reeltime/recorder";
import { decodeFrame, decodeUpload, type SessionRef } from "@reeltime/recorder/protocol";
import type { Projects } from "../access/projects.js";
import { HttpError } from "../http/http-error.js";
import type { SessionGrant, SessionTokens } from "../tokens/session-token.js";

/** An upload whose token is good for the session it was sent to, and whose frames follow each other. */
export interface AcceptedUpload {
  readonly session: SessionRef;
  readonly grant: SessionGrant;
  readonly frames: readonly ReceivedFrame[];
  /** Epoch ms of the client's clock. */
  readonly sentAtMs: number;
}

/** What an upload is checked against. */
export interface UploadCheck {
  readonly tokens: SessionTokens;
  readonly projects: Projects;
  /** The id in the path, anything at all. */
  readonly id: string;
  readonly origin: string | undefined;
  readonly nowMs: number;
}

/**
 * Reads an upload and says no before its frames are looked at.
 * Throws `ProtocolError` for bytes that are none, `HttpError` `unauthorized` for a token that is not ours or has
 * expired, `not_found` when it is for another session (or the path names none), `origin_not_allowed`, and
 * `invalid` when the frames are of several writers or their numbers do not go up by one.
 */
export function acceptUpload(bytes: Uint8Array, check: UploadCheck): AcceptedUpload {
  const upload = decodeUpload(bytes);
  const grant = check.tokens.read(upload.token);
  if (grant === undefined || grant.expiresMs <= check.nowMs) {
    throw new HttpError("unauthorized", "The session token is not valid.");
  }
  const { session } = grant;
  if (session.sessionId !== check.id) throw new HttpError("not_found", "There is no such session.");
  if (check.origin !== undefined && !check.projects.allowsOrigin(check.origin, session.project)) {
    throw new HttpError("origin_not_allowed", "Pages of this origin may not record into this project.");
  }
  return { session, grant, frames: decodeFrames(upload.frames), sentAtMs: upload.sentAtMs };
}

function decodeFrames(encoded: readonly Uint8Array[]): readonly ReceivedFrame[] {
  const frames: ReceivedFrame[] = [];
  let previous: ReceivedFrame | undefined;
  for (const bytes of encoded) {
    const received = { envelope: decodeFrame(bytes), bytes };
    if (previous !== undefined) {
      const { writer, number } = previous.envelope;
      if (received.envelope.writer !== writer || received.envelope.number !== number + 1) {
        throw new HttpError(
          "invalid",
          "An upload's frames are of one writer, their numbers going up by one.",
        );
      }
    }
    frames.push(received);
    previous = received;
  }
  return frames;
}

import { isProjectId, isSessionId, type SessionRef } from "@reeltime/recorder/protocol";
import { MAX_CACHED_TOKENS, MAX_TOKEN_CHARS } from "../limits.js";
import { createSigner } from "./signer.js";

/** What a session token says: which one session its bearer may append to and stop, and until when. */
export interface SessionGrant {
  readonly session: SessionRef;
  /** Epoch ms. */
  readonly expiresMs: number;
}

/** Makes and reads session tokens. They let nobody read anything. */
export interface SessionTokens {
  /** A new token, good for a whole life from `nowMs` on. */
  issue(session: SessionRef, nowMs: number): string;
  /** What a token grants, expired or not; `undefined` when it is not ours. */
  read(token: string): SessionGrant | undefined;
  /** Whether a grant is past half its life. */
  isOld(grant: SessionGrant, nowMs: number): boolean;
}

/**
 * Session tokens signed with the secret. Verdicts on genuine ones are remembered, since a session shows the same
 * token with every upload.
 * @param lifeMs longer than the longest session, so that no token expires under a session that uploads
 */
export function createSessionTokens(secret: string, lifeMs: number): SessionTokens {
  const signer = createSigner(secret, "session token");
  const verified = new Map<string, SessionGrant>();
  return {
    issue(session, nowMs) {
      return signer.sign(JSON.stringify({ p: session.project, s: session.sessionId, e: nowMs + lifeMs }));
    },
    read(token) {
      const known = verified.get(token);
      if (known !== undefined) return known;
      if (token.length > MAX_TOKEN_CHARS) return undefined;
      const payload = signer.verify(token);
      const grant = payload === undefined ? undefined : parseGrant(payload);
      if (grant === undefined) return undefined;
      if (verified.size >= MAX_CACHED_TOKENS) {
        const [oldest] = verified.keys();
        if (oldest !== undefined) verified.delete(oldest);
      }
      verified.set(token, grant);
      return grant;
    },
    isOld: (grant, nowMs) => grant.expiresMs - nowMs < lifeMs / 2,
  };
}

/** Signed by us, so it is of this shape unless an older version of us signed it. */
function parseGrant(payload: string): SessionGrant | undefined {
  const { p, s, e } = JSON.parse(payload) as { p?: unknown; s?: unknown; e?: unknown };
  if (!isProjectId(p) || !isSessionId(s) || typeof e !== "number") return undefined;
  return { session: { project: p, sessionId: s }, expiresMs: e };
}

import { MAX_SETTLE_RECORDS } from "./limits.js";
import { type SessionRef, type SessionState, sessionStreamName } from "./protocol/index.js";
import { S2Failure, type S2Port } from "./s2-port.js";
import { advance, type HeardFrame, type Loaded, loadSession, type Position } from "./takeover.js";

/** What lies in a stream behind a position. */
export interface Settled {
  readonly loaded: Loaded;
  /** Frames that were found, with the state after each; `undefined` when so much had changed that it was taken over anew. */
  readonly found: readonly { readonly frame: HeardFrame; readonly state: SessionState }[] | undefined;
}

/**
 * Finds out what a stream holds: reads on from what is known to be durable, or takes the session over when nothing is
 * known or too much has changed. Throws `S2Failure` but `missing`, `RecorderError` `corrupt`.
 */
export async function settle(
  port: S2Port,
  session: SessionRef,
  from: Position | undefined,
): Promise<Settled> {
  try {
    if (from !== undefined) {
      const tail = await port.tail(sessionStreamName(session));
      if (tail - from.settled <= MAX_SETTLE_RECORDS) {
        const found: { frame: HeardFrame; state: SessionState }[] = [];
        const loaded = await advance(port, session, from, (frame, state) => found.push({ frame, state }));
        return { loaded, found };
      }
    }
    return { loaded: await loadSession(port, session), found: undefined };
  } catch (error) {
    if (!(error instanceof S2Failure) || error.kind !== "missing") throw error;
    return { loaded: { type: "missing" }, found: [] };
  }
}

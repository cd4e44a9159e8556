import { MAX_SETTLE_RECORDS } from "./limits.js";
import { FENCE_OPEN, type SessionRef, type SessionState, sessionStreamName } from "./protocol/index.js";
import { reopeningRecord } from "./records.js";
import { S2Failure, type S2Port } from "./s2-port.js";
import type { SummaryBuilder } from "./summary-builder.js";
import { advance, type HeardFrame, type Loaded, loadSession, type Position } from "./takeover.js";

/** What lies in a stream behind a position. */
export interface Settled {
  readonly loaded: Loaded;
  /** Frames that were found, with the state after each; `undefined` when so much had changed that it was taken over anew. */
  readonly found: readonly { readonly frame: HeardFrame; readonly state: SessionState }[] | undefined;
  /** The summary so far, when the whole stream was read. */
  readonly builder?: SummaryBuilder;
}

/**
 * Finds out what a stream holds: reads on from what is known to be durable, or takes the session over when nothing is
 * known or too much has changed. `tail`: the stream's, when S2 has just said it. Throws `S2Failure` but `missing`,
 * `RecorderError` `corrupt`.
 */
export async function settle(
  port: S2Port,
  session: SessionRef,
  from: Position | undefined,
  tail: number | undefined,
): Promise<Settled> {
  try {
    if (from === undefined) return { loaded: await loadSession(port, session), found: undefined };
    const end = tail ?? (await port.tail(sessionStreamName(session)));
    if (end - from.settled > MAX_SETTLE_RECORDS) {
      return { loaded: await loadSession(port, session), found: undefined };
    }
    const found: { frame: HeardFrame; state: SessionState }[] = [];
    const onFrame = (frame: HeardFrame, state: SessionState): number => found.push({ frame, state });
    return { loaded: await advance(port, session, from, onFrame, { tail: end }), found };
  } catch (error) {
    if (!(error instanceof S2Failure) || error.kind !== "missing") throw error;
    return { loaded: { type: "missing" }, found: [] };
  }
}

/**
 * Makes the one that appends in peace miss its tail once, so that both come to the next append at the same time: who
 * holds an append session is otherwise always quicker than who must read first, and would be for ever. What is
 * appended is the fence that is set already. Returns the tail, or `undefined` when that did not work. Never rejects.
 */
export async function stepIn(
  port: S2Port,
  session: SessionRef,
  timestampMs: number,
): Promise<number | undefined> {
  try {
    const records = [reopeningRecord(timestampMs)];
    const ack = await port.append(sessionStreamName(session), { records, fencingToken: FENCE_OPEN });
    return ack.endSeqNum;
  } catch {
    // Closed, erased or not reached: what is read next says which.
    return undefined;
  }
}

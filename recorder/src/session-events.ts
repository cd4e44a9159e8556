import type { ClosedRecord, SessionRef, SessionState, Summary } from "./protocol/index.js";
import type { AppendedFrame } from "./types.js";

/** What a writer tells when it has become durable, in the order of the stream. */
export interface SessionEvents {
  /** New frames, our own and those of other servers that were found on the way, and the state after them. */
  appended(session: SessionRef, frames: readonly AppendedFrame[], state: SessionState, tail: number): void;
  /** This process closed the session. */
  closed(session: SessionRef, closed: ClosedRecord, summary: Summary, tail: number): void;
}

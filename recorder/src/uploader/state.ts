import type { LostReason, SessionId, WriterId } from "../protocol/page.js";
import type { Draft, Entry } from "./draft.js";
import type { Session, UploaderOptions } from "./ports.js";

/** All that an uploader remembers; the functions around it do the rest. What may be absent begins so. */
export interface State {
  readonly o: UploaderOptions;
  /** Frames not yet acknowledged, in the order of their numbers: first those that have one. */
  queued: Entry[];
  writer: WriterId;
  /** The number of the next frame that gets one. */
  next: number;
  /** Says what was dropped since the last checkout. */
  loss?: Draft | undefined;
  /** Why nothing but a checkout is of use; absent while the last one stands. */
  broken?: LostReason | undefined;
  session?: Session | undefined;
  /** The session that takes nothing more. */
  dead?: SessionId;
  /** The token of the session that the next one goes on from. */
  follows?: string | undefined;
  /** A request is being made. */
  busy?: boolean;
  /** The next request waits for its time. */
  delayed?: boolean;
  stopping?: boolean;
  /** Nothing is sent any more. */
  over?: boolean;
  /** The page cannot be seen and may be gone any time. */
  unseen?: boolean;
  timer?: unknown;
  /** Failures since the last success. */
  tries: number;
  /** Frames to send at once: 1 while one that is refused is looked for. */
  maxFrames: number;
  /** Bytes in flight that outlive the page. */
  outliving: number;
}

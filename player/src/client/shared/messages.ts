import type { ErrorCode, ProjectId, SessionId, SessionItem, StoredFrame } from "@reeltime/recorder/protocol";
import type { LiveStatus } from "../live-connection.js";

/**
 * What a page and the worker say to each other. Both are of one build: the worker's address carries its hash. The
 * page says `hello` and waits for `welcome`; then it asks under ids of its own, counting up from 1.
 */
export type ToWorker =
  /** `lock`: a Web Lock that the page holds while it lives; absent where there are none. */
  | { readonly type: "hello"; readonly lock?: string }
  | {
      readonly type: "watch";
      readonly id: number;
      readonly session: SessionId;
      readonly from: number | undefined;
    }
  | { readonly type: "list"; readonly id: number; readonly project: ProjectId }
  /** Ends what was asked under an id. */
  | { readonly type: "end"; readonly id: number }
  /** The page has these bytes of frames in its hands. */
  | { readonly type: "took"; readonly bytes: number }
  | { readonly type: "retry" }
  /** The page goes. */
  | { readonly type: "bye" };

/** What the worker says to a page. */
export type FromWorker =
  /** `lock`: a Web Lock that the worker holds while it lives. */
  | { readonly type: "welcome"; readonly lock?: string }
  /** `upTo`: the last id it speaks of. `nowMs`: the worker's clock, which `retryAtMs` is on. */
  | {
      readonly type: "status";
      readonly status: LiveStatus;
      readonly upTo: number;
      readonly nowMs: number;
    }
  | { readonly type: "frames"; readonly id: number; readonly frames: readonly StoredFrame[] }
  | { readonly type: "caught-up"; readonly id: number; readonly tail: number }
  | { readonly type: "session"; readonly id: number; readonly session: SessionItem }
  | { readonly type: "refused"; readonly id: number; readonly code: ErrorCode }
  | {
      readonly type: "list";
      readonly id: number;
      readonly changed: readonly SessionItem[];
      readonly removed: readonly SessionId[];
    }
  /** The page took nothing for too long: nothing more comes, it may begin again. */
  | { readonly type: "dropped" };

/** Bytes of frames, as both sides count them. */
export const bytesOf = (frames: readonly StoredFrame[]): number =>
  frames.reduce((sum, { bytes }) => sum + bytes.length, 0);

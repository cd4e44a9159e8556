import type { SessionDetail, SessionId } from "@reeltime/recorder/protocol";
import type { Api } from "../client/api.js";
import type { LiveConnection } from "../client/live-connection.js";
import type { PlayerClock } from "./clock.js";

/** Options of a `PlayerStore`. */
export interface PlayerStoreOptions {
  readonly api: Api;
  /** Without it a running session is played as far as it had got. */
  readonly live?: LiveConnection;
  readonly session: SessionId;
  /** What is already known of the session; asked for when missing. */
  readonly detail?: SessionDetail;
  /** Where to start: ms since the session's start, or its live edge. Default: the edge while it runs, else the start. */
  readonly startAtMs?: number | "live";
  /** Default false; a session opened at its live edge always plays. */
  readonly autoplay?: boolean;
  readonly clock: PlayerClock;
  /** Bytes of encoded frames kept; default `MAX_BUFFER_BYTES`. */
  readonly maxBufferBytes?: number;
}

import type {
  Activity,
  Fact,
  LostReason,
  SessionItem,
  SessionStatus,
  WindowId,
} from "@reeltime/recorder/protocol";
import type { ApiErrorCode } from "../client/api-error.js";
import type { LiveStatus } from "../client/live-connection.js";
import type { SurfaceKind } from "./surface-port.js";

/** `loading`: nothing to show yet. `ready`: it plays or could. `empty`: no frame that can be shown. `error`: see {@link PlayerState.error}. */
export type PlayerPhase = "loading" | "ready" | "empty" | "error";

/**
 * Where the viewer is. `live`: at the edge of a running session, connected and caught up: what is shown is now.
 * `behind`: in a running session, but not at its edge, or not sure to be. `replay`: in a closed session.
 * `ended`: at the end of a closed session.
 */
export type PlayerMode = "live" | "behind" | "replay" | "ended";

/** A stretch of time, in ms since the session's start. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What an SDK dropped, in place of it. */
export interface Gap extends TimeSpan {
  readonly events: number;
  readonly reason: LostReason;
}

/** A fact with where it was said; `atMs` is epoch ms of the server's clock. */
export interface PlayerFact extends Fact {
  readonly seqNum: number;
  readonly window: WindowId | undefined;
}

/** A window of the session: one tab, or one picture: a display, or an app's window. Times in ms since the session's start. */
export interface PlayerWindow extends TimeSpan {
  readonly id: WindowId;
  /** What shows it; `undefined` before one of its frames was read. */
  readonly kind: SurfaceKind | undefined;
  /** It is the picture of a whole display. */
  readonly display: boolean;
  /** Its page's title, or the picture's name, as of the playhead; empty when not known. */
  readonly title: string;
  /** Its page's address, or in a picture the window its user is in, as of the playhead; empty when not known. */
  readonly url: string;
}

/** A problem a viewer is told of. */
export interface PlayerProblem {
  readonly code: ApiErrorCode;
  readonly message: string;
}

/** Everything an element draws. Times are ms since the session's start unless they are named `…At` or are in a fact. */
export interface PlayerState {
  readonly phase: PlayerPhase;
  readonly error: PlayerProblem | undefined;
  readonly mode: PlayerMode;
  /** Of the session itself; `away`: its SDK has been silent for 45 s. */
  readonly presence: SessionStatus;
  readonly connection: LiveStatus["state"];
  /** The session as the server lists it; `undefined` before it answered. */
  readonly session: SessionItem | undefined;
  /** Epoch ms of the session's start, on the server's clock. */
  readonly startMs: number;
  /** Grows while the session runs. */
  readonly durationMs: number;
  readonly currentTimeMs: number;
  /** Distance to the edge of a running session; 0 at it and when it is closed. */
  readonly behindMs: number;
  readonly paused: boolean;
  /** Wants to show something that is not loaded yet. */
  readonly waiting: boolean;
  readonly playbackRate: number;
  readonly skipInactive: boolean;
  /** Is going fast through an idle stretch now. */
  readonly skipping: boolean;
  readonly buffered: readonly TimeSpan[];
  readonly windows: readonly PlayerWindow[];
  /** The window that is shown; of several displays the one its user is in. */
  readonly activeWindow: WindowId | undefined;
  /** All that are shown at once: several where they are displays in their arrangement. */
  readonly shownWindows: readonly WindowId[];
  /** True when the viewer chose what is shown, so that its user is not followed. */
  readonly windowChosen: boolean;
  /** In the order of time. */
  readonly facts: readonly PlayerFact[];
  /** Facts there are beyond those. */
  readonly factsCut: number;
  readonly activity: Activity;
  /** Stretches without anything the user did. */
  readonly idle: readonly TimeSpan[];
  readonly gaps: readonly Gap[];
  /** Frames that could not be read so far. */
  readonly damaged: number;
  /** Frames that cannot be shown here: sealed, or of a kind no surface shows. */
  readonly unplayable: number;
}

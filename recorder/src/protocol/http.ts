import type { Activity } from "./activity.js";
import type { Fact } from "./facts.js";
import type { ProjectId, SessionId, WindowId } from "./ids.js";
import type { Checkout, ClientInfo, CloseReason, WindowSpan } from "./session-records.js";

/** `POST /v1/sessions`: the body, JSON typed `text/plain` (so no preflight). */
export interface OpenRequest {
  /** The project's public key, `pk_…`. */
  readonly key: string;
  /** Epoch ms of the client's clock at sending. */
  readonly sentAtMs: number;
  readonly client: ClientInfo;
  /** The token of the session this one goes on from, when that one was closed under the SDK. */
  readonly after?: string;
  /**
   * When what it is opened for began, epoch ms of the client's clock, where that was held back: the session starts then, at
   * most `SESSION_LIMIT_MS` ago and not before the one it goes on from. Absent: now.
   */
  readonly startedAtMs?: number;
}

/** `POST /v1/sessions`: the answer, 201. */
export interface OpenResponse {
  readonly sessionId: SessionId;
  /** Lets its bearer append to and stop this one session, and nothing else. */
  readonly token: string;
  /** Where somebody signed in can watch it. */
  readonly url: string;
}

/** `POST /v1/sessions/:id/frames`: the answer, 200, once every frame in the upload is durable. */
export interface AckResponse {
  /** The last number of this upload's writer that is in the stream; -1 when it has none. */
  readonly acked: number;
  /** Somebody is watching: flush every 50 ms instead of every second. */
  readonly watched: boolean;
  /** Windows whose next frame should be a checkout. */
  readonly checkout: readonly WindowId[];
  /** A new token, when the old one is past half its life. */
  readonly token?: string;
}

/** `POST /v1/sessions/:id/stop` (body: an upload, its frames the last ones): the answer, 200. */
export interface StopResponse {
  readonly closed: true;
  readonly acked: number;
}

/** What every refusal looks like. */
export interface ErrorResponse {
  readonly error: {
    readonly code: ErrorCode;
    readonly message: string;
    /** With `gap`: the number the server expects next of this writer. */
    readonly expected?: number;
    /** With `session_closed`: why. */
    readonly reason?: CloseReason;
    /** Also in the header `x-request-id`. */
    readonly requestId?: string;
  };
}

/** Every code a server answers with, and its status: the one table. */
export const ERROR_STATUS = {
  bad_request: 400,
  malformed: 400,
  unsupported_version: 400,
  invalid: 400,
  unauthorized: 401,
  forbidden: 403,
  origin_not_allowed: 403,
  host_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  gap: 409,
  session_closed: 410,
  too_large: 413,
  rate_limited: 429,
  internal: 500,
  unavailable: 503,
} as const;
/** A key of {@link ERROR_STATUS}. */
export type ErrorCode = keyof typeof ERROR_STATUS;

/** `live`: frames or beats come. `away`: none for 45 s. `closed`: ended for good. */
export type SessionStatus = "live" | "away" | "closed";

/** A session in a list. All times are epoch ms of the server's clock. */
export interface SessionItem {
  readonly id: SessionId;
  readonly project: ProjectId;
  readonly status: SessionStatus;
  /** Why it ended; `null` while it has not. */
  readonly reason: CloseReason | null;
  readonly startMs: number;
  /** Time of the newest event. */
  readonly lastMs: number;
  /** From identify; `null` for an anonymous visitor. */
  readonly user: { readonly id: string; readonly name?: string; readonly email?: string } | null;
  /** The address and title last seen. */
  readonly page: { readonly url: string; readonly title: string };
  readonly client: ClientInfo;
  readonly counts: {
    readonly events: number;
    readonly bytes: number;
    readonly pages: number;
    readonly clicks: number;
    readonly errors: number;
    readonly rages: number;
    readonly lostEvents: number;
  };
  readonly activity: Activity;
  /** Times of errors and rage clicks for the sparkline's ticks, at most 64. */
  readonly ticks: readonly { readonly type: "error" | "rage"; readonly atMs: number }[];
}

/** `GET /v1/sessions`: newest first. */
export interface SessionList {
  readonly sessions: readonly SessionItem[];
  /** Pass as `cursor` for the next page; `null` at the end. */
  readonly next: string | null;
}

/** `GET /v1/sessions/:id`. */
export interface SessionDetail extends SessionItem {
  readonly windows: readonly WindowSpan[];
  readonly checkouts: readonly Checkout[];
  /** In the order of time; times on the server's clock. `seqNum` is the frame that said it. */
  readonly facts: readonly (Fact & { readonly seqNum: number; readonly window: WindowId })[];
  /** Facts beyond those listed. */
  readonly factsCut: number;
  /** The stream's tail as the catalog knows it. */
  readonly tail: number;
  readonly after: SessionId | null;
}

/**
 * `GET /v1/live?sessions=<id>@<seqNum>,…&list=<project>`: Server-Sent Events. Every event's id is the cursor
 * `<id>@<next seqNum>,…`, which a reconnect sends as `Last-Event-ID`. A session named without `@` starts at its
 * tail. The event's name is `type`, its data this object without it.
 */
export type LiveEvent =
  /** New frames of a session, in the order of its stream. `data` is the frame in base64. */
  | {
      readonly type: "frames";
      readonly session: SessionId;
      readonly frames: readonly {
        readonly seqNum: number;
        readonly timestampMs: number;
        readonly offsetMs: number;
        readonly data: string;
      }[];
    }
  /** Everything up to `tail` has been sent. */
  | { readonly type: "caught-up"; readonly session: SessionId; readonly tail: number }
  /** A watched session changed: its status, its user, its counts. */
  | { readonly type: "session"; readonly session: SessionItem }
  /** Sessions of the list that are new or changed, and ids that are gone. */
  | {
      readonly type: "list";
      readonly changed: readonly SessionItem[];
      readonly removed: readonly SessionId[];
    }
  /** A session cannot be watched, with the code of the table. */
  | { readonly type: "refused"; readonly session: SessionId; readonly code: ErrorCode };

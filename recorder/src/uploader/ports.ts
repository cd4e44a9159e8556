import type {
  AckResponse,
  ClientInfo,
  CloseReason,
  SessionId,
  WindowId,
  WriterId,
} from "../protocol/page.js";
import type { Draft } from "./draft.js";
import type { Deflate } from "./frame-queue.js";

/** What the uploader needs of `fetch`. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array<ArrayBuffer>;
    readonly credentials: "omit";
    readonly keepalive?: boolean;
    readonly signal?: unknown;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}>;

/** The session that frames go to, as opening answered it. */
export interface Session {
  readonly sessionId: SessionId;
  readonly token: string;
  readonly url: string;
}

/** Where the session is known to everyone who records the same visit: a page's tabs, or one process alone. */
export interface SessionStore {
  /** The session as it is now; `undefined` when none is known. */
  load(): Session | undefined;
  /** Makes it known. */
  save(session: Session): void;
  /** Runs `work` while nobody else who shares this store runs theirs. */
  exclusive<Result>(work: () => Promise<Result>): Promise<Result>;
}

/** Why a session takes nothing more: closed, gone (`missing`), or not for us (`refused`: key, origin or format). */
export type EndReason = CloseReason | "missing" | "refused";

/** What an uploader is made of. Clock, random, timers, fetch and storage are given. */
export interface UploaderOptions {
  /** The collector's address, without a slash at its end. */
  readonly apiHost: string;
  readonly projectKey: string;
  readonly client: () => ClientInfo;
  readonly fetch: Fetch;
  readonly now: () => number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly setTimer: (work: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
  readonly createWriter: () => WriterId;
  readonly store: SessionStore;
  /** Absent: bodies are sent as they are. */
  readonly deflate?: Deflate;
  /** Default `MAX_QUEUE_BYTES`. */
  readonly maxQueueBytes?: number;
  /** A frame that says that the SDK is alive; `undefined` while it should not be. */
  readonly beat: () => Draft | undefined;
  /** This window's next frame has to be a checkout, soon. May be asked again while it does not come. */
  readonly checkout: (window: WindowId) => void;
  /** After every upload that is durable. */
  readonly acked?: (ack: AckResponse) => void;
  /** The session frames go to is known, or another one. */
  readonly opened?: (session: Session) => void;
  /** The session takes nothing more. True: go on in a new one. False: forget what waits, until something is pushed again. */
  readonly ended: (reason: EndReason) => boolean;
}

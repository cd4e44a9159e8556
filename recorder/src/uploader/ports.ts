import type { AckResponse, ClientInfo, CloseReason, SessionId, WriterId } from "../protocol/page.js";
import type { Draft, Entry } from "./draft.js";

/** What the uploader needs of `fetch`. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Uint8Array<ArrayBuffer>;
    readonly credentials: "omit";
    readonly keepalive: boolean;
    readonly signal: unknown;
  },
) => Promise<{
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}>;

/** What a collector answered. */
export interface Answer {
  readonly status: number;
  /** The body as the protocol has it for this status; anything else when it is not JSON. */
  readonly json: unknown;
}

/** Makes a JSON body smaller; runs while its frame waits. */
export type Deflate = (body: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** The session that frames go to, as opening answered it. */
export interface Session {
  readonly sessionId: SessionId;
  readonly token: string;
  readonly url: string;
}

/** What a page or process could not send before it went away: for the next one, under the same writer and numbers. */
export interface Leftover {
  /** Where to; `undefined` when no session was open yet. */
  readonly session: Session | undefined;
  /** As lists of bytes, which JSON can hold. */
  readonly frames: readonly (readonly number[])[];
  /** They were the last before `stop()` of that session. */
  readonly stop: boolean;
}

/** Why a session takes nothing more: closed, gone (`missing`), or not for us (`refused`: key, origin or format). */
export type EndReason = CloseReason | "missing" | "refused";

/**
 * Keeps what waits beside memory, so that it outlives the process; a page has none. The uploader holds the same entries,
 * and says what becomes of them. The keeper may take the body out of an entry (and put an empty one there) until it is asked
 * to `prepare` it. That `createWriter` is called means: all that waits is forgotten, but for what is kept again before this
 * turn of the event loop ends. Nothing else of it throws.
 */
export interface Keeper {
  /** What was kept before: one writer's frames, any of which may have been sent. The uploader's array from then on. */
  readonly held: Entry[];
  /** The number of the first of them. */
  readonly firstNumber: number;
  /** Takes nothing more. */
  readonly isFull: boolean;
  /** An entry is now the newest that waits; with `place`, it stands in place of the one there (0: the oldest). */
  keep(entry: Entry, place?: number): void;
  /** The oldest need not be kept any longer: so many of them, or all when they are fewer. */
  letGo(count: number): void;
  /** Resolves once all that is kept outlives this process, to how many of the oldest can be sent at once: 1 to `most`. Rejects: try again. */
  prepare(most: number): Promise<number>;
  /** When what waits began, epoch ms of the client's clock: where a new session starts. */
  startMs(): number | undefined;
}

/** What an uploader is made of. Clock, random, timers, fetch and storage are given. */
export interface UploaderOptions {
  /** The collector's address, without a slash at its end. */
  readonly apiHost: string;
  readonly projectKey: string;
  readonly describe: () => ClientInfo;
  readonly fetch: Fetch;
  readonly clock: () => number;
  /** A number from 0 up to 1. */
  readonly chance: () => number;
  readonly setTimer: (work: () => void, ms: number) => unknown;
  readonly clearTimer: (timer: unknown) => void;
  readonly createWriter: () => WriterId;
  /** The session as everyone knows it who records the same visit: a page's tabs, or one process alone. */
  readonly loadSession: () => Partial<Session> | undefined;
  /** Makes a session, or its new token, known to them. */
  readonly saveSession: (session: Session) => void;
  /** Runs `work` while none of them runs theirs. */
  readonly exclusive: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Absent: bodies are sent as they are. */
  readonly deflate?: Deflate | undefined;
  /** Bytes of frames to hold, such as `MAX_QUEUE_BYTES`; a keeper has bounds of its own. */
  readonly maxQueueBytes: number;
  /** A frame that says that the SDK is alive; `undefined` while it should not be. */
  readonly beat: () => Draft | undefined;
  /** The next frame has to be a checkout, soon. May be asked again while it does not come. */
  readonly askCheckout: () => void;
  /** After every upload that is durable. */
  readonly onAck: (ack: AckResponse) => void;
  /** The session frames go to is known, or another one. */
  readonly onOpen: (session: Session) => void;
  /** The session takes nothing more. True: go on in a new one. False: forget what waits, until something is pushed again. */
  readonly onEnd: (reason: EndReason) => boolean;
  /** Absent: what waits is in memory alone. */
  readonly keeper?: Keeper | undefined;
}

/** Brings one window's drafts to the collector. None of it throws. */
export interface Uploader {
  /** Takes a draft, which is the uploader's from then on, and sends it as soon as it may. */
  push(draft: Draft): void;
  /** Tries again now instead of waiting: the network came back, or the page. Begins with what a keeper holds. */
  wake(): void;
  /** Sends what waits, the last of it a `close`, and closes the session; `onEnd("stopped")` follows. */
  stop(close: Draft): void;
  /** Forgets what waits and sends nothing more. */
  end(): void;
  /** Whether requests that fit should outlive the page: it cannot be seen and may be gone any time. */
  setUnseen(unseen: boolean): void;
  /**
   * The page goes away, perhaps for good: sends what fits into the `keepalive` budget again, without waiting for
   * anything, and returns all that is not acknowledged, for the next load. What is over `MAX_LEFTOVER_BYTES` is lost, and
   * told so in there and here: a page may come back, and may find that the next one has told it.
   */
  leave(): Leftover | undefined;
  /** Sends what an earlier page could not; once a session is open. True when it need not be kept any longer. */
  resend(leftover: Leftover): Promise<boolean>;
}

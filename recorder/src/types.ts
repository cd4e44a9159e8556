import type {
  ClosedRecord,
  CloseReason,
  Envelope,
  FramesPage,
  OpenedRecord,
  ProjectId,
  SessionId,
  SessionRef,
  SessionState,
  StoredFrame,
  Summary,
  WindowId,
  WriterId,
} from "./protocol/index.js";

/** Where S2 is. Both endpoints for a self-hosted one; the token alone for S2 Cloud. */
export interface S2Access {
  readonly basin: string;
  readonly accessToken: string;
  readonly accountEndpoint?: string;
  readonly basinEndpoint?: string;
}

/** A frame that the collector received and decoded, beside the bytes it came in. */
export interface ReceivedFrame {
  readonly envelope: Envelope;
  /** The frame as it came, which is stored as it came. */
  readonly bytes: Uint8Array;
}

/** Frames of one writer, in the order of their numbers, from one request. */
export interface AppendRequest {
  readonly session: SessionRef;
  readonly frames: readonly ReceivedFrame[];
  /** Epoch ms of the client's clock when it sent them. */
  readonly sentAtMs: number;
  /** Epoch ms of the server's clock when they came. */
  readonly receivedAtMs: number;
}

/**
 * What became of an append. Everything up to `acked` is durable (`appended` and `duplicate` alike: a request
 * that repeats some frames and brings new ones is `appended`). `gap`: the first frame does not follow what is
 * known of its writer, nothing was written, `expected` is the number that would. `closed`: the session takes
 * nothing more. `missing`: there is no such session.
 */
export type AppendOutcome =
  | {
      readonly type: "appended" | "duplicate";
      readonly acked: number;
      /** Windows that should send a checkout with their next frame. */
      readonly checkout: readonly WindowId[];
    }
  | { readonly type: "gap"; readonly expected: number; readonly acked: number }
  | { readonly type: "closed"; readonly reason: CloseReason }
  | { readonly type: "missing" };

/** A frame that is durable, with what a server needs to show it and to index it without reading it back. */
export interface AppendedFrame extends StoredFrame {
  readonly envelope: Envelope;
  /** seqNum after its last record: where a follower goes on. */
  readonly nextSeqNum: number;
}

/** A session as a reader finds it in its stream. */
export type SessionStatusInStream =
  | { readonly type: "open"; readonly opened: OpenedRecord; readonly tail: number }
  | { readonly type: "closed"; readonly closed: ClosedRecord; readonly tail: number }
  | { readonly type: "missing" };

/** Where to start reading so that playback at a time is right. */
export interface StartPoint {
  /** Read forward from here. */
  readonly fromSeqNum: number;
  /** Late frames that overlap and lie elsewhere: read these too, and sort events by time. */
  readonly late: readonly { readonly fromSeqNum: number; readonly toSeqNum: number }[];
  /** Read at least up to here to have everything before the time asked for. */
  readonly throughSeqNum: number;
}

/** What a follower gets. */
export type Followed =
  | { readonly type: "frame"; readonly frame: AppendedFrame }
  /** Everything up to `tail` has been given. */
  | { readonly type: "caught-up"; readonly tail: number }
  /** The session was closed; nothing follows. */
  | { readonly type: "closed"; readonly closed: ClosedRecord; readonly tail: number }
  /** The stream was erased; nothing follows. */
  | { readonly type: "missing" };

/** What the index stream says. */
export type IndexEntry =
  | { readonly type: "opened"; readonly session: SessionRef; readonly server: string }
  | {
      readonly type: "grew";
      readonly sessions: readonly { readonly session: SessionRef; readonly tail: number }[];
      readonly server: string;
    }
  | {
      readonly type: "closed";
      readonly session: SessionRef;
      readonly reason: CloseReason;
      readonly server: string;
    }
  | { readonly type: "erased"; readonly session: SessionRef; readonly server: string };

/** Told after durability, in the order of each stream. Listeners must not throw and must be quick. */
export interface RecorderListener {
  opened?(session: SessionRef, opened: OpenedRecord): void;
  appended?(session: SessionRef, frames: readonly AppendedFrame[], state: SessionState): void;
  closed?(session: SessionRef, closed: ClosedRecord, summary: Summary, tail: number): void;
  erased?(session: SessionRef): void;
}

/** A page of a list of sessions straight from S2, newest first. */
export interface SessionPage {
  readonly sessions: readonly SessionRef[];
  /** Pass as `after` for the next page; `undefined` at the end. */
  readonly next: string | undefined;
}

/** One event of a small shared stream, in its place. */
export interface StoredEvent {
  readonly seqNum: number;
  readonly event: unknown;
}

/** Sessions on S2. The only place where Reeltime touches S2. Any number of servers may use one S2 at once. */
export interface Recorder {
  /** Makes the basin and the shared streams when they are missing. */
  ready(): Promise<void>;

  /**
   * Makes a session: its stream, the fence `open` and the opened record, durable when this resolves. `startMs`: epoch ms of
   * the server's clock where it starts, its id's time, for what was held back; by default now.
   */
  open(request: {
    readonly project: ProjectId;
    readonly client: OpenedRecord["client"];
    readonly offsetMs: number;
    readonly after?: SessionId;
    readonly startMs?: number;
  }): Promise<OpenedRecord>;

  /**
   * Appends frames, each exactly once whatever is retried, killed or restarted. Takes over a session that
   * this process does not hold. Resolves when all is durable. Throws `RecorderError` `unavailable` when S2
   * cannot be reached; the SDK then sends again.
   */
  append(request: AppendRequest): Promise<AppendOutcome>;

  /** Appends the summary, then the fence `closed` and the closing record. Closing a closed session is fine. */
  close(session: SessionRef, reason: CloseReason): Promise<"closed" | "already-closed" | "missing">;

  /** Removes the whole stream. */
  erase(session: SessionRef): Promise<"erased" | "missing">;

  /** What the stream says: one or two small reads. */
  status(session: SessionRef): Promise<SessionStatusInStream>;
  /** The opened record (seqNum 1). `undefined` when there is no such session. */
  opened(session: SessionRef): Promise<OpenedRecord | undefined>;
  /** The summary of a closed session: two small reads, never its bodies. `undefined` when it is open or missing. */
  summary(
    session: SessionRef,
  ): Promise<{ readonly summary: Summary; readonly closed: ClosedRecord; readonly tail: number } | undefined>;
  /** The session's state as of its newest state header at or before `tail`, brought up to date. */
  state(session: SessionRef): Promise<SessionState | undefined>;

  /** Where playback at `atMs` (server's clock), or at the end, starts; reads nothing further back than a state header. `undefined`: no such session. */
  locate(session: SessionRef, at: { readonly atMs: number } | "end"): Promise<StartPoint | undefined>;

  /** Frames from a seqNum on, at least one when there is any, else as many as fit `maxBytes`; `toSeqNum` exclusive. `undefined`: no such session. */
  read(
    session: SessionRef,
    range: { readonly fromSeqNum: number; readonly toSeqNum?: number; readonly maxBytes?: number },
  ): Promise<FramesPage | undefined>;

  /** Follows a session from a seqNum by one S2 read session, reconnecting by itself, until it is closed or `signal` says so. */
  follow(session: SessionRef, fromSeqNum: number, signal: AbortSignal): AsyncIterable<Followed>;

  /** Sessions of a project, newest first, straight from S2's listing. */
  list(
    project: ProjectId,
    options?: { readonly after?: string; readonly limit?: number },
  ): Promise<SessionPage>;

  /** The index stream from a seqNum on, following it. */
  followIndex(
    fromSeqNum: number,
    signal: AbortSignal,
  ): AsyncIterable<
    | { readonly seqNum: number; readonly entry: IndexEntry }
    | { readonly type: "caught-up"; readonly tail: number }
  >;

  /** Appends to / reads a small shared stream of events (`control`): JSON bodies in order, read whole. `matchSeqNum` guards against another server. */
  appendEvents(
    stream: string,
    events: readonly unknown[],
    matchSeqNum?: number,
  ): Promise<"appended" | "conflict">;
  readEvents(stream: string): Promise<{ readonly events: readonly unknown[]; readonly tail: number }>;
  /** Such a stream's events from a seqNum on, as they come, until `signal` says so; reconnects by itself. */
  followEvents(stream: string, fromSeqNum: number, signal: AbortSignal): AsyncIterable<StoredEvent>;

  /** Sessions this process holds (is writing), with their state: what the idle clock looks at. */
  held(): ReadonlyMap<
    SessionId,
    { readonly session: SessionRef; readonly state: SessionState; readonly openedMs: number }
  >;
  /** Whether a writer's number is already durable here, without I/O; for tests and diagnostics. */
  lastNumber(session: SessionRef, writer: WriterId): number | undefined;

  /** Hears of everything that becomes durable through this process. Returns the way to stop. */
  listen(listener: RecorderListener): () => void;

  /** Finishes what is in flight, writes the index, lets every S2 session go. Appends after that are refused. */
  drain(): Promise<void>;
}

import type { Recorder } from "@reeltime/recorder";
import type {
  ProjectId,
  SessionDetail,
  SessionId,
  SessionItem,
  SessionList,
  SessionRef,
} from "@reeltime/recorder/protocol";
import type { Clock } from "../clock.js";
import type { ListQuery } from "./list-query.js";
import type { PlayStart } from "./start-point.js";

/** What a catalog needs. */
export interface CatalogOptions {
  /** The database's file. Made when missing; a folder must be there. Deleting it while stopped costs a rebuild and nothing else. */
  readonly file: string;
  readonly recorder: Recorder;
  readonly clock: Clock;
  /** Milliseconds without a frame or beat after which a session is away; by default the protocol's. */
  readonly awayAfterMs?: number;
  /** The projects whose sessions are listed; by default those that the `control` stream names. */
  readonly projects?: () => Promise<readonly ProjectId[]>;
  /** Hears of what failed and is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds between two looks at what is due, by default a second. */
  readonly tickMs?: number;
}

/** An open session, as the idle clock looks at it. Times are epoch ms of the server's clock. */
export interface OpenSession {
  readonly session: SessionRef;
  readonly startMs: number;
  /** Time of the newest frame, beats too. */
  readonly lastMs: number;
  /** Time of the last user input, when there was any. */
  readonly inputMs?: number;
  /** When this server last heard of it, its frames' times aside; absent when it has not. */
  readonly heardMs?: number;
}

/** A session as a follower begins with it. */
export interface LookedUp {
  readonly session: SessionRef;
  readonly item: SessionItem;
  /** The stream's tail as the catalog knows it. */
  readonly tail: number;
}

/** Hears of sessions that are new or changed, and of ids that are gone. Must not throw. */
export type ChangeListener = (changed: readonly SessionItem[], removed: readonly SessionId[]) => void;

/**
 * The local index made from the streams. A cache: it says nothing that the streams do not say. Answers are fresh:
 * what this process appended is in them before the append is acknowledged elsewhere.
 */
export interface Catalog {
  /** Resolves once everything that was in the streams at the start is in the catalog. It answers before, with what it has. */
  ready(): Promise<void>;
  /** Sessions newest first. `limit` is clamped to 1..100, by default 50. */
  list(query: ListQuery): Promise<SessionList>;
  /** One session with its windows, checkouts and facts. `undefined` when there is none. */
  detail(id: SessionId): Promise<SessionDetail | undefined>;
  /** A session's project, and so its stream. `undefined` when there is none. */
  find(id: SessionId): Promise<SessionRef | undefined>;
  /** What a follower begins with. `undefined` when there is no such session. */
  look(id: SessionId): Promise<LookedUp | undefined>;
  /** Sessions that are not closed, of this server and of others. */
  openSessions(): Promise<readonly OpenSession[]>;
  /**
   * Where playback at a time (epoch ms), or at the end, starts, without asking S2. `start` is `undefined` when the
   * catalog cannot tell (it has not kept all checkouts, or a window may have left and come back): ask the recorder
   * then. `undefined`: no such session.
   */
  startAt(
    id: SessionId,
    at: number | "end",
  ): Promise<{ readonly session: SessionRef; readonly start: PlayStart | undefined } | undefined>;
  /**
   * A session's stream turned out to say more than the catalog does, or to be gone: it is read from there. Returns
   * at once.
   */
  readOn(session: SessionRef): void;
  /** A session's stream turned out to be gone (past its age, or erased where nobody told): it leaves. */
  forget(id: SessionId): void;
  /** Told at most every 250 ms, the first after a quiet spell at once. Returns the way to stop. */
  onChange(listener: ChangeListener): () => void;
  /** Writes what is not written, and ends. */
  close(): Promise<void>;
}

import type {
  LiveEvent,
  ProjectId,
  SessionDetail,
  SessionId,
  SessionList,
  SessionStatus,
} from "@reeltime/recorder/protocol";
import type { ExportApi } from "./model/video-export.js";

/** A project as its members see it. */
export interface ProjectSummary {
  readonly id: ProjectId;
  readonly name?: string;
  /** The public key that a page's snippet carries. */
  readonly key?: string;
}

/** Which sessions to list; newest first. */
export type SessionsQuery = {
  readonly project: ProjectId;
  readonly cursor?: string;
  readonly limit?: number;
  readonly status?: SessionStatus;
  /** A user's id, exactly. */
  readonly user?: string;
  readonly q?: string;
};

/** What the dashboard asks of the server. Every call rejects with an error that has a `code` when it is refused. */
export interface DashboardApi extends ExportApi {
  sessions(query: SessionsQuery): Promise<SessionList>;
  session(id: SessionId): Promise<SessionDetail>;
  erase(id: SessionId): Promise<unknown>;
  projects(): Promise<readonly ProjectSummary[]>;
  signIn(readKey: string): Promise<unknown>;
  signOut(): Promise<unknown>;
}

/** What the list hears: sessions that are new or changed, and ids that are gone. */
export type ListChange = Pick<Extract<LiveEvent, { readonly type: "list" }>, "changed" | "removed">;

/** The one live connection of the page, as far as lists need it. */
export interface ListFeed {
  /** Hears of a project's sessions until the returned function is called. */
  list(project: ProjectId, handler: (change: ListChange) => void): () => void;
}

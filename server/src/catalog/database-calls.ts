import type { FactType, PlacedFact, ProjectId, SessionId, WindowId } from "@reeltime/recorder/protocol";
import type { ListFilter } from "./list-query.js";
import type { CheckoutRow } from "./session-row.js";

/** A session to write, with the rows beside it that are new. */
export interface SessionWrite {
  readonly id: SessionId;
  readonly project: ProjectId;
  readonly closed: boolean;
  readonly userId: string | null;
  readonly email: string | null;
  readonly search: string;
  /** The `SessionRow` as JSON. */
  readonly body: string;
  /** The facts and checkouts here are all there are: what is stored of them goes. */
  readonly replace: boolean;
  readonly facts: readonly PlacedFact[];
  readonly checkouts: readonly CheckoutRow[];
}

/** One transaction. Writing the same again changes nothing. */
export interface WriteBatch {
  readonly sessions: readonly SessionWrite[];
  readonly removed: readonly SessionId[];
  /** seqNum of the index stream from which to follow on. */
  readonly indexSeqNum: number | undefined;
}

/** A fact as a row holds it. */
export interface FactRow {
  readonly type: FactType;
  readonly atMs: number;
  readonly text: string;
  /** JSON, `null` when there is no detail. */
  readonly detail: string | null;
  readonly seqNum: number;
  readonly window: WindowId;
}

/** What the database is asked, and what it answers. `SessionRow`s travel as JSON. Everything survives structured cloning. */
export interface DatabaseCalls {
  /** The sessions that are not closed, and where the index was left. */
  load(): { readonly open: readonly string[]; readonly indexSeqNum: number | undefined };
  write(batch: WriteBatch): void;
  get(id: SessionId): string | undefined;
  /** Closed sessions that match, newest first, before `cursor`. */
  listClosed(filter: ListFilter, cursor: SessionId | undefined, limit: number): readonly string[];
  detail(id: SessionId): {
    readonly row: string | undefined;
    readonly facts: readonly FactRow[];
    readonly checkouts: readonly CheckoutRow[];
  };
  /** Of each window, the latest checkout in time at or before `atMs` that did not arrive late. */
  checkoutsAt(
    id: SessionId,
    atMs: number,
  ): {
    readonly row: string | undefined;
    readonly checkouts: readonly CheckoutRow[];
  };
  /** Ids of a project's sessions that are closed (which never change) and of those that are not, in ascending order after `after`. */
  ids(
    project: ProjectId,
    after: SessionId | undefined,
    limit: number,
  ): readonly { readonly id: SessionId; readonly closed: boolean }[];
  projects(): readonly ProjectId[];
  close(): void;
}

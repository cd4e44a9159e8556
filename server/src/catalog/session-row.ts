import {
  type Activity,
  type ClientInfo,
  type CloseReason,
  emptyActivity,
  type LateRun,
  type OpenedRecord,
  type ProjectId,
  type SessionId,
  type SessionItem,
  type SessionRef,
  type WindowSpan,
} from "@reeltime/recorder/protocol";

/** seqNum of the first record after the fence and the opened record. */
export const FIRST_SEQ_NUM = 2;

/**
 * One session as the catalog keeps it: all that a list and a detail show, but for the facts and checkouts, which
 * have rows of their own. A pure function of the session's stream up to `readTo`, so a catalog made anew is the
 * same. Survives JSON. Times are epoch ms of the server's clock.
 */
export interface SessionRow {
  readonly id: SessionId;
  readonly project: ProjectId;
  readonly client: ClientInfo;
  readonly after: SessionId | null;
  readonly startMs: number;
  /** Time of the newest event. */
  readonly lastMs: number;
  /** Time of the newest frame, beats too: what `away` and lateness are measured from. */
  readonly seenMs: number;
  /** Time of the last user input; `null` before there was any. */
  readonly inputMs: number | null;
  readonly closed: { readonly reason: CloseReason; readonly closedMs: number } | null;
  readonly user: SessionItem["user"];
  /** Time of the fact that `user` is from. */
  readonly userAtMs: number;
  readonly page: SessionItem["page"];
  /** Time of the fact that `page` is from. */
  readonly pageAtMs: number;
  readonly counts: SessionItem["counts"];
  readonly activity: Activity;
  readonly ticks: SessionItem["ticks"];
  readonly windows: readonly WindowSpan[];
  readonly lateRuns: readonly LateRun[];
  /** Facts and checkouts that have rows, and how many more there were. */
  readonly facts: number;
  readonly factsCut: number;
  readonly checkouts: number;
  readonly checkoutsCut: number;
  /** Every record before this seqNum is in this row. */
  readonly readTo: number;
}

/** A checkout as the catalog keeps it. */
export interface CheckoutRow {
  readonly seqNum: number;
  readonly window: WindowSpan["window"];
  readonly atMs: number;
  /** It arrived after others had gone on, so its place in the stream is not its place in time. */
  readonly late: boolean;
}

/** A session in which nothing has happened yet. */
export const emptyRow = (opened: OpenedRecord): SessionRow => ({
  id: opened.sessionId,
  project: opened.project,
  client: opened.client,
  after: opened.after ?? null,
  startMs: opened.openedMs,
  lastMs: opened.openedMs,
  seenMs: opened.openedMs,
  inputMs: null,
  closed: null,
  user: null,
  userAtMs: 0,
  page: { url: opened.client.url ?? "", title: opened.client.title ?? "" },
  pageAtMs: 0,
  counts: { events: 0, bytes: 0, pages: 0, clicks: 0, errors: 0, rages: 0, lostEvents: 0 },
  activity: emptyActivity(opened.openedMs),
  ticks: [],
  windows: [],
  lateRuns: [],
  facts: 0,
  factsCut: 0,
  checkouts: 0,
  checkoutsCut: 0,
  readTo: FIRST_SEQ_NUM,
});

/** The name of a row's session. */
export const refOf = (row: SessionRow): SessionRef => ({ project: row.project, sessionId: row.id });

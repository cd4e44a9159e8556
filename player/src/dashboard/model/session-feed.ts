import type { SessionId, SessionItem, SessionList } from "@reeltime/recorder/protocol";
import type { ListChange } from "../ports.js";

/**
 * The list as it is shown, and what waits to be shown. All functions here return a new feed and change none.
 * Invariant: no id is in both `rows` and `pending`; both are newest first.
 */
export interface SessionFeed {
  readonly rows: readonly SessionItem[];
  /** New sessions behind the pill. */
  readonly pending: readonly SessionItem[];
  /** Rows that no longer belong, kept while the reader holds the list. */
  readonly leaving: ReadonlySet<SessionId>;
  /** Rows that came by themselves, for their one fade. */
  readonly fresh: ReadonlySet<SessionId>;
  /** Where the next page begins; `null` at the end. */
  readonly next: string | null;
}

/** How a change is taken in. */
export interface FeedRules {
  /** The reader points at the list or has scrolled: nothing may move. */
  readonly held: boolean;
  readonly matches: (item: SessionItem) => boolean;
}

/** A feed of nothing. */
export const EMPTY_FEED: SessionFeed = {
  rows: [],
  pending: [],
  leaving: new Set(),
  fresh: new Set(),
  next: null,
};

/** Newest first: later starts before earlier ones, and a fixed order where they are equal. */
function newestFirst(a: SessionItem, b: SessionItem): number {
  if (a.startMs !== b.startMs) return b.startMs - a.startMs;
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** The first page, or one that reloads it. */
export const firstPage = (page: SessionList): SessionFeed => ({
  ...EMPTY_FEED,
  rows: distinct(page.sessions),
  next: page.next,
});

/** Puts a further page at the end. */
export function nextPage(feed: SessionFeed, page: SessionList): SessionFeed {
  const pending = new Set(feed.pending.map(({ id }) => id));
  const added = page.sessions.filter(({ id }) => !pending.has(id));
  return { ...feed, rows: merged(feed.rows, added), next: page.next };
}

/** Takes in what came by itself. Rows change in place; new ones wait when the list is held, else they appear. */
export function takeChange(
  feed: SessionFeed,
  { changed, removed }: ListChange,
  { held, matches }: FeedRules,
): SessionFeed {
  const known = new Map(feed.rows.map((row) => [row.id, row]));
  const waiting = new Map(feed.pending.map((row) => [row.id, row]));
  const leaving = new Set(feed.leaving);
  const fresh = new Set(feed.fresh);
  const oldest = feed.rows.at(-1);
  for (const item of changed) {
    const row = known.get(item.id);
    if (row !== undefined) {
      const newer = newerOf(row, item);
      known.set(item.id, newer);
      if (matches(newer)) leaving.delete(item.id);
      else leaving.add(item.id);
    } else if (!matches(item)) {
      waiting.delete(item.id);
    } else if (waiting.has(item.id) || !belongsToLaterPage(feed, oldest, item)) {
      waiting.set(item.id, item);
    }
  }
  for (const id of removed) {
    waiting.delete(id);
    if (known.has(id)) leaving.add(id);
  }
  const taken: SessionFeed = {
    ...feed,
    rows: [...known.values()],
    pending: [...waiting.values()].sort(newestFirst),
    leaving,
    fresh,
  };
  return held ? taken : settle(taken);
}

/** Shows what waits and lets go of what no longer belongs: the reader has let go, or asked for it. */
export function settle(feed: SessionFeed): SessionFeed {
  if (feed.pending.length === 0 && feed.leaving.size === 0) return feed;
  const stay = feed.rows.filter(({ id }) => !feed.leaving.has(id));
  return {
    ...feed,
    rows: merged(stay, feed.pending),
    pending: [],
    leaving: new Set(),
    fresh: new Set(feed.pending.map(({ id }) => id)),
  };
}

/**
 * After a time without the live connection: the first page again, as a change. Rows within the page's span that it
 * no longer has are gone, but for those `heard` of while the page was on its way: they are newer than it.
 */
export function catchUp(
  feed: SessionFeed,
  page: SessionList,
  rules: FeedRules,
  heard: ReadonlySet<SessionId> = new Set(),
): SessionFeed {
  const last = page.sessions.at(-1);
  const listed = new Set(page.sessions.map(({ id }) => id));
  const within = (row: SessionItem): boolean =>
    page.next === null || (last !== undefined && newestFirst(row, last) < 0);
  const removed = [...feed.rows, ...feed.pending]
    .filter((row) => !listed.has(row.id) && !heard.has(row.id) && within(row))
    .map(({ id }) => id);
  return takeChange(feed, { changed: page.sessions, removed }, rules);
}

/** An unknown session older than the last row will come with its page. */
const belongsToLaterPage = (feed: SessionFeed, oldest: SessionItem | undefined, item: SessionItem): boolean =>
  feed.next !== null && oldest !== undefined && newestFirst(oldest, item) < 0;

/** A page and a live change may overtake each other: an ended session stays ended, and counts only grow. */
function newerOf(old: SessionItem, next: SessionItem): SessionItem {
  if (old.status === "closed" && next.status !== "closed") return old;
  return next.counts.events < old.counts.events ? old : next;
}

function merged(rows: readonly SessionItem[], added: readonly SessionItem[]): readonly SessionItem[] {
  return distinct([...rows, ...added]).sort(newestFirst);
}

function distinct(items: readonly SessionItem[]): SessionItem[] {
  const byId = new Map<SessionId, SessionItem>();
  for (const item of items) {
    const other = byId.get(item.id);
    byId.set(item.id, other === undefined ? item : newerOf(other, item));
  }
  return [...byId.values()];
}

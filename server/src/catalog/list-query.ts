import type { ProjectId, SessionId, SessionStatus } from "@reeltime/recorder/protocol";
import { MAX_SEARCH_CHARS } from "./limits.js";
import type { SessionRow } from "./session-row.js";

/** Which sessions a list is of, newest first. */
export interface ListQuery {
  readonly project?: ProjectId;
  /** The last session of the page before. */
  readonly cursor?: SessionId;
  readonly limit?: number;
  readonly status?: SessionStatus;
  /** A user's id, or their e-mail address in any case. */
  readonly user?: string;
  /** Words that must occur in the session's id, user, or addresses and titles, in any case. */
  readonly q?: string;
}

/** The part of a query that is compared in the same way with rows in memory and in the database. */
export interface ListFilter {
  readonly project: ProjectId | undefined;
  readonly user: string | undefined;
  /** {@link user} in lower case. */
  readonly email: string | undefined;
  /** Each must occur in {@link searchTextOf}. */
  readonly words: readonly string[];
}

/** Words of a query that are looked for; the rest of a pasted essay is not. */
const MAX_WORDS = 8;

/** A query's filter. */
export const filterOf = (query: ListQuery): ListFilter => ({
  project: query.project,
  user: query.user,
  email: query.user?.toLowerCase(),
  words: (query.q ?? "")
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "")
    .slice(0, MAX_WORDS),
});

/** What a search looks at, in lower case. */
export function searchTextOf(row: SessionRow): string {
  const { user, page, client } = row;
  const texts = [
    row.id,
    user?.id,
    user?.name,
    user?.email,
    page.url,
    page.title,
    client.url,
    client.title,
    client.referrer,
  ];
  return texts
    .filter((text) => text !== undefined && text !== "")
    .join("\n")
    .slice(0, MAX_SEARCH_CHARS)
    .toLowerCase();
}

/** The e-mail address a filter is compared with, in lower case. */
export const emailOf = (row: SessionRow): string | null => row.user?.email?.toLowerCase() ?? null;

/** Whether a row is one of the filter's. The database's `WHERE` says the same. */
export function matches(row: SessionRow, filter: ListFilter): boolean {
  if (filter.project !== undefined && row.project !== filter.project) return false;
  if (filter.user !== undefined && row.user?.id !== filter.user && emailOf(row) !== filter.email)
    return false;
  if (filter.words.length === 0) return true;
  const text = searchTextOf(row);
  return filter.words.every((word) => text.includes(word));
}

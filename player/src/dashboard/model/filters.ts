import type { SessionItem, SessionStatus } from "@reeltime/recorder/protocol";

/** Characters of words or of a user's id; the server takes no more. */
export const MAX_FILTER_CHARS = 1_024;

/** Which sessions the list shows. */
export interface Filters {
  /** `undefined` shows every status. */
  readonly status: SessionStatus | undefined;
  /** A user's id, exactly; empty shows everybody. */
  readonly user: string;
  /** Words to find in the user or the page; empty finds all. */
  readonly text: string;
}

/** Shows everything. */
export const NO_FILTERS: Filters = { status: undefined, user: "", text: "" };

const STATUSES: ReadonlySet<string> = new Set<SessionStatus>(["live", "away", "closed"]);

/** Reads filters from an address: `?status=live&user=1042&q=lamp`. What it does not know it leaves out. */
export function parseFilters(params: URLSearchParams): Filters {
  const status = params.get("status") ?? "";
  return {
    status: STATUSES.has(status) ? (status as SessionStatus) : undefined,
    user: (params.get("user") ?? "").slice(0, MAX_FILTER_CHARS),
    text: (params.get("q") ?? "").trim().slice(0, MAX_FILTER_CHARS),
  };
}

/** Writes filters into an address, leaving out what shows everything. */
export function encodeFilters({ status, user, text }: Filters): URLSearchParams {
  const params = new URLSearchParams();
  if (status !== undefined) params.set("status", status);
  if (user !== "") params.set("user", user);
  if (text !== "") params.set("q", text);
  return params;
}

/** Whether anything is left out. */
export const isFiltered = (filters: Filters): boolean => !sameFilters(filters, NO_FILTERS);

/** Whether two show the same. */
export const sameFilters = (a: Filters, b: Filters): boolean =>
  a.status === b.status && a.user === b.user && a.text === b.text;

/**
 * Whether a session that came by itself belongs into the list. For text, every word has to be somewhere in the
 * user or the page: the server may find more, and then does so at the next load.
 */
export function matchesFilters(item: SessionItem, { status, user: userId, text }: Filters): boolean {
  const { user, page, id } = item;
  if (status !== undefined && item.status !== status) return false;
  if (userId !== "" && user?.id !== userId) return false;
  if (text === "") return true;
  const haystack = [user?.id, user?.name, user?.email, page.url, page.title, id]
    .filter((part) => part !== undefined)
    .join("\n")
    .toLocaleLowerCase();
  return text
    .toLocaleLowerCase()
    .split(/\s+/u)
    .every((word) => haystack.includes(word));
}

import type { SessionItem, SessionStatus } from "@reeltime/recorder/protocol";

/** Which sessions the list shows. */
export interface Filters {
  /** `undefined` shows every status. */
  readonly status: SessionStatus | undefined;
  /** Words to find in the user or the page; empty finds all. */
  readonly text: string;
}

/** Shows everything. */
export const NO_FILTERS: Filters = { status: undefined, text: "" };

const STATUSES: ReadonlySet<string> = new Set<SessionStatus>(["live", "away", "closed"]);

/** Reads filters from an address: `?status=live&q=lamp`. What it does not know it leaves out. */
export function parseFilters(params: URLSearchParams): Filters {
  const status = params.get("status") ?? "";
  return {
    status: STATUSES.has(status) ? (status as SessionStatus) : undefined,
    text: (params.get("q") ?? "").trim(),
  };
}

/** Writes filters into an address, leaving out what shows everything. */
export function encodeFilters({ status, text }: Filters): URLSearchParams {
  const params = new URLSearchParams();
  if (status !== undefined) params.set("status", status);
  if (text !== "") params.set("q", text);
  return params;
}

/** Whether anything is left out. */
export const isFiltered = ({ status, text }: Filters): boolean => status !== undefined || text !== "";

/**
 * Whether a session that came by itself belongs into the list. For text, every word has to be somewhere in the
 * user or the page: the server may find more, and then does so at the next load.
 */
export function matchesFilters(item: SessionItem, { status, text }: Filters): boolean {
  if (status !== undefined && item.status !== status) return false;
  if (text === "") return true;
  const { user, page, id } = item;
  const haystack = [user?.id, user?.name, user?.email, page.url, page.title, id]
    .filter((part) => part !== undefined)
    .join("\n")
    .toLocaleLowerCase();
  return text
    .toLocaleLowerCase()
    .split(/\s+/u)
    .every((word) => haystack.includes(word));
}

import { isProjectId, isSessionId, type ProjectId, type SessionId } from "@reeltime/recorder/protocol";
import { encodeFilters, type Filters, parseFilters } from "./filters.js";

/** What an address asks for. */
export type Route =
  | { readonly screen: "sessions"; readonly filters: Filters; readonly project: ProjectId | undefined }
  | { readonly screen: "session"; readonly id: SessionId; readonly startMs: number | undefined }
  | { readonly screen: "not-found" };

/**
 * Reads an address of the dashboard. A session's start comes from `t` (seconds, `2:41`, or `2m41s`), or, as other
 * replay tools write it, from `jumpto` (milliseconds) or `ts` (seconds).
 */
export function parseRoute(url: URL): Route {
  const path = url.pathname.replace(/\/+$/, "") || "/";
  if (path === "/" || path === "/sessions") {
    const project = url.searchParams.get("project");
    return {
      screen: "sessions",
      filters: parseFilters(url.searchParams),
      project: isProjectId(project) ? project : undefined,
    };
  }
  const id = /^\/sessions\/([^/]+)$/.exec(path)?.[1]?.toLowerCase();
  return isSessionId(id)
    ? { screen: "session", id, startMs: parseStart(url.searchParams) }
    : { screen: "not-found" };
}

function parseStart(params: URLSearchParams): number | undefined {
  const t = parseSeconds(params.get("t") ?? params.get("ts"));
  if (t !== undefined) return Math.round(t * 1_000);
  const jumpMs = Number.parseFloat(params.get("jumpto") ?? "");
  return Number.isFinite(jumpMs) && jumpMs >= 0 ? Math.round(jumpMs) : undefined;
}

function parseSeconds(text: string | null): number | undefined {
  if (text === null || text === "") return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const units = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(text);
  const [, hours, minutes, seconds] = units ?? clock ?? [];
  if (hours === undefined && minutes === undefined && seconds === undefined) return undefined;
  return Number(hours ?? 0) * 3_600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
}

/** The address of the list. */
export function sessionsHref(filters: Filters, project?: ProjectId): string {
  const params = encodeFilters(filters);
  if (project !== undefined) params.set("project", project);
  const query = params.toString();
  return query === "" ? "/" : `/?${query}`;
}

/** The address of a session, at a time in it when one is given (whole seconds, so that it reads well). */
export function sessionHref(id: SessionId, atMs?: number): string {
  const path = `/sessions/${id}`;
  return atMs === undefined ? path : `${path}?t=${Math.max(0, Math.floor(atMs / 1_000))}`;
}

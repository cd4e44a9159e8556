import { isProjectId, isSessionId, type ProjectId, type SessionId } from "@reeltime/recorder/protocol";
import { HttpError } from "../http/http-error.js";
import { type LiveLimits, MAX_CURSOR_CHARS } from "./limits.js";

/** Where a viewer is in each session it watches: the seqNum it needs next; `undefined` before its first event. */
export type Positions = ReadonlyMap<SessionId, number | undefined>;

/** What a connection watches. */
export interface Watch {
  readonly positions: Positions;
  /** Projects whose lists it follows, each once. */
  readonly lists: readonly ProjectId[];
}

/** Writes an event's id: `<id>@<next>,…`. A reconnect sends it back. Empty when no session is watched. */
export const formatCursor = (positions: Positions): string =>
  [...positions].map(([id, next]) => (next === undefined ? id : `${id}@${next}`)).join(",");

/**
 * Reads what a connection watches. Positions in `lastEventId` win over those of the address; what is in it and
 * cannot be read is passed over, since a viewer can do nothing about it.
 * Throws `HttpError` `bad_request`.
 */
export function parseWatch(
  query: unknown,
  lastEventId: string | undefined,
  limits: Pick<LiveLimits, "sessions" | "lists">,
): Watch {
  const { sessions, list, ...others } = query as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0) throw refused("The address has a parameter that is not known here.");
  const lists = list === undefined ? [] : parseLists(list, limits.lists);
  const positions = sessions === undefined ? new Map() : parseSessions(sessions, limits.sessions);
  if (positions.size === 0 && lists.length === 0)
    throw refused("Say which sessions, or the list of which project.");
  for (const entry of (lastEventId ?? "").slice(0, MAX_CURSOR_CHARS).split(",")) {
    const known = parsePosition(entry);
    if (known?.next !== undefined && positions.has(known.id)) positions.set(known.id, known.next);
  }
  return { positions, lists };
}

function parseLists(value: unknown, maxLists: number): readonly ProjectId[] {
  if (typeof value !== "string") throw refused("list must be said once.");
  const projects = value.split(",", maxLists + 1);
  if (projects.length > maxLists) throw refused(`list must name ${maxLists} projects at the most.`);
  if (!projects.every(isProjectId) || new Set(projects).size < projects.length) {
    throw refused("list must be projects' ids, each once.");
  }
  return projects;
}

function parseSessions(value: unknown, maxSessions: number): Map<SessionId, number | undefined> {
  if (typeof value !== "string") throw refused("sessions must be said once.");
  const entries = value.split(",", maxSessions + 1);
  if (entries.length > maxSessions) throw refused(`sessions must be ${maxSessions} at the most.`);
  const positions = new Map<SessionId, number | undefined>();
  for (const entry of entries) {
    const position = parsePosition(entry);
    if (position === undefined || positions.has(position.id)) {
      throw refused("sessions must be ids, each once, each with @ and a seqNum or without.");
    }
    positions.set(position.id, position.next);
  }
  return positions;
}

function parsePosition(
  entry: string,
): { readonly id: SessionId; readonly next: number | undefined } | undefined {
  const [id, next, ...rest] = entry.split("@");
  if (!isSessionId(id) || rest.length > 0) return undefined;
  if (next === undefined) return { id, next };
  const seqNum = /^\d{1,16}$/.test(next) ? Number(next) : Number.NaN;
  return Number.isSafeInteger(seqNum) ? { id, next: seqNum } : undefined;
}

const refused = (message: string): HttpError => new HttpError("bad_request", message);

import { RecorderError } from "./errors.js";
import { MAX_GREW_SESSIONS } from "./limits.js";
import {
  CLOSE_REASONS,
  type CloseReason,
  isProjectId,
  isSessionId,
  packValue,
  type SessionRef,
  unpack,
} from "./protocol/index.js";
import type { IndexEntry } from "./types.js";

/** The version of the index's records. */
const VERSION = 1;
const TYPES = ["opened", "grew", "closed", "erased"] as const;

/**
 * Writes an index record: the msgpack array `[1, type, server, project, sessionId, reason]`, or for `grew` `[1, type,
 * server, [[project, sessionId, tail], …]]`. A type is its place in `opened, grew, closed, erased`. Ids and
 * seqNums only: a stream that all share cannot forget one user.
 */
export function encodeIndexEntry(entry: IndexEntry): Uint8Array {
  const head = [VERSION, TYPES.indexOf(entry.type), entry.server];
  if (entry.type === "grew") {
    return packValue([
      ...head,
      entry.sessions.map(({ session, tail }) => [session.project, session.sessionId, tail]),
    ]);
  }
  const { project, sessionId } = entry.session;
  return packValue([...head, project, sessionId, ...(entry.type === "closed" ? [entry.reason] : [])]);
}

/** Reads an index record; `undefined` for one of a later version. Throws `RecorderError` `corrupt`. */
export function decodeIndexEntry(bytes: Uint8Array): IndexEntry | undefined {
  const value = unpackEntry(bytes);
  if (!Array.isArray(value)) throw corrupt();
  const [version, code, server, a, b, c] = value as readonly unknown[];
  if (version !== VERSION) return undefined;
  const type = TYPES[code as number];
  if (typeof server !== "string" || type === undefined) throw corrupt();
  if (type !== "grew") {
    const session = parseRef(a, b);
    return type === "closed" ? { type, session, server, reason: parseReason(c) } : { type, session, server };
  }
  if (!Array.isArray(a) || a.length > MAX_GREW_SESSIONS) throw corrupt();
  const sessions = a.map((row: unknown) => {
    if (!Array.isArray(row) || !Number.isSafeInteger(row[2])) throw corrupt();
    return { session: parseRef(row[0], row[1]), tail: row[2] as number };
  });
  return { type, sessions, server };
}

function unpackEntry(bytes: Uint8Array): unknown {
  try {
    return unpack(bytes);
  } catch (cause) {
    throw corrupt(cause);
  }
}

function parseRef(project: unknown, sessionId: unknown): SessionRef {
  if (!isProjectId(project) || !isSessionId(sessionId)) throw corrupt();
  return { project, sessionId };
}

function parseReason(value: unknown): CloseReason {
  const reason = CLOSE_REASONS.find((known) => known === value);
  if (reason === undefined) throw corrupt();
  return reason;
}

const corrupt = (cause?: unknown): RecorderError =>
  new RecorderError("corrupt", "not an index record", { cause });

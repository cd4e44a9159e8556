import {
  DEFAULT_PAGE_BYTES,
  isProjectId,
  isSessionId,
  MAX_PAGE_BYTES,
  type ProjectId,
  type SessionId,
  type SessionStatus,
} from "@reeltime/recorder/protocol";
import { z } from "zod";
import { type ListQuery, MAX_FILTER_CHARS, MAX_LIST_LIMIT } from "../catalog/index.js";
import { HttpError } from "../http/http-error.js";

const STATUSES = ["live", "away", "closed"] as const satisfies readonly SessionStatus[];

/** A whole number as it stands in an address; `1e3`, `0x10` and `+1` are none. */
const whole = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number)
    .refine((value) => value >= least && value <= most);

const projectId = z.custom<ProjectId>(isProjectId);
const sessionId = z.custom<SessionId>(isSessionId);
const text = z.string().min(1).max(MAX_FILTER_CHARS);

const listQuery = z.strictObject({
  project: projectId.optional(),
  cursor: sessionId.optional(),
  limit: whole(1, MAX_LIST_LIMIT).optional(),
  status: z.enum(STATUSES).optional(),
  user: text.optional(),
  q: text.optional(),
});

/** Reads the query of a list. Throws `HttpError` `bad_request` naming the parameter. */
export function parseListQuery(query: unknown): ListQuery {
  const parsed = listQuery.safeParse(query);
  if (!parsed.success) throw refused(parsed.error);
  return Object.fromEntries(
    Object.entries(parsed.data).filter(([, value]) => value !== undefined),
  ) as ListQuery;
}

const seqNum = whole(0, Number.MAX_SAFE_INTEGER);

const framesQuery = z
  .strictObject({
    from: seqNum.optional(),
    at: z.union([z.literal("end"), seqNum]).optional(),
    until: seqNum.optional(),
    limit: whole(1, MAX_PAGE_BYTES).optional(),
  })
  .refine(({ from, at }) => (from === undefined) !== (at === undefined), { path: ["from"] })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    path: ["until"],
  });

/** Which frames of a session are asked for. */
export interface FramesQuery {
  /** From a seqNum, or such that playback at a time (epoch ms) or at the end is right. */
  readonly start:
    | { readonly type: "from"; readonly seqNum: number }
    | { readonly type: "at"; readonly at: number | "end" };
  /** Exclusive. */
  readonly untilSeqNum: number | undefined;
  readonly maxBytes: number;
}

/** Reads the query of a page of frames. Throws `HttpError` `bad_request` naming the parameter. */
export function parseFramesQuery(query: unknown): FramesQuery {
  const parsed = framesQuery.safeParse(query);
  if (!parsed.success) throw refused(parsed.error);
  const { from, at = "end", until, limit = DEFAULT_PAGE_BYTES } = parsed.data;
  return {
    start: from === undefined ? { type: "at", at } : { type: "from", seqNum: from },
    untilSeqNum: until,
    maxBytes: limit,
  };
}

/** Reads the id of a path. Throws `HttpError` `not_found`: a malformed id is the same as one that nobody knows. */
export function parseIdInPath(id: unknown): SessionId {
  if (isSessionId(id)) return id;
  throw noSession();
}

/** The one answer for a session that is unknown, malformed, erased or somebody else's. */
export const noSession = (): HttpError => new HttpError("not_found", "There is no such session.");

function refused(error: z.ZodError): HttpError {
  const [issue] = error.issues;
  const name = issue?.code === "unrecognized_keys" ? issue.keys[0] : issue?.path[0];
  const known = Object.hasOwn(HINTS, String(name)) ? HINTS[String(name) as keyof typeof HINTS] : undefined;
  return new HttpError("bad_request", known ?? "The address has a parameter that is not known here.");
}

const HINTS = {
  project: "project must be a project's id.",
  cursor: "cursor must be the next of an earlier page.",
  limit: "limit must be a whole number within its bounds.",
  status: "status must be live, away or closed.",
  user: `user must have 1 to ${MAX_FILTER_CHARS} characters.`,
  q: `q must have 1 to ${MAX_FILTER_CHARS} characters.`,
  from: "Say either from, a seqNum, or at, epoch milliseconds or end.",
  at: "at must be epoch milliseconds or end.",
  until: "until must be a seqNum after from.",
} as const;

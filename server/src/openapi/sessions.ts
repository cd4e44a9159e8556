import {
  CLOSE_REASONS,
  DEFAULT_PAGE_BYTES,
  FACT_TYPES,
  FRAMES_PAGE_TYPE,
  MAX_PAGE_BYTES,
} from "@reeltime/recorder/protocol";
import {
  array,
  count,
  json,
  nullable,
  number,
  object,
  PRIVATE,
  ref,
  refusals,
  SESSION_ID,
  text,
  time,
} from "./parts.js";
import type { Paths, Schema } from "./types.js";

const query = (name: string, schema: Schema, description: string): Schema => ({
  name,
  in: "query",
  schema,
  description,
});

const privateRefusals = refusals("unauthorized", "forbidden", "host_not_allowed", "unavailable");
const sessionRefusals = { ...privateRefusals, ...refusals("not_found") };

/** What viewers read. */
export const sessionPaths: Paths = {
  "/v1/sessions": {
    get: {
      operationId: "listSessions",
      summary: "List sessions, newest first",
      tags: ["sessions"],
      security: PRIVATE,
      parameters: [
        query("project", { type: "string" }, "Only this project's."),
        query("status", { enum: ["live", "away", "closed"] }, "Only with this status."),
        query("user", { type: "string" }, "Only of the user with this id or e-mail address."),
        query("q", { type: "string" }, "Words to find in addresses, titles and users."),
        query("limit", { type: "integer", minimum: 1, maximum: 100, default: 50 }, "Sessions on a page."),
        query("cursor", { type: "string" }, "`next` of the page before."),
      ],
      responses: {
        "200": json("A page.", object({ sessions: array(ref("Session")), next: nullable(text()) })),
        ...privateRefusals,
        ...refusals("bad_request"),
      },
    },
  },
  "/v1/sessions/{id}": {
    get: {
      operationId: "getSession",
      summary: "One session with its windows, checkouts and facts",
      tags: ["sessions"],
      security: PRIVATE,
      parameters: [SESSION_ID],
      responses: { "200": json("The session.", ref("SessionDetail")), ...sessionRefusals },
    },
    delete: {
      operationId: "eraseSession",
      summary: "Erase a session: its whole stream",
      tags: ["sessions"],
      security: PRIVATE,
      parameters: [SESSION_ID],
      responses: { "204": { description: "It is gone." }, ...sessionRefusals },
    },
  },
  "/v1/sessions/{id}/frames": {
    get: {
      operationId: "readFrames",
      summary: "Read frames",
      description:
        "By `from` (a seqNum), or by `at` (a time, or `end`): then from where playback at it starts.",
      tags: ["sessions"],
      security: PRIVATE,
      parameters: [
        SESSION_ID,
        query("from", { type: "integer", minimum: 0 }, "The seqNum to read from."),
        query("at", { type: "string" }, "Epoch milliseconds of the server's clock, or `end`."),
        query("until", { type: "integer", minimum: 1 }, "The seqNum to stop before."),
        query(
          "limit",
          { type: "integer", minimum: 1, maximum: MAX_PAGE_BYTES, default: DEFAULT_PAGE_BYTES },
          "Bytes of frames on a page; one frame comes in any case.",
        ),
      ],
      responses: {
        "200": {
          description: "A page of frames: the msgpack array of docs/PROTOCOL.md.",
          content: { [FRAMES_PAGE_TYPE]: { schema: { type: "string", format: "binary" } } },
        },
        ...sessionRefusals,
        ...refusals("bad_request"),
      },
    },
  },
  "/v1/live": {
    get: {
      operationId: "followLive",
      summary: "Follow the list and any number of sessions by Server-Sent Events",
      description:
        "Every event's id is the cursor of all sessions followed; a reconnect sends it as `Last-Event-ID`.",
      tags: ["sessions"],
      security: PRIVATE,
      parameters: [
        query("sessions", { type: "string" }, "`<id>@<seqNum>,…`; without `@` from the tail."),
        query("list", { type: "string" }, "Follow these projects' lists: `<id>,…`."),
      ],
      responses: {
        "200": {
          description: "Events without end.",
          content: { "text/event-stream": { schema: { type: "string" } } },
        },
        ...privateRefusals,
        ...refusals("bad_request"),
      },
    },
  },
};

const facts = { type: "array", items: ref("Fact") };
const session = {
  id: text(),
  project: text(),
  status: { enum: ["live", "away", "closed"] },
  reason: nullable({ enum: CLOSE_REASONS }),
  startMs: time(),
  lastMs: time("Time of the newest event."),
  user: nullable(object({ id: text(), name: text(), email: text() }, ["name", "email"])),
  page: object({ url: text(), title: text() }),
  client: ref("ClientInfo"),
  counts: object({
    events: count(),
    bytes: count(),
    pages: count(),
    clicks: count(),
    errors: count(),
    rages: count(),
    lostEvents: count(),
  }),
  activity: object({ startMs: time(), binMs: number(), counts: array(count()) }),
  ticks: array(object({ type: { enum: ["error", "rage"] }, atMs: time() })),
};

/** The schemas of these. */
export const sessionSchemas: Readonly<Record<string, Schema>> = {
  Session: object(session),
  SessionDetail: object({
    ...session,
    windows: array(object({ window: text(), firstMs: time(), lastMs: time(), events: count() })),
    checkouts: array(object({ seqNum: count(), window: text(), atMs: time() })),
    facts,
    factsCut: count("Facts beyond those listed."),
    tail: count("The stream's tail."),
    after: nullable(text("The session this one goes on from.")),
  }),
  Fact: object(
    {
      type: { enum: FACT_TYPES },
      atMs: time(),
      text: text(),
      detail: { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
      seqNum: count("The frame that said it."),
      window: text(),
    },
    ["detail"],
  ),
};

import { MAX_UPLOAD_BYTES } from "@reeltime/recorder/protocol";
import { MAX_OPEN_BODY_BYTES } from "../limits.js";
import { array, count, json, number, object, ref, refusals, SESSION_ID, text } from "./parts.js";
import type { Operation, Paths, Schema } from "./types.js";

const preflight = (id: string, ...parameters: readonly Schema[]): Operation => ({
  operationId: id,
  summary: "Answer a preflight",
  description:
    "The SDKs need none. Pages that add headers of their own to every request do; allowed origins get what they ask for.",
  tags: ["collector"],
  security: [],
  parameters,
  responses: {
    "204": { description: "What an allowed origin may send." },
    ...refusals("origin_not_allowed", "host_not_allowed"),
  },
});

const upload: Schema = {
  required: true,
  description: `The msgpack array \`[1, token, sentAtMs, [frame, …]]\` of docs/PROTOCOL.md, at most ${MAX_UPLOAD_BYTES} bytes.`,
  content: { "text/plain": { schema: { type: "string", format: "binary" } } },
};

const uploadRefusals = refusals(
  "malformed",
  "unsupported_version",
  "invalid",
  "bad_request",
  "unauthorized",
  "origin_not_allowed",
  "host_not_allowed",
  "not_found",
  "gap",
  "session_closed",
  "too_large",
  "rate_limited",
  "unavailable",
);

/** What SDKs write to. */
export const collectorPaths: Paths = {
  "/recorder.js": {
    get: {
      operationId: "getRecorder",
      summary: "The recorder, for a page's script element",
      tags: ["collector"],
      security: [],
      responses: {
        "200": { description: "The script.", content: { "text/javascript": { schema: { type: "string" } } } },
        "304": { description: "Not changed since `If-None-Match`." },
        ...refusals("host_not_allowed", "not_found"),
      },
    },
  },
  "/v1/sessions": {
    options: preflight("preflightOpenSession"),
    post: {
      operationId: "openSession",
      summary: "Open a session",
      description: `The body is JSON typed \`text/plain\`, so that it needs no preflight; at most ${MAX_OPEN_BODY_BYTES} bytes.`,
      tags: ["collector"],
      security: [],
      requestBody: { required: true, content: { "text/plain": { schema: ref("OpenRequest") } } },
      responses: {
        "201": json("The session is durable.", ref("OpenResponse")),
        ...refusals(
          "malformed",
          "invalid",
          "bad_request",
          "unauthorized",
          "origin_not_allowed",
          "host_not_allowed",
          "too_large",
          "rate_limited",
          "unavailable",
        ),
      },
    },
  },
  "/v1/sessions/{id}/frames": {
    options: preflight("preflightAppendFrames", SESSION_ID),
    post: {
      operationId: "appendFrames",
      summary: "Append frames",
      description: "Takes the session's token inside the body. Answers once every frame is durable.",
      tags: ["collector"],
      security: [],
      parameters: [SESSION_ID],
      requestBody: upload,
      responses: { "200": json("All frames are durable.", ref("Ack")), ...uploadRefusals },
    },
  },
  "/v1/sessions/{id}/stop": {
    options: preflight("preflightStopSession", SESSION_ID),
    post: {
      operationId: "stopSession",
      summary: "Append the last frames and close the session",
      tags: ["collector"],
      security: [],
      parameters: [SESSION_ID],
      requestBody: upload,
      responses: {
        "200": json("Closed for good.", object({ closed: { const: true }, acked: number("As in an ack.") })),
        ...uploadRefusals,
      },
    },
  },
};

/** The schemas of these. */
export const collectorSchemas: Readonly<Record<string, Schema>> = {
  ClientInfo: object(
    {
      sdk: text("Name and version of the SDK."),
      userAgent: text(),
      language: text(),
      timeZone: text(),
      url: text(),
      title: text(),
      referrer: text(),
      screenWidth: number(),
      screenHeight: number(),
    },
    ["userAgent", "language", "timeZone", "url", "title", "referrer", "screenWidth", "screenHeight"],
  ),
  OpenRequest: object(
    {
      key: text("The project's public key, `pk_…`."),
      sentAtMs: number("Epoch milliseconds of the client's clock."),
      client: ref("ClientInfo"),
      after: text("The token of the session this one goes on from."),
      startedAtMs: number(
        "When what it is opened for began, on the client's clock: the session starts then, at most as long ago as one may last.",
      ),
    },
    ["after", "startedAtMs"],
  ),
  OpenResponse: object({
    sessionId: text(),
    token: text("Lets its bearer append to and stop this one session, and nothing else."),
    url: text("Where somebody signed in can watch it."),
  }),
  Ack: object(
    {
      acked: number("The last number of the upload's writer that is in the stream; -1 when it has none."),
      watched: { type: "boolean", description: "Somebody is watching: flush often." },
      checkout: array(text("A window whose next frame should be a checkout.")),
      token: text("A new token, when the old one is past half its life."),
    },
    ["token"],
  ),
  Error: object({
    error: object(
      {
        code: text("One of the codes of docs/PROTOCOL.md."),
        message: text("For people."),
        expected: count("With `gap`: the number expected next."),
        reason: text("With `session_closed`: why."),
        requestId: text("Also in the header `x-request-id`."),
      },
      ["expected", "reason", "requestId"],
    ),
  }),
};

import { EXPORT_FAILURES, EXPORT_OVERLAYS, EXPORT_PHASES, EXPORT_STATES } from "@reeltime/recorder/protocol";
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

const parameters: readonly Schema[] = [
  SESSION_ID,
  { name: "format", in: "query", required: true, schema: { const: "mp4" } },
  {
    name: "window",
    in: "query",
    schema: text(),
    description: "Only this window. All of them, in their arrangement, unless said.",
  },
  {
    name: "overlay",
    in: "query",
    schema: text(undefined, { default: EXPORT_OVERLAYS.join() }),
    description: "What is drawn over the pictures: `none`, or some of `cursor,clicks`.",
  },
];

const sessionRefusals = refusals(
  "bad_request",
  "unauthorized",
  "forbidden",
  "host_not_allowed",
  "not_found",
  "unavailable",
);
const video = (description: string): Schema => ({
  description,
  content: { "video/mp4": { schema: { type: "string", format: "binary" } } },
});

/** Sessions as videos. */
export const exportPaths: Paths = {
  "/v1/sessions/{id}/export": {
    get: {
      operationId: "exportSession",
      summary: "A desktop session as a video: begins to make it, and gives it once it is made",
      description:
        "202 while it is being made: ask again after `Retry-After`, or ask `/export/status`. A session that goes on is exported up to now. A download that broke off goes on by `Range` and `If-Range`. 503 when ffmpeg is not installed, when too many wait, and for a minute after it failed; the message says what to do.",
      tags: ["sessions"],
      security: PRIVATE,
      parameters,
      responses: {
        "200": video("The file."),
        "202": json("It is being made.", ref("ExportAnswer")),
        "206": video("The part of it that `Range` asks for."),
        "304": { description: "Not changed since `If-None-Match`." },
        "416": { description: "There is nothing at the `Range` asked for." },
        ...sessionRefusals,
      },
    },
    delete: {
      operationId: "removeExport",
      summary: "Stop making a video, and remove what was made",
      tags: ["sessions"],
      security: PRIVATE,
      parameters,
      responses: { "204": { description: "There is none now." }, ...sessionRefusals },
    },
  },
  "/v1/sessions/{id}/export/status": {
    get: {
      operationId: "getExport",
      summary: "How far a video is; begins nothing",
      tags: ["sessions"],
      security: PRIVATE,
      parameters,
      responses: { "200": json("As it is now.", ref("ExportAnswer")), ...sessionRefusals },
    },
  },
};

/** The schemas of these. */
export const exportSchemas: Readonly<Record<string, Schema>> = {
  ExportAnswer: object({ export: nullable(ref("Export")) }),
  Export: object({
    id: text("The same for the same session and parameters."),
    state: { enum: EXPORT_STATES },
    phase: nullable({
      enum: EXPORT_PHASES,
      description: "What it is at while it is running: `finishing` writes a large file once more.",
    }),
    percent: number("0 to 100, mostly by the time of the session that is done."),
    format: { const: "mp4" },
    window: nullable(text("The one window that is shown.")),
    overlay: array({ enum: EXPORT_OVERLAYS }),
    video: nullable(
      object({
        bytes: count(),
        durationMs: number(),
        width: count("Pixels, even."),
        height: count("Pixels, even."),
        whole: { type: "boolean", description: "The session was closed: all of it is there." },
        dropped: count("Frames, rectangles and events that could not be read or shown."),
        madeMs: time(),
      }),
    ),
    error: nullable(object({ code: { enum: EXPORT_FAILURES }, message: text("For people.") })),
  }),
};

import { array, json, object, PRIVATE, ref, refusals, text } from "./parts.js";
import type { Paths, Schema } from "./types.js";

const signedIn = object({ signedIn: { type: "boolean" } });

/** Signing in and out, and projects. */
export const accessPaths: Paths = {
  "/sign-in": {
    get: {
      operationId: "signInByLink",
      summary: "Sign this browser in with the code of the printed link, once",
      tags: ["access"],
      security: [],
      parameters: [{ name: "code", in: "query", required: true, schema: text() }],
      responses: {
        "303": { description: "To the dashboard, which asks for a key when the code was used or wrong." },
        ...refusals("forbidden", "host_not_allowed"),
      },
    },
  },
  "/v1/sign-in": {
    post: {
      operationId: "signIn",
      summary: "Sign this browser in with the read key",
      tags: ["access"],
      security: [],
      requestBody: {
        required: true,
        content: { "application/json": { schema: object({ key: text("`rk_…`") }) } },
      },
      responses: {
        "200": json("Signed in: the cookie is set.", signedIn),
        ...refusals(
          "malformed",
          "invalid",
          "bad_request",
          "unauthorized",
          "forbidden",
          "host_not_allowed",
          "too_large",
          "rate_limited",
        ),
      },
    },
  },
  "/v1/sign-out": {
    post: {
      operationId: "signOut",
      summary: "Sign this browser out, and make its cookie worthless",
      tags: ["access"],
      security: PRIVATE,
      responses: {
        "200": json("Signed out.", signedIn),
        ...refusals("unauthorized", "forbidden", "host_not_allowed", "unavailable"),
      },
    },
  },
  "/v1/me": {
    get: {
      operationId: "getMe",
      summary: "Whether somebody is signed in",
      tags: ["access"],
      security: PRIVATE,
      responses: {
        "200": json("Yes.", signedIn),
        ...refusals("unauthorized", "forbidden", "host_not_allowed"),
      },
    },
  },
  "/v1/projects": {
    get: {
      operationId: "listProjects",
      summary: "List projects with their public keys",
      tags: ["access"],
      security: PRIVATE,
      responses: {
        "200": json("All of them.", object({ projects: array(ref("Project")) })),
        ...refusals("unauthorized", "forbidden", "host_not_allowed"),
      },
    },
  },
  "/v1/projects/{id}": {
    patch: {
      operationId: "changeProject",
      summary: "Change a project's policy",
      description: "What the body does not name stays as it is.",
      tags: ["access"],
      security: PRIVATE,
      parameters: [{ name: "id", in: "path", required: true, schema: text("The project's id.") }],
      requestBody: {
        required: true,
        content: {
          "application/json": {
            schema: object({ policy: object({ mp4OnClose: { type: "boolean" } }, ["mp4OnClose"]) }),
          },
        },
      },
      responses: {
        "200": json("The project as it is now.", ref("Project")),
        ...refusals(
          "malformed",
          "invalid",
          "bad_request",
          "unauthorized",
          "forbidden",
          "host_not_allowed",
          "not_found",
          "too_large",
          "unavailable",
        ),
      },
    },
  },
};

/** The schemas of these. */
export const accessSchemas: Readonly<Record<string, Schema>> = {
  Project: object({
    id: text(),
    name: text(),
    key: text("Public: pages carry it. It lets its bearer open sessions, and nothing else."),
    origins: array(text("A pattern of origins that may record.")),
    policy: object({
      mp4OnClose: {
        type: "boolean",
        description: "A session with pictures of a screen becomes a video when it closes.",
      },
    }),
  }),
};

import { DEMO_PATHS } from "../demo/paths.js";
import { PAGE_PATHS } from "../pages/paths.js";
import { json, object, refusals, text } from "./parts.js";
import type { Operation, Paths, Schema } from "./types.js";

const page = (operationId: string, summary: string): Operation => ({
  operationId,
  summary,
  tags: ["pages"],
  security: [],
  responses: {
    "200": { description: "The page.", content: { "text/html": { schema: { type: "string" } } } },
    "304": { description: "Not changed since `If-None-Match`." },
    ...refusals("forbidden", "host_not_allowed"),
  },
});

const file = (operationId: string, summary: string, parameter: string): Operation => ({
  operationId,
  summary,
  tags: ["pages"],
  security: [],
  parameters: [{ name: parameter, in: "path", required: true, schema: text() }],
  responses: {
    "200": { description: "The file, by its type.", content: { "*/*": { schema: { type: "string" } } } },
    "304": { description: "Not changed since `If-None-Match`." },
    ...refusals("host_not_allowed", "not_found"),
  },
});

const ready = {
  anyOf: [object({ ready: { const: true } }), object({ ready: { const: false }, reason: text() })],
};

/** An Express path as an OpenAPI template. */
export const templateOf = (path: string): string => path.replace(/[:*](\w+)/g, "{$1}");

const parametersOf = (path: string): readonly Schema[] =>
  [...path.matchAll(/:(\w+)/g)].map((match) => ({
    name: match[1],
    in: "path",
    required: true,
    schema: text(),
  }));

const pagesAt = (paths: readonly string[], name: string, summary: string): Paths =>
  Object.fromEntries(
    paths.map((path, index) => [
      templateOf(path),
      { get: { ...page(`${name}${index + 1}`, summary), parameters: parametersOf(path) } },
    ]),
  );

/** The dashboard, the demo, and what operators probe. */
export const pagePaths: Paths = {
  ...pagesAt(PAGE_PATHS, "dashboard", "A page of the dashboard"),
  "/assets/{path}": { get: file("getAsset", "A file of the dashboard", "path") },
  ...pagesAt(DEMO_PATHS, "demo", "A page of the demo"),
  "/demo/files/{file}": { get: file("getDemoFile", "A file of the demo", "file") },
  "/health": {
    get: {
      operationId: "getHealth",
      summary: "Whether the process answers",
      tags: ["operation"],
      security: [],
      responses: { "200": json("It does.", object({ status: { const: "ok" } })) },
    },
  },
  "/ready": {
    get: {
      operationId: "getReady",
      summary: "Whether the server can do its work",
      tags: ["operation"],
      security: [],
      responses: { "200": json("It can.", ready), "503": json("It cannot, and why.", ready) },
    },
  },
  "/v1/openapi.json": {
    get: {
      operationId: "getOpenApi",
      summary: "This document",
      tags: ["operation"],
      security: [],
      responses: {
        "200": json(
          "The document.",
          object({
            openapi: text(),
            info: { type: "object" },
            servers: { type: "array", items: { type: "object" } },
            tags: { type: "array", items: { type: "object" } },
            paths: { type: "object" },
            components: { type: "object" },
          }),
        ),
        ...refusals("host_not_allowed"),
      },
    },
  },
};

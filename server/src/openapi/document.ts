import { accessPaths, accessSchemas } from "./access.js";
import { collectorPaths, collectorSchemas } from "./collector.js";
import { exportPaths, exportSchemas } from "./exports.js";
import { pagePaths } from "./pages.js";
import { sessionPaths, sessionSchemas } from "./sessions.js";
import type { PathItem, Paths, Schema } from "./types.js";

/** Every path, each written down beside its resource. Two resources may share one: a public way in, a private way out. */
export const PATHS: Paths = merge(collectorPaths, sessionPaths, exportPaths, accessPaths, pagePaths);

/** The OpenAPI 3.1 document of a server. */
export function createOpenApi(publicUrl: string): Schema {
  return {
    openapi: "3.1.0",
    info: {
      title: "Reeltime",
      version: "1",
      description:
        "Session replay on durable streams. The collector's routes only write and take a project's key or a session's token; everything else takes a read key or a signed-in browser.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: publicUrl }],
    tags: [
      { name: "collector", description: "Public, write-only: what SDKs use." },
      { name: "sessions", description: "Private: what viewers read." },
      { name: "access", description: "Signing in, projects." },
      { name: "pages", description: "The dashboard and the demo." },
      { name: "operation", description: "What operators probe." },
    ],
    paths: PATHS,
    components: {
      schemas: { ...collectorSchemas, ...sessionSchemas, ...exportSchemas, ...accessSchemas },
      headers: { RequestId: { description: "Names this request in the log.", schema: { type: "string" } } },
      securitySchemes: {
        readKey: { type: "http", scheme: "bearer", description: "A read key, `rk_…`." },
        signedIn: {
          type: "apiKey",
          in: "cookie",
          name:
            new URL(publicUrl).protocol === "https:"
              ? "__Host-reeltime"
              : `reeltime-${new URL(publicUrl).port || "80"}`,
        },
      },
    },
  };
}

/**
 * The methods a path answers to, by the document: what 405 says. HEAD goes where GET goes.
 * @param path without its query
 */
export function methodsOf(path: string): readonly string[] {
  const methods = new Set<string>();
  for (const [pattern, item] of patterns) {
    if (!pattern.test(path)) continue;
    for (const method of Object.keys(item)) methods.add(method.toUpperCase());
  }
  if (methods.has("GET")) methods.add("HEAD");
  return [...methods].sort();
}

/** `{path}` is the rest, every other parameter one segment. */
const patterns = Object.entries(PATHS).map(([template, item]) => {
  const source = template
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace("{path}", ".+")
    .replace(/\{\w+\}/g, "[^/]+");
  return [new RegExp(`^${source}/?$`, "i"), item] as const;
});

function merge(...parts: readonly Paths[]): Paths {
  const merged: Record<string, PathItem> = {};
  for (const part of parts) {
    for (const [path, item] of Object.entries(part)) merged[path] = { ...merged[path], ...item };
  }
  return merged;
}

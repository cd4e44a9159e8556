import { S2LiteError } from "../errors.js";
import type { Exchange } from "./exchange.js";

/** A handler of one route: gets the path's variable segments, decoded. */
export type Handler = (
  exchange: Exchange,
  segments: readonly string[],
  query: string,
) => Promise<void> | void;

/** Handlers of one path, by method. */
export type Methods = Readonly<Record<string, Handler>>;

/** A path: fixed words, and `*` for a variable segment. */
export interface Route {
  readonly path: readonly string[];
  readonly methods: Methods;
}

/** What a request's method and target lead to. */
export type Match =
  | { readonly handler: Handler; readonly segments: readonly string[]; readonly query: string }
  | { readonly notFound: true }
  | { readonly allow: string };

/** Finds the handler. Throws `bad_path` when a segment cannot be decoded. */
export function matchRoute(routes: readonly Route[], method: string, target: string): Match {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark + 1);
  const parts = path.split("/").slice(1);
  for (const route of routes) {
    if (!fits(route.path, parts)) continue;
    const { methods } = route;
    const handler = methods[method] ?? (method === "HEAD" ? methods.GET : undefined);
    if (handler === undefined) return { allow: allowed(methods) };
    const variable = parts.filter((_, index) => route.path[index] === "*");
    return { handler, segments: variable.map(decodeSegment), query };
  }
  return { notFound: true };
}

function fits(path: readonly string[], parts: readonly string[]): boolean {
  return (
    path.length === parts.length &&
    path.every((word, index) => (word === "*" ? parts[index] !== "" : word === parts[index]))
  );
}

function allowed(methods: Methods): string {
  const names = Object.keys(methods);
  return (names.includes("GET") ? [...names, "HEAD"] : names).join(",");
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new S2LiteError("bad_path", "a path segment is not percent-encoded UTF-8", { cause });
  }
}

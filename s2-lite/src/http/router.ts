import type { Exchange } from "./exchange.js";

/** A handler of one route: gets the path's variable segments, still percent-encoded. */
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
  | {
      readonly handler: Handler;
      readonly path: readonly string[];
      readonly segments: readonly string[];
      readonly query: string;
    }
  | { readonly notFound: true }
  | { readonly allow: string };

/** The order in which methods are told. */
const METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"];

/** Finds the handler. Fixed words are matched as they come, percent-encoded or not. */
export function matchRoute(routes: readonly Route[], method: string, target: string): Match {
  const relative = target.replace(/^https?:\/\/[^/?]*/i, ""); // proxies send the whole URL
  const mark = relative.indexOf("?");
  const path = mark < 0 ? relative : relative.slice(0, mark);
  const query = mark < 0 ? "" : relative.slice(mark + 1);
  const parts = path.split("/").slice(1);
  for (const route of routes) {
    if (!fits(route.path, parts)) continue;
    const { methods } = route;
    const handler = methods[method] ?? (method === "HEAD" ? methods.GET : undefined);
    if (handler === undefined) return { allow: allowed(methods) };
    const segments = parts.filter((_, index) => route.path[index] === "*");
    return { handler, path: route.path, segments, query };
  }
  return { notFound: true };
}

/** A variable segment may be empty, except at the end: there a slash leads nowhere. */
function fits(path: readonly string[], parts: readonly string[]): boolean {
  return (
    path.length === parts.length &&
    path.every((word, index) =>
      word === "*" ? parts[index] !== "" || index < path.length - 1 : word === parts[index],
    )
  );
}

function allowed(methods: Methods): string {
  const names = Object.keys(methods);
  const withHead = names.includes("GET") ? [...names, "HEAD"] : names;
  return METHODS.filter((name) => withHead.includes(name)).join(",");
}

import { S2LiteError } from "../errors.js";
import type { Handler, Route } from "../http/router.js";

/** What belongs to S2's cloud: answered 501, which the SDK does not retry. */
export function notImplementedRoutes(): Route[] {
  const refuse: Handler = () => {
    throw new S2LiteError("not_implemented", "Not implemented");
  };
  return [
    { path: ["v1", "access-tokens"], methods: { GET: refuse, POST: refuse } },
    { path: ["v1", "access-tokens", "*"], methods: { DELETE: refuse } },
    { path: ["v1", "metrics"], methods: { GET: refuse } },
    { path: ["v1", "metrics", "*"], methods: { GET: refuse } },
    { path: ["v1", "metrics", "*", "*"], methods: { GET: refuse } },
    { path: ["v1", "locations"], methods: { GET: refuse } },
    { path: ["v1", "locations", "default"], methods: { GET: refuse, PUT: refuse } },
  ];
}

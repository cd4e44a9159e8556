import type { Handler, Route } from "../http/router.js";

/**
 * Whether the server is up, at the paths where S2's own server tells: 200, or 503 with what is wrong.
 * `failure` says why nothing can be stored; undefined when all is well.
 */
export function healthRoutes(failure: () => string | undefined = () => undefined): Route[] {
  const tell: Handler = (exchange) => {
    const why = failure();
    const headers = { "content-type": "text/plain; charset=utf-8" };
    exchange.answer(why === undefined ? 200 : 503, headers, Buffer.from(why ?? "OK"));
  };
  return [
    { path: ["health"], methods: { GET: tell } },
    { path: ["ping"], methods: { GET: tell } },
  ];
}

import type { Route } from "../http/router.js";

/** Whether the server is up; what S2's own server answers at these paths. */
export function healthRoutes(): Route[] {
  const ok: Route["methods"] = {
    GET: (exchange) =>
      exchange.answer(200, { "content-type": "text/plain; charset=utf-8" }, Buffer.from("OK")),
  };
  return [
    { path: ["health"], methods: ok },
    { path: ["ping"], methods: ok },
  ];
}

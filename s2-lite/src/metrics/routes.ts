import type { Route } from "../http/router.js";
import { EXPOSITION_TYPE, type Metric, renderMetrics } from "./exposition.js";

/** `GET /metrics`, for Prometheus. `collect` is called for each request. */
export function metricsRoutes(collect: () => readonly Metric[]): Route[] {
  return [
    {
      path: ["metrics"],
      methods: {
        GET: (exchange) =>
          exchange.answer(200, { "content-type": EXPOSITION_TYPE }, Buffer.from(renderMetrics(collect()))),
      },
    },
  ];
}

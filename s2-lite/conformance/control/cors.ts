import { deepEqual } from "node:assert/strict";
import type { Answer } from "../answer.js";
import { group } from "../case.js";

/** What of an answer a browser looks at. */
function corsOf({ status, headers }: Answer): unknown {
  const named = Object.entries(headers).filter(([name]) => name.startsWith("access-control-"));
  return { status, ...Object.fromEntries(named) };
}

const VARY = ["origin", "access-control-request-method", "access-control-request-headers"];

/** Pages of other origins. */
export const CORS = group("CORS", {
  "an origin is mirrored, with credentials, in every answer": async (ctx) => {
    for (const [path, status] of [
      ["/health", 200],
      ["/v1/basins?limit=1", 200],
      ["/v1/streams", 400],
      ["/nowhere", 404],
    ] as const) {
      for (const origin of ["https://app.example", "http://localhost:3000", "null"]) {
        deepEqual(corsOf(await ctx.request("GET", path, { headers: { origin } })), {
          status,
          "access-control-allow-credentials": "true",
          "access-control-allow-origin": origin,
        });
      }
    }
  },

  "without an origin none is allowed, and caches are told what answers depend on": async (ctx) => {
    const answer = await ctx.request("GET", "/health");
    deepEqual(corsOf(answer), { status: 200, "access-control-allow-credentials": "true" });
    const vary = (answer.headers.vary ?? "").split(/, */);
    deepEqual(
      VARY.filter((name) => vary.includes(name)),
      VARY,
    );
  },

  "a preflight is 200 without a body on any path, and gets what it asks for": async (ctx) => {
    const headers = {
      origin: "https://app.example",
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "s2-basin,content-type",
    };
    for (const path of ["/v1/streams/s", "/v1/basins", "/nowhere"]) {
      const answer = await ctx.request("OPTIONS", path, { headers });
      deepEqual(corsOf(answer), {
        status: 200,
        "access-control-allow-credentials": "true",
        "access-control-allow-origin": "https://app.example",
        "access-control-allow-methods": "PATCH",
        "access-control-allow-headers": "s2-basin,content-type",
      });
      deepEqual(answer.text, "");
    }
  },

  "OPTIONS that asks for nothing is 200 too": async (ctx) => {
    const answer = await ctx.request("OPTIONS", "/v1/basins");
    deepEqual(corsOf(answer), { status: 200, "access-control-allow-credentials": "true" });
  },
});

import type { ConformanceCase } from "../case.js";
import { BASINS } from "./basins.js";
import { BODIES } from "./bodies.js";
import { CLOUD_ONLY } from "./cloud-only.js";
import { CORS } from "./cors.js";
import { HEADERS } from "./headers.js";
import { JSON_BODIES } from "./json.js";
import { NAMES } from "./names.js";
import { QUERIES } from "./queries.js";
import { ROUTES } from "./routes.js";

/** Everything but records: basins, streams, their configuration, and HTTP itself. */
export const CONTROL_CASES: readonly ConformanceCase[] = [
  ...ROUTES,
  ...CORS,
  ...HEADERS,
  ...QUERIES,
  ...BODIES,
  ...JSON_BODIES,
  ...NAMES,
  ...BASINS,
  ...CLOUD_ONLY,
];

import type { ConformanceCase } from "../case.js";
import { BASIN_CONFIG } from "./basin-config.js";
import { BASINS } from "./basins.js";
import { BODIES } from "./bodies.js";
import { CLOUD_ONLY } from "./cloud-only.js";
import { CORS } from "./cors.js";
import { DELETION } from "./deletion.js";
import { HEADERS } from "./headers.js";
import { IDEMPOTENCY } from "./idempotency.js";
import { JSON_BODIES } from "./json.js";
import { LISTING } from "./listing.js";
import { NAMES } from "./names.js";
import { QUERIES } from "./queries.js";
import { ROUTES } from "./routes.js";
import { STREAM_CONFIG } from "./stream-config.js";
import { STREAMS } from "./streams.js";
import { CONTROL_THROUGH_SDK } from "./through-sdk.js";

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
  ...BASIN_CONFIG,
  ...STREAMS,
  ...STREAM_CONFIG,
  ...IDEMPOTENCY,
  ...LISTING,
  ...DELETION,
  ...CLOUD_ONLY,
  ...CONTROL_THROUGH_SDK,
];

import type { ConformanceCase } from "../case.js";
import { BASINS } from "./basins.js";

/** Everything but records: basins, streams, their configuration, and HTTP itself. */
export const CONTROL_CASES: readonly ConformanceCase[] = [...BASINS];

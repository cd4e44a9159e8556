/** The live fan-out over Server-Sent Events. */
export { LIVE_LIMITS, type LiveLimits } from "./limits.js";
export { createLive, type Live, type LiveOptions } from "./live.js";

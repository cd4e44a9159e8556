export { type CheckOptions, type CheckReport, checkStore } from "./check/check-store.js";
export type { StoreScan } from "./check/scan-store.js";
export { type ErrorCode, S2LiteError } from "./errors.js";
export { type S2Lite, type S2LiteOptions, startS2Lite } from "./server.js";

/** Sessions on S2. */
export * from "./errors.js";
export { DEFAULT_LIMITS, type RecorderLimits } from "./limits.js";
export { createRecorder, type RecorderOptions, type Retention } from "./recorder.js";
export * from "./types.js";

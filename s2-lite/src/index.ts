export { type ErrorCode, S2LiteError } from "./errors.js";
export { type S2Lite, type S2LiteOptions, startS2Lite } from "./server.js";

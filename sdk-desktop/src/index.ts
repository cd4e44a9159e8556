/** The desktop SDK: records a screen into a session. */
export * from "./types.js";

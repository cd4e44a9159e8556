/** Sessions on S2. */
export * from "./errors.js";
export * from "./types.js";

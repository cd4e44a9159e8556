/** The server as a library: what its program and its tests use. */
export { type Config, readConfig } from "./config.js";
export { type RunningServer, type ServerOptions, startServer } from "./server.js";
export { StartError, type StartErrorCode } from "./start-error.js";

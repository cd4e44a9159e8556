/** Reading and erasing recorded sessions over HTTP. */

export type { ReadParts } from "./read-frames.js";
export { readRoutes } from "./read-routes.js";

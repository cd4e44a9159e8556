/** Playback: the client of the private API, the store, and the element `<reeltime-player>`. */
export * from "./client/index.js";
export * from "./elements/index.js";
export * from "./store/index.js";
export type { SurfaceTrouble } from "./surfaces/surface-trouble.js";

/** Playback: the client of the private API, the store, and the element `<reeltime-player>`. */
export * from "./client/index.js";

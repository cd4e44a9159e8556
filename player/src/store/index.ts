export type { PlayerClock } from "./clock.js";
export { PLAYBACK_RATES } from "./limits.js";
export type { PlayEvent } from "./play-event.js";
export { PlayerStore } from "./player-store.js";
export type { PlayerStoreOptions } from "./player-store-options.js";
export type {
  Gap,
  PlayerFact,
  PlayerMode,
  PlayerPhase,
  PlayerProblem,
  PlayerState,
  PlayerWindow,
  TimeSpan,
} from "./state.js";
export type { Opening, SurfacePort } from "./surface-port.js";

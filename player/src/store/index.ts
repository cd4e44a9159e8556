export type { PlayerClock } from "./clock.js";
export { PLAYBACK_RATES } from "./limits.js";
export type { PlayEvent } from "./play-event.js";
export { PlayerStore } from "./player-store.js";
export type { PlayerStoreOptions } from "./player-store-options.js";
export type { ScreenPlayEvent } from "./screen-events.js";
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
export type { Opening, SurfaceKind, SurfacePort } from "./surface-port.js";
export { ALL_DISPLAYS, type WindowChoice } from "./window-choice.js";

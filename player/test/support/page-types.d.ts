import type { PlayerState, ReeltimePlayer, SurfaceTrouble } from "../../src/index.js";

declare global {
  interface Window {
    troubles: SurfaceTrouble[];
    states: PlayerState[];
    player: ReeltimePlayer;
  }
}

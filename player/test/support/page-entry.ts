import {
  createApi,
  createLiveConnection,
  type PlayerState,
  type ReeltimePlayer,
  type SurfaceTrouble,
} from "../../src/index.js";

declare global {
  interface Window {
    troubles: SurfaceTrouble[];
    states: PlayerState[];
    player: ReeltimePlayer;
  }
}

const player = document.querySelector("reeltime-player");
if (player !== null) {
  window.player = player;
  window.troubles = [];
  window.states = [];
  player.addEventListener("surfacetrouble", (event) => {
    window.troubles.push((event as CustomEvent<SurfaceTrouble>).detail);
  });
  player.addEventListener("statechange", (event) => {
    window.states.push((event as CustomEvent<PlayerState>).detail);
  });
  player.api = createApi();
  player.live = createLiveConnection();
}

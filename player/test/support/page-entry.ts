import { createApi, createLiveConnection, type PlayerState, type SurfaceTrouble } from "../../src/index.js";
import type {} from "./page-types.js";

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

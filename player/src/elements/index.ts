export { ReeltimePlayerControls } from "./controls/reeltime-player-controls.js";
export { FACT_LOOKS, type FactLook, factWords } from "./fact-words.js";
export { clockTime, spanTime, spokenTime } from "./format-time.js";
export { KEY_ACTIONS, type KeyAction } from "./key-actions.js";
export { ReeltimePlayer } from "./player/reeltime-player.js";
export { ReeltimePlayerStage } from "./stage/reeltime-player-stage.js";
export { ReeltimePlayerTimeline } from "./timeline/reeltime-player-timeline.js";

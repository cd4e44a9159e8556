import { PLAYBACK_RATES, type PlayerStore } from "../../store/index.js";
import type { PlayerRequest } from "../request.js";

/** Does what an element asked for, as far as the store can; `false` for what concerns the element alone. */
export function handleRequest(store: PlayerStore, asked: PlayerRequest): boolean {
  const { state } = store;
  switch (asked.type) {
    case "toggle":
      if (state.paused) store.play();
      else store.pause();
      return true;
    case "live":
      store.toLive();
      return true;
    case "next-fact":
      store.nextFact();
      return true;
    case "prev-fact":
      store.prevFact();
      return true;
    case "retry":
      store.retry();
      return true;
    case "seek":
      store.seek(asked.toMs);
      return true;
    case "step":
      store.seek(state.currentTimeMs + asked.byMs);
      return true;
    case "rate":
      store.setRate(asked.rate);
      return true;
    case "rate-step": {
      const rates: readonly number[] = PLAYBACK_RATES;
      const index = rates.indexOf(state.playbackRate) + asked.by;
      store.setRate(rates[Math.min(rates.length - 1, Math.max(0, index))] ?? 1);
      return true;
    }
    case "skip":
      store.setSkipInactive(asked.skip);
      return true;
    case "window":
      store.selectWindow(asked.window);
      return true;
    case "fact":
      store.seekToFact(asked.fact);
      return true;
    case "fullscreen":
    case "keys":
      return false;
  }
}

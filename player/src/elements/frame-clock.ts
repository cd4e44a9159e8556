import type { PlayerClock } from "../store/index.js";

/** Milliseconds between steps where nobody sees pictures, so that state stays true in a hidden page. */
const HIDDEN_STEP_MS = 500;

/** The page's own clock: before each picture, and now and then while the page is hidden. */
export const frameClock: PlayerClock = {
  now: () => performance.now(),
  frame: (callback) => {
    if (document.hidden) {
      const id = setTimeout(callback, HIDDEN_STEP_MS);
      return () => clearTimeout(id);
    }
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = (): void => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      callback();
    };
    const frame = requestAnimationFrame(run);
    // A page that is hidden before its next picture gets none.
    timer = setTimeout(run, HIDDEN_STEP_MS);
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  },
};

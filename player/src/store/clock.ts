/** Time as the store sees it: `now` moves on by itself, `frame` calls back before the next picture. */
export interface PlayerClock {
  /** Monotonic milliseconds; only differences matter. */
  now(): number;
  /** Calls back once, soon; the answer cancels it. */
  frame(callback: () => void): () => void;
}

/** What is known of whether somebody is there and whether anybody looks; the monotonic clock's ms. */
export interface Presence {
  /** When a person last did something; `undefined` before. */
  inputMs: number | undefined;
  /** When a capture last changed something. */
  changeMs: number | undefined;
  /** Somebody watches, as the last answer said. */
  watched: boolean;
  /** The app has paused its recorder. */
  paused: boolean;
  /** The session was closed for its time, and nobody did anything since: nothing is captured or sent. */
  dormant: boolean;
  /** Stopped. */
  over: boolean;
}

/** Nothing is known yet. */
export const createPresence = (): Presence => ({
  inputMs: undefined,
  changeMs: undefined,
  watched: false,
  paused: false,
  dormant: false,
  over: false,
});

/** Whether nothing is to be recorded now. */
export const isHalted = ({ paused, dormant, over }: Presence): boolean => paused || dormant || over;

/** What is told when a helper process is gone, in words for who knows nothing of processes. */
export const LOST_WORDS = {
  capture: (why: string): string =>
    `The part that captures the screen has stopped (${why}). It is started again by itself; until then the picture stands still. ` +
    "If this comes again and again, run `reeltime-desktop doctor`.",
  input: (why: string): string =>
    `The part that hears the mouse and the keyboard has stopped (${why}). It is started again by itself; until then the pointer ` +
    "and clicks are missing in the recording. If this comes again and again, run `reeltime-desktop doctor`.",
} as const;

/** What is told when the collector takes nothing. */
export const REFUSED_WORDS =
  "The server refuses this recording. Check the project key and the address of the server; nothing is recorded.";

/** What is told when something else answers at the collector's address. */
export const strangerWords = (apiHost: string, status: number): string =>
  `Something answers at ${apiHost}, but it is no Reeltime server (status ${status}). Check that address. Recording goes on, and what ` +
  "is recorded is kept until the server answers there.";

import type { Session } from "./ports.js";

/** What a page could not send before it went away: for the next load in its tab, under the same writer and numbers. */
export interface Leftover {
  readonly session: Session | undefined;
  readonly frames: readonly Uint8Array[];
  /** The page had been told to stop. */
  readonly stop: boolean;
}

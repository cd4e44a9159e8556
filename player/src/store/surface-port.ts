import type { WindowId } from "@reeltime/recorder/protocol";
import type { PlayEvent } from "./play-event.js";

/** Where playback of a window starts. */
export interface Opening {
  readonly window: WindowId;
  /** From a checkout up to `atMs`, in the order of time. */
  readonly events: readonly PlayEvent[];
  /** Epoch ms of the server's clock. */
  readonly atMs: number;
}

/** What the store drives: anything that can show a window's events. */
export interface SurfacePort {
  /** An opening is on its way: what can be made ready without its events may be made ready now. */
  prepare(): void;
  /** Shows a window at a time, instead of whatever was shown. */
  open(opening: Opening): void;
  /** Shows a later time of the window it shows; the events are those since it was last given some. */
  forward(opening: Opening): void;
  /** Takes more events of that window, ahead of the playhead; one that is behind it is shown at once. */
  feed(events: readonly PlayEvent[]): void;
  /** The playhead is at `atMs` and moves at `rate` (0: it stands). Called before each picture. */
  clock(atMs: number, rate: number): void;
  /** Shows nothing. */
  clear(): void;
}

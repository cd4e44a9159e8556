import type { WindowId } from "@reeltime/recorder/protocol";
import type { PlayEvent } from "./play-event.js";

/** What a window's events are shown with: a page is built of nodes, a picture is painted. */
export type SurfaceKind = "dom" | "screen";

/** Where playback of a window, or of several displays at once, starts. */
export interface Opening {
  /** The one that was asked for, or that its user is in. */
  readonly window: WindowId;
  /** All that are shown. Several only where they are displays, each event then saying whose it is. */
  readonly windows: readonly WindowId[];
  /** Of all of them. */
  readonly kind: SurfaceKind;
  /** From a checkout of each up to `atMs`, in the order of time. */
  readonly events: readonly PlayEvent[];
  /** Epoch ms of the server's clock. */
  readonly atMs: number;
}

/** What the store drives: anything that can show a window's events. */
export interface SurfacePort {
  /** An opening is on its way: what can be made ready without its events may be made ready now. `kind`: of what it will be, when that is known. */
  prepare(kind?: SurfaceKind): void;
  /** Shows windows at a time, instead of whatever was shown. */
  open(opening: Opening): void;
  /** Shows a later time of the windows it shows; the events are those since it was last given some. */
  forward(opening: Opening): void;
  /** Takes more events of those windows, ahead of the playhead; one that is behind it is shown at once. */
  feed(events: readonly PlayEvent[]): void;
  /** The playhead is at `atMs` and moves at `rate` (0: it stands). Called before each picture. */
  clock(atMs: number, rate: number): void;
  /** Shows nothing. */
  clear(): void;
}

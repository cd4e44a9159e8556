import { ACTIVE_FPS, ACTIVE_MS, BUSY_MS, IDLE_FPS, STILL_FPS, STILL_MS } from "../limits.js";

/** What decides how often to capture. Times on any one clock, in ms; `undefined`: never. */
export interface PaceInput {
  readonly nowMs: number;
  readonly inputMs: number | undefined;
  /** When a capture last changed something. */
  readonly changeMs: number | undefined;
  readonly watched: boolean;
  /** Nothing is to be captured: paused, over, waiting for a person, or a recorder of events alone. */
  readonly halted: boolean;
  /** What waits to be sent is below its bound. */
  readonly room: boolean;
  /** Frames a second at the most. */
  readonly ceilingFps: number;
}

/** Captures a second: the ceiling while somebody acts or watches, 5 while something changes, 2 and then 1 when not, 0 when nothing may be captured. */
export function decidePace(input: PaceInput): number {
  const { nowMs, inputMs, changeMs, watched, halted, room, ceilingFps } = input;
  if (halted || !room) return 0;
  const since = (atMs: number | undefined): number => (atMs === undefined ? Infinity : nowMs - atMs);
  if (watched || since(inputMs) < BUSY_MS) return ceilingFps;
  const quietMs = Math.min(since(inputMs), since(changeMs));
  const fps = quietMs < ACTIVE_MS ? ACTIVE_FPS : quietMs < STILL_MS ? IDLE_FPS : STILL_FPS;
  return Math.min(fps, ceilingFps);
}

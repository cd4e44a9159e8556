/**
 * What the desktop SDK will take and give, as types alone: nothing here records. It comes next.
 */
export type { Point, Recorder, RecorderOptions, Rectangle, User } from "./types.js";

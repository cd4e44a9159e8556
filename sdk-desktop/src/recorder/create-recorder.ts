import type { Recorder, RecorderOptions } from "../types.js";
import { createDesktopRecorder } from "./desktop-recorder.js";
import { nodeHost } from "./host.js";

/**
 * Makes a recorder of this machine's screen. Never throws: what is wrong, also with the options, is told to `onTrouble` (or
 * standard error) and stands in `status.troubles`, and with wrong options nothing is recorded.
 */
export const createRecorder = (options: RecorderOptions): Recorder =>
  createDesktopRecorder(options, nodeHost());

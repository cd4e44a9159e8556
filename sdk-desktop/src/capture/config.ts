/** What the capture helper reads of its environment, once. */
export interface CaptureConfig {
  readonly platform: string;
  /** The X display; `undefined` when none is named. */
  readonly display: string | undefined;
  /** The session runs on Wayland, and names no X display. */
  readonly waylandOnly: boolean;
  /** It runs inside Electron. */
  readonly electron: boolean;
  /** The process whose windows are the app's own. */
  readonly hostPid: number;
  /** For tests: a folder for the masked pixels of each capture. */
  readonly testFrames: string | undefined;
  /** For tests: how many captures are kept there. */
  readonly testFramesKept: number;
  /** For tests: what displays' scale is taken to be. */
  readonly testScale: number;
}

/**
 * Reads the environment. Where an X display is named it is what is captured, so that what points to Wayland is taken out
 * of the environment: the native part would follow it.
 */
export function readConfig(): CaptureConfig {
  const env = process.env;
  const display = textOf(env["DISPLAY"]);
  const wayland = textOf(env["WAYLAND_DISPLAY"]) !== undefined || env["XDG_SESSION_TYPE"] === "wayland";
  if (display !== undefined) {
    delete env["WAYLAND_DISPLAY"];
    delete env["XDG_SESSION_TYPE"];
  }
  return {
    platform: process.platform,
    display,
    waylandOnly: wayland && display === undefined,
    electron: process.versions["electron"] !== undefined,
    hostPid: countOf(env["REELTIME_HOST_PID"], process.ppid),
    testFrames: textOf(env["REELTIME_TEST_FRAMES"]),
    testFramesKept: countOf(env["REELTIME_TEST_FRAMES_KEEP"], 200),
    testScale: countOf(env["REELTIME_TEST_SCALE"], 1),
  };
}

const textOf = (value: string | undefined): string | undefined => (value === "" ? undefined : value);

/** A whole number above 0. */
function countOf(value: string | undefined, otherwise: number): number {
  const count = Number(value);
  return Number.isInteger(count) && count > 0 ? count : otherwise;
}

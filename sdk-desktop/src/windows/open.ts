import type { WindowSource } from "./desktop-window.js";
import { createScreensSource, type ListedWindow } from "./screens-source.js";
import { createX11Source } from "./x11-source.js";

/** What tells which source this desktop has. */
export interface WindowSourceOptions {
  /** Such as `process.platform`. */
  readonly platform: string;
  /** The X display, such as `:0`. Needed where the platform is none of `darwin` and `win32`. */
  readonly display: string | undefined;
  /** All windows as the system's own list has them, from the topmost: asked on macOS and Windows. */
  readonly listWindows?: () => readonly ListedWindow[];
}

/** Opens the windows of this desktop. Rejects when there is none, with a message that says what is missing. */
export async function openWindowSource(options: WindowSourceOptions): Promise<WindowSource> {
  if (options.platform === "darwin" || options.platform === "win32") {
    if (options.listWindows === undefined) throw new Error("this system's list of windows was not given");
    return createScreensSource(options.listWindows);
  }
  if (options.display === undefined || options.display === "")
    throw new Error("DISPLAY is not set: there is no X display");
  return createX11Source(options.display);
}

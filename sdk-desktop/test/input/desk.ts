import type { Rectangle } from "../../src/geometry.js";
import type { DesktopWindow, WindowsSnapshot } from "../../src/windows/desktop-window.js";
import { windowOf } from "../support/windows.js";

/** An ordinary window that is on the screen. */
export function desktopWindow(
  handle: number,
  title: string,
  frame: Rectangle,
  change: Partial<DesktopWindow> = {},
): DesktopWindow {
  return windowOf(handle, {
    title,
    frame,
    app: `app of ${title}`,
    client: handle,
    pid: 1_000 + handle,
    recent: [frame],
    visibleSinceMs: 0,
    ...change,
  });
}

/** The windows at one time. */
export const lookAt = (
  windows: readonly DesktopWindow[],
  change: Partial<WindowsSnapshot> = {},
): WindowsSnapshot => ({ atMs: 0, sinceMs: 0, active: undefined, ...change, windows });

import type { Rectangle } from "../../src/geometry.js";
import type { DesktopWindow, WindowsSnapshot } from "../../src/windows/desktop-window.js";

/** An ordinary window that is on the screen. */
export function desktopWindow(
  handle: number,
  title: string,
  frame: Rectangle,
  change: Partial<DesktopWindow> = {},
): DesktopWindow {
  const app = change.app ?? `app of ${title}`;
  return {
    handle,
    client: handle,
    pid: 1_000 + handle,
    app,
    title,
    apps: app === "" ? [] : [app],
    titles: title === "" ? [] : [title],
    frame,
    content: frame,
    recent: [frame],
    lingering: [frame],
    visible: true,
    visibleSinceMs: 0,
    closed: false,
    minimised: false,
    kind: "normal",
    owner: undefined,
    group: undefined,
    known: true,
    ...change,
  };
}

/** The windows at one time. */
export const lookAt = (
  windows: readonly DesktopWindow[],
  change: Partial<WindowsSnapshot> = {},
): WindowsSnapshot => ({ atMs: 0, sinceMs: 0, active: undefined, ...change, windows });

import type { DesktopWindow, WindowsSnapshot } from "../../src/windows/desktop-window.js";

/** A window of an ordinary app, on the screen for long; all of it can be said otherwise. Places that are not said are its frame. */
export function windowOf(handle: number, more: Partial<DesktopWindow> = {}): DesktopWindow {
  const frame = more.frame ?? { x: 100, y: 100, width: 200, height: 100 };
  const { title = `Window ${handle}`, app = `App${handle}`, visible = true } = more;
  const recent = visible ? [frame] : [];
  return {
    handle,
    client: undefined,
    pid: undefined,
    app,
    title,
    apps: app === "" ? [] : [app],
    titles: title === "" ? [] : [title],
    frame,
    content: frame,
    recent,
    lingering: more.recent ?? recent,
    visible,
    visibleSinceMs: visible ? -100_000 : undefined,
    minimised: false,
    closed: false,
    kind: "normal",
    owner: undefined,
    group: undefined,
    known: true,
    ...more,
  };
}

/** These windows at a time, from the lowest. */
export const snapshotOf = (
  windows: readonly DesktopWindow[],
  { atMs = 1_000, sinceMs = 0, active }: Partial<WindowsSnapshot> = {},
): WindowsSnapshot => ({ atMs, sinceMs, windows, active });

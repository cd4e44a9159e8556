import type { Point } from "../geometry.js";
import type { DesktopWindow, WindowsSnapshot } from "./desktop-window.js";
import { holds } from "./rectangles.js";

/** The topmost visible window at a place, in the desktop's points. `undefined`: the bare desktop. */
export function topWindowAt(snapshot: WindowsSnapshot, point: Point): DesktopWindow | undefined {
  let top: DesktopWindow | undefined;
  for (const window of snapshot.windows) if (window.visible && holds(window.frame, point)) top = window;
  return top;
}

/** The window that has the keyboard. `undefined`: none, or not known. */
export const activeWindow = (snapshot: WindowsSnapshot): DesktopWindow | undefined =>
  snapshot.windows.find((window) => window.handle === snapshot.active);

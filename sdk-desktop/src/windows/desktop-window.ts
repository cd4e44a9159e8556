import type { Rectangle } from "../geometry.js";

/** A window of the desktop, as the system has it now. */
export interface DesktopWindow {
  /** As the system numbers it: on X11 the client's window, not a frame around it. */
  readonly handle: number;
  /** `undefined` when the window does not say. */
  readonly pid: number | undefined;
  /** What the app is called: on X11 the class of its window; empty when it does not say. */
  readonly app: string;
  /** Empty when it has none. */
  readonly title: string;
  /** With its title bar and borders, in the desktop's points. */
  readonly frame: Rectangle;
  /** What it draws itself: without them. */
  readonly content: Rectangle;
  /** On the screen now, however much is covered. */
  readonly visible: boolean;
  readonly minimised: boolean;
  /** `popup`: a menu, a list, a tooltip: what no window manager frames. */
  readonly kind: "normal" | "dialog" | "popup" | "dock" | "desktop";
  /** The window that it says it belongs to. */
  readonly owner: number | undefined;
}

/** All windows at one time. */
export interface WindowsSnapshot {
  /** By `monotonicMs`. */
  readonly atMs: number;
  /** From the lowest to the topmost. What has closed since the snapshot before may still be here, once, not visible. */
  readonly windows: readonly DesktopWindow[];
  /** The one that has the keyboard. */
  readonly active: number | undefined;
}

/** The windows of this desktop. */
export interface WindowSource {
  /** As they are now. Rejects when the desktop is gone. */
  snapshot(): Promise<WindowsSnapshot>;
  close(): void;
}

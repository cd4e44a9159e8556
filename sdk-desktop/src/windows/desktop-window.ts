import type { Rectangle } from "../geometry.js";

/** A window of the desktop: as the system has it now, and what else it was since an earlier snapshot. */
export interface DesktopWindow {
  /** As the system numbers it: on X11 the client's window, not a frame around it. */
  readonly handle: number;
  /** The connection to the desktop that it was made over, where the system tells: what shares one is one program. */
  readonly client: number | undefined;
  /** `undefined` when the window does not say. */
  readonly pid: number | undefined;
  /** What the app is called: on X11 the class of its window; empty when it does not say. */
  readonly app: string;
  /** Empty when it has none. */
  readonly title: string;
  /** All that its app is or was called, within that second: on X11 both parts of the class. */
  readonly apps: readonly string[];
  /** All its titles, in every encoding that it states them in, and those that it had within that second. */
  readonly titles: readonly string[];
  /** With its title bar and borders, in the desktop's points. */
  readonly frame: Rectangle;
  /** What it draws itself: without them. */
  readonly content: Rectangle;
  /** Everywhere it was on the screen since the earlier snapshot, up to now. Empty: nowhere. */
  readonly recent: readonly Rectangle[];
  /**
   * Everywhere what it showed may be seen: `recent`, and where it was within the last second (`LINGER_MS`), since what lies
   * beneath a window that moved or closed is painted again by its own app, in its own time.
   */
  readonly lingering: readonly Rectangle[];
  /** On the screen now, however much is covered. */
  readonly visible: boolean;
  /** Since when it is on the screen, by `monotonicMs`; `undefined` when it is not. */
  readonly visibleSinceMs: number | undefined;
  readonly minimised: boolean;
  /** It is gone, and told of for what it was. */
  readonly closed: boolean;
  /** `popup`: a menu, a list, a tooltip: what no window manager frames. */
  readonly kind: "normal" | "dialog" | "popup" | "dock" | "desktop";
  /** The window that it says it belongs to. */
  readonly owner: number | undefined;
  /** The window that leads the group it says it belongs to: commonly one that is never on the screen. */
  readonly group: number | undefined;
  /** False: it was gone before it could be asked what it is. */
  readonly known: boolean;
}

/** All windows at one time. */
export interface WindowsSnapshot {
  /** By `monotonicMs`. */
  readonly atMs: number;
  /** The earlier time since when `recent` and `titles` have everything. */
  readonly sinceMs: number;
  /**
   * From the lowest to the topmost: those on the screen, those that are not now, and those that have closed since
   * the earlier snapshot (not visible any more).
   */
  readonly windows: readonly DesktopWindow[];
  /** The one that has the keyboard. */
  readonly active: number | undefined;
}

/** The windows of this desktop. */
export interface WindowSource {
  /**
   * As they are now, and where they were since an earlier snapshot: one that was made, shown, moved or closed between
   * the two is in this one, with every place that it had. Rejects when the desktop is gone.
   * @param sinceMs the `atMs` of the earlier one; default: of the last that was taken. Only the last seconds are kept
   * (`MAX_HISTORY_MS`): `sinceMs` of the result says since when it is complete.
   */
  snapshot(sinceMs?: number): Promise<WindowsSnapshot>;
  close(): void;
}

import type { Rectangle } from "../geometry.js";
import { monotonicMs } from "../monotonic.js";
import type { DesktopWindow, WindowSource, WindowsSnapshot } from "./desktop-window.js";
import { NameHistory, PlaceHistory } from "./history.js";
import { LINGER_MS, MAX_HISTORY_MS, MAX_PLACES, MAX_WINDOWS } from "./limits.js";
import { hull, simplified } from "./rectangles.js";

/** A window as macOS and Windows list it. */
export interface ListedWindow {
  readonly handle: number;
  readonly pid: number | undefined;
  readonly app: string;
  readonly title: string;
  readonly frame: Rectangle;
  readonly minimised: boolean;
  readonly focused: boolean;
}

/** A window that was listed, now or before. */
interface Followed {
  listed: ListedWindow;
  sinceMs: number;
  goneAtMs: number | undefined;
  readonly places: PlaceHistory;
  readonly titles: NameHistory;
}

/**
 * Windows by asking for a list of them: all that macOS and Windows offer. A window that opened and closed between two lists is
 * not known of, and where one moved, everything between the two places counts. Tried with lists of our own making
 * only, on neither system.
 * @param listWindows from the topmost; throws when the desktop is gone
 */
export function createScreensSource(
  listWindows: () => readonly ListedWindow[],
  clock: () => number = monotonicMs,
): WindowSource {
  const followed = new Map<number, Followed>();
  const openedAtMs = clock();
  let lastAtMs = openedAtMs;
  const take = (atMs: number): readonly number[] => {
    const listed = listWindows();
    if (listed.length > MAX_WINDOWS) throw new Error("there are more windows than can be followed");
    const order = listed.map(({ handle }) => handle).reverse();
    for (const window of listed) follow(followed, window, atMs);
    const there = new Set(order);
    for (const [handle, window] of followed) {
      if (there.has(handle)) continue;
      window.goneAtMs ??= atMs;
      window.places.set(undefined, atMs);
      if (window.goneAtMs < atMs - MAX_HISTORY_MS) followed.delete(handle);
    }
    return [...[...followed.keys()].filter((handle) => !there.has(handle)), ...order];
  };
  return {
    snapshot: async (sinceMs = lastAtMs): Promise<WindowsSnapshot> => {
      const atMs = clock();
      const order = take(atMs);
      lastAtMs = Math.max(lastAtMs, atMs);
      const from = Math.max(Math.min(sinceMs, atMs), openedAtMs, atMs - MAX_HISTORY_MS);
      const lingeringSinceMs = Math.min(from, atMs - LINGER_MS);
      const windows: DesktopWindow[] = [];
      for (const handle of order) {
        const window = followed.get(handle);
        if (window === undefined) continue;
        window.places.forget(atMs - MAX_HISTORY_MS);
        window.titles.forget(atMs - MAX_HISTORY_MS);
        if ((window.goneAtMs ?? atMs) >= lingeringSinceMs)
          windows.push(describe(window, from, lingeringSinceMs));
      }
      const active = order.find((handle) => {
        const window = followed.get(handle);
        return window?.goneAtMs === undefined && window?.listed.focused === true;
      });
      return { atMs, sinceMs: from, windows, active };
    },
    close: () => followed.clear(),
  };
}

function follow(followed: Map<number, Followed>, listed: ListedWindow, atMs: number): void {
  const known = followed.get(listed.handle);
  const window =
    known ??
    ({
      listed,
      sinceMs: atMs,
      goneAtMs: undefined,
      places: new PlaceHistory(),
      titles: new NameHistory(),
    } satisfies Followed);
  if (known === undefined) followed.set(listed.handle, window);
  const before =
    window.goneAtMs === undefined && !window.listed.minimised ? window.listed.frame : listed.frame;
  if (window.goneAtMs !== undefined || (window.listed.minimised && !listed.minimised)) window.sinceMs = atMs;
  window.goneAtMs = undefined;
  window.listed = listed;
  // 1. Somewhere between the two places, until now; 2. then where it is.
  if (!listed.minimised) window.places.set(hull(before, listed.frame), atMs);
  window.places.set(listed.minimised ? undefined : listed.frame, atMs);
  window.titles.set(listed.title === "" ? [] : [listed.title], atMs);
}

function describe(window: Followed, sinceMs: number, lingeringSinceMs: number): DesktopWindow {
  const { listed, goneAtMs } = window;
  const closed = goneAtMs !== undefined;
  const visible = !closed && !listed.minimised;
  return {
    handle: listed.handle,
    client: undefined,
    pid: listed.pid,
    app: listed.app,
    title: listed.title,
    apps: listed.app === "" ? [] : [listed.app],
    titles: window.titles.since(lingeringSinceMs),
    frame: listed.frame,
    content: listed.frame,
    recent: simplified(window.places.since(sinceMs), MAX_PLACES),
    lingering: simplified(window.places.since(lingeringSinceMs), MAX_PLACES),
    visible,
    visibleSinceMs: visible ? window.sinceMs : undefined,
    minimised: !closed && listed.minimised,
    closed,
    // The list does not say: what has no title belongs to a window of its app that has.
    kind: listed.title === "" ? "dialog" : "normal",
    owner: undefined,
    group: undefined,
    known: true,
  };
}

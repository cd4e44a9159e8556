import type { PictureArea, Point, Rectangle } from "../geometry.js";
import { activeWindow, topWindowAt } from "../windows/at.js";
import type { DesktopWindow, WindowsSnapshot } from "../windows/desktop-window.js";
import { covers, holds, hull, simplified } from "../windows/rectangles.js";
import { denialIn, denialOf } from "./attribution.js";
import type { PrivacyRules } from "./rules.js";

/** Points around a denied window that are black too: what a compositor's scaling or a rounding may smear of its edge. */
export const DENIED_MARGIN_POINTS = 2;

/** Areas at the most in an answer, so that a window that was dragged about does not make them many; the nearest are put together. */
export const MAX_DENIED_AREAS = 128;

/** What {@link deniedAreas} decides from. */
export interface DenyInputs {
  /** Taken before the capture began. */
  readonly before: WindowsSnapshot;
  /** Taken after the capture ended, since `before`. */
  readonly after: WindowsSnapshot;
  readonly rules: PrivacyRules;
  /** What was captured. */
  readonly picture: PictureArea;
  /** All displays: what declared rectangles may be relative to. */
  readonly displays: readonly PictureArea[];
}

/**
 * What must be black in a capture, in the picture's pixels, within it, rounded outward; areas may overlap. The whole
 * picture when `after` does not tell of all the time since `before`.
 *
 * Not black is what no window tells of: pictures of a window that a compositor or a panel makes elsewhere (an overview, a
 * thumbnail, an animation to the panel), a title in a list of windows, what an app shows before its title says so, and
 * what a window left behind over an app that takes longer than `LINGER_MS` to paint again.
 */
export function deniedAreas(inputs: DenyInputs): readonly Rectangle[] {
  const { before, after, rules, picture, displays } = inputs;
  const areas = [...declaredAreas(rules, displays)];
  if (rules.denyWindows.length > 0) {
    if (after.sinceMs > before.atMs) return [wholeOf(picture)];
    areas.push(...windowAreas(before, after, rules));
  }
  const black: Rectangle[] = [];
  for (const area of areas) {
    const pixels = pixelsOf(area, picture);
    if (pixels !== undefined) black.push(pixels);
  }
  return simplified(black, MAX_DENIED_AREAS);
}

/** The handles of all windows that are denied at this time. */
export const deniedWindows = (snapshot: WindowsSnapshot, rules: PrivacyRules): ReadonlySet<number> =>
  denialIn(snapshot, rules).denied;

/**
 * Whether input at a place, in the desktop's points, must be dropped: the topmost window there is denied, or one was there a
 * moment ago (the input may be what closed or moved it), or it lies in a declared rectangle.
 */
export function isDeniedAt(
  snapshot: WindowsSnapshot,
  rules: PrivacyRules,
  point: Point,
  displays: readonly PictureArea[],
): boolean {
  if (declaredAreas(rules, displays).some((area) => holds(area, point))) return true;
  const denied = deniedWindows(snapshot, rules);
  if (denied.size === 0) return false;
  const top = topWindowAt(snapshot, point);
  if (top !== undefined && denied.has(top.handle)) return true;
  return snapshot.windows.some(
    (window) =>
      denied.has(window.handle) &&
      !(window.visible && holds(window.frame, point)) &&
      window.lingering.some((area) => holds(area, point)),
  );
}

/**
 * Whether what is typed now must be dropped: the window that has the keyboard is denied, or cannot be told while a denied
 * app runs; or a denied popup is open, which may have taken the keyboard without saying so; or a denied window has just
 * gone (the key may be what closed it).
 */
export function isKeyboardDenied(snapshot: WindowsSnapshot, rules: PrivacyRules): boolean {
  const { denied, running } = denialIn(snapshot, rules);
  const active = activeWindow(snapshot);
  if (active === undefined ? running : denied.has(active.handle)) return true;
  return snapshot.windows.some(
    (window) =>
      denied.has(window.handle) &&
      (window.visible
        ? window.kind === "popup" && canBeSeen(window.frame)
        : window.lingering.some(canBeSeen)),
  );
}

/** False: a pixel, or beyond the desktop's corner, where programs keep windows that are for themselves, as openbox does. */
const canBeSeen = ({ x, y, width, height }: Rectangle): boolean =>
  width > 1 && height > 1 && x + width > 0 && y + height > 0;

/** Declared rectangles in the desktop's points. One of a display that is not there is nowhere. */
function declaredAreas(rules: PrivacyRules, displays: readonly PictureArea[]): readonly Rectangle[] {
  const areas: Rectangle[] = [];
  for (const { display, x, y, width, height } of rules.denyRectangles) {
    if (display === undefined) {
      areas.push({ x, y, width, height });
      continue;
    }
    for (const corner of displays)
      if (corner.source === "display" && (corner.id === display || corner.name === display))
        areas.push({ x: corner.x + x, y: corner.y + y, width, height });
  }
  return areas;
}

function windowAreas(
  before: WindowsSnapshot,
  after: WindowsSnapshot,
  rules: PrivacyRules,
): readonly Rectangle[] {
  const earlier = byHandle(before);
  const later = byHandle(after);
  const handles = new Set([...earlier.keys(), ...later.keys()]);
  const windows: DesktopWindow[] = [];
  for (const handle of handles) {
    const both = joined(earlier.get(handle), later.get(handle));
    if (both !== undefined) windows.push(both);
  }
  const { denied } = denialOf(windows, rules, after.atMs);
  // What was denied at either time alone is denied in the capture between: a relation may have ended meanwhile.
  const all = new Set([...denied, ...deniedWindows(before, rules), ...deniedWindows(after, rules)]);
  return windows
    .filter((window) => all.has(window.handle))
    .flatMap((window) => window.lingering)
    .map((area) => grown(area));
}

/** A number may be that of a window that has closed and of a new one: they count as one. */
function byHandle(snapshot: WindowsSnapshot): ReadonlyMap<number, DesktopWindow> {
  const windows = new Map<number, DesktopWindow>();
  for (const window of snapshot.windows) {
    const both = joined(windows.get(window.handle), window);
    if (both !== undefined) windows.set(window.handle, both);
  }
  return windows;
}

/** One window at both times: every name and every place of either. */
function joined(
  before: DesktopWindow | undefined,
  after: DesktopWindow | undefined,
): DesktopWindow | undefined {
  const now = after ?? before;
  if (now === undefined) return undefined;
  const places = [...(before?.lingering ?? []), ...(after?.lingering ?? [])];
  const was = before?.visible === true ? before.frame : undefined;
  const is = after?.visible === true ? after.frame : undefined;
  if (was !== undefined) places.push(was);
  if (is !== undefined) places.push(is);
  // Moved, and nothing tells which way: somewhere between the two.
  if (was !== undefined && is !== undefined && after?.lingering.some((area) => covers(area, was)) !== true)
    places.push(hull(was, is));
  return {
    ...now,
    titles: [...new Set([...(before?.titles ?? []), ...(after?.titles ?? [])])],
    apps: [...new Set([...(before?.apps ?? []), ...(after?.apps ?? [])])],
    client: after?.client ?? before?.client,
    pid: after?.pid ?? before?.pid,
    owner: after?.owner ?? before?.owner,
    group: after?.group ?? before?.group,
    lingering: places,
  };
}

const grown = (area: Rectangle): Rectangle => ({
  x: area.x - DENIED_MARGIN_POINTS,
  y: area.y - DENIED_MARGIN_POINTS,
  width: area.width + 2 * DENIED_MARGIN_POINTS,
  height: area.height + 2 * DENIED_MARGIN_POINTS,
});

const wholeOf = (picture: PictureArea): Rectangle => ({
  x: 0,
  y: 0,
  width: Math.ceil(picture.width * picture.scale),
  height: Math.ceil(picture.height * picture.scale),
});

/** An area of the desktop in a picture's pixels: every pixel that it touches. `undefined`: none. */
function pixelsOf(area: Rectangle, picture: PictureArea): Rectangle | undefined {
  const { scale } = picture;
  const whole = wholeOf(picture);
  const left = Math.max(0, Math.floor((area.x - picture.x) * scale));
  const top = Math.max(0, Math.floor((area.y - picture.y) * scale));
  const right = Math.min(whole.width, Math.ceil((area.x + area.width - picture.x) * scale));
  const bottom = Math.min(whole.height, Math.ceil((area.y + area.height - picture.y) * scale));
  return right > left && bottom > top
    ? { x: left, y: top, width: right - left, height: bottom - top }
    : undefined;
}

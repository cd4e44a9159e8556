import type { PictureState } from "@reeltime/recorder/protocol";
import type { PictureArea, Rectangle } from "../geometry.js";
import { deniedWindows } from "../privacy/deny.js";
import { matchesWindow } from "../privacy/match.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { Target } from "../types.js";
import type { DesktopWindow, WindowsSnapshot } from "./desktop-window.js";
import { MAX_OWN_WINDOWS, MAX_PICTURE_NAME } from "./limits.js";
import { hull, intersection } from "./rectangles.js";

/** One picture of a target, and how it is. */
export interface TargetPicture {
  /** Its whole area, also where that is off every display. Of a window: its content, without title bar. */
  readonly area: PictureArea;
  /** The part of the area that lies on displays: what can be captured, the rest being black. `undefined`: nothing. */
  readonly captured: Rectangle | undefined;
  readonly state: PictureState;
  /** Of a window, as the system numbers it. */
  readonly handle?: number;
}

/** What a target means now. */
export interface TargetChoice {
  readonly pictures: readonly TargetPicture[];
  /** False: no window or display has ever been what was asked for. It is looked for on. */
  readonly found: boolean;
}

/** What a target is chosen from. */
export interface TargetInputs {
  readonly target: Target;
  readonly snapshot: WindowsSnapshot;
  readonly displays: readonly PictureArea[];
  readonly rules: PrivacyRules;
  /** What the same target meant before: a window that was found is kept while it exists, whatever its title has become. */
  readonly before?: TargetChoice;
  /** Processes whose windows are the app's own: its id, and those of its descendants. */
  readonly ownPids: ReadonlySet<number>;
}

/** What is captured now, and how each picture of it is. */
export function chooseTarget(inputs: TargetInputs): TargetChoice {
  const pictures = picturesOf(inputs);
  return { pictures, found: pictures.length > 0 || inputs.before?.found === true };
}

function picturesOf(inputs: TargetInputs): readonly TargetPicture[] {
  const { target, displays, before } = inputs;
  switch (target.kind) {
    case "displays":
      return displays.map(shownDisplay);
    case "display": {
      const display = displays.find(({ id, name }, place) =>
        typeof target.id === "number" ? place === target.id : id === target.id || name === target.id,
      );
      if (display !== undefined) return [shownDisplay(display)];
      return (before?.pictures ?? []).map(({ area }) => ({
        area,
        captured: undefined,
        state: "unavailable",
      }));
    }
    case "own-window":
      return ownPictures(inputs);
    case "window":
      return windowPictures(inputs, target);
  }
}

const shownDisplay = (area: PictureArea): TargetPicture => ({
  area,
  captured: { x: area.x, y: area.y, width: area.width, height: area.height },
  state: "shown",
});

/** The window that was found while it exists; then one that matches; then, as it was, the one that has closed. */
function windowPictures(
  inputs: TargetInputs,
  target: Extract<Target, { readonly kind: "window" }>,
): readonly TargetPicture[] {
  const { windows } = inputs.snapshot;
  const was = inputs.before?.pictures[0];
  const kept = was === undefined ? undefined : existing(windows, was.handle);
  const { title, app } = target;
  const named = {
    ...(title !== undefined && { title }),
    ...(app !== undefined && { app }),
  };
  // The topmost; one that is not on the screen only when there is no other.
  const candidates = windows.filter(
    (window) =>
      !window.closed &&
      (target.handle === undefined ? isAppsOwn(window) : window.handle === target.handle) &&
      (target.pid === undefined || window.pid === target.pid) &&
      matchesWindow(named, { titles: [window.title], apps: window.apps }),
  );
  const found = kept ?? candidates.filter((window) => window.visible).at(-1) ?? candidates.at(-1);
  if (found !== undefined) return [pictureOf(found, inputs)];
  return was === undefined ? [] : [closed(was)];
}

/** All windows of the app, one picture each, in the order in which they were found. */
function ownPictures(inputs: TargetInputs): readonly TargetPicture[] {
  const { windows } = inputs.snapshot;
  const own = ownWindows(windows, inputs.ownPids);
  const earlier = inputs.before?.pictures ?? [];
  const kept = earlier.flatMap(({ handle }) => own.find((window) => window.handle === handle) ?? []);
  const added = own.filter((window) => !kept.includes(window) && (window.visible || window.minimised));
  const pictures = [...kept, ...added].slice(0, MAX_OWN_WINDOWS).map((window) => pictureOf(window, inputs));
  // One that has closed is told once so; the last one goes on saying it.
  const over = earlier.filter(({ handle }) => !own.some((window) => window.handle === handle)).map(closed);
  const news = over.filter(({ handle }) => earlier.find((one) => one.handle === handle)?.state !== "closed");
  if (pictures.length > 0 || news.length > 0) return [...pictures, ...news];
  return over.slice(-1);
}

/** By the process that a window states, or by the connection that it shares with one that does. */
function ownWindows(
  windows: readonly DesktopWindow[],
  ownPids: ReadonlySet<number>,
): readonly DesktopWindow[] {
  const stated = windows.filter(({ pid }) => pid !== undefined && ownPids.has(pid));
  const clients = new Set(stated.flatMap(({ client }) => client ?? []));
  return windows.filter(
    (window) =>
      !window.closed &&
      isAppsOwn(window) &&
      (stated.includes(window) ||
        (window.pid === undefined && window.client !== undefined && clients.has(window.client))),
  );
}

const existing = (windows: readonly DesktopWindow[], handle: number | undefined): DesktopWindow | undefined =>
  windows.find((window) => window.handle === handle && !window.closed);

/** What an app calls a window: no menu, no tooltip, no part of the desktop itself. */
const isAppsOwn = ({ kind, content }: DesktopWindow): boolean =>
  (kind === "normal" || kind === "dialog") && content.width > 1 && content.height > 1;

const closed = ({ area, handle }: TargetPicture): TargetPicture => ({
  area,
  captured: undefined,
  state: "closed",
  ...(handle !== undefined && { handle }),
});

function pictureOf(window: DesktopWindow, inputs: TargetInputs): TargetPicture {
  const { snapshot, rules, displays, before } = inputs;
  const { handle } = window;
  const was = before?.pictures.find((picture) => picture.handle === handle);
  const denied = deniedWindows(snapshot, rules).has(handle);
  // Where a window is that is not on the screen says nothing: it stays where it was seen.
  const content = window.visible ? window.content : (was?.area ?? window.content);
  const area: PictureArea = {
    id: `window-${handle}`,
    name: denied || !rules.recordTitles ? "" : Array.from(window.title).slice(0, MAX_PICTURE_NAME).join(""),
    source: "window",
    x: content.x,
    y: content.y,
    width: content.width,
    height: content.height,
    scale: scaleAt(content, displays) ?? was?.area.scale ?? 1,
  };
  const parts = partsOnDisplays(content, displays);
  const captured = window.visible ? parts.reduce<Rectangle | undefined>(joined, undefined) : undefined;
  const isWhole = parts.reduce((sum, part) => sum + areaOf(part), 0) >= areaOf(content);
  const state = denied ? "denied" : !window.visible ? "minimised" : isWhole ? "shown" : "outside";
  return { area, captured, state, handle };
}

const joined = (all: Rectangle | undefined, part: Rectangle): Rectangle =>
  all === undefined ? part : hull(all, part);

const areaOf = ({ width, height }: Rectangle): number => width * height;

/** What displays show of an area; displays that show the same count once. */
function partsOnDisplays(area: Rectangle, displays: readonly PictureArea[]): readonly Rectangle[] {
  const parts = new Map<string, Rectangle>();
  for (const display of displays) {
    const part = intersection(area, display);
    if (part !== undefined) parts.set(`${part.x} ${part.y} ${part.width} ${part.height}`, part);
  }
  return [...parts.values()];
}

/** Of the display that shows most of it. */
function scaleAt(area: Rectangle, displays: readonly PictureArea[]): number | undefined {
  let most = 0;
  let scale: number | undefined;
  for (const display of displays) {
    const part = intersection(area, display);
    if (part === undefined || areaOf(part) <= most) continue;
    most = areaOf(part);
    scale = display.scale;
  }
  return scale;
}

import { clipUtf8, MAX_SCREEN_TEXT_BYTES } from "@reeltime/recorder/protocol";
import type { PictureArea, Point, Rectangle } from "../geometry.js";
import { deniedWindows, isDeniedAt, isKeyboardDenied } from "../privacy/deny.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { Target } from "../types.js";
import { activeWindow, topWindowAt } from "../windows/at.js";
import type { DesktopWindow, WindowsSnapshot } from "../windows/desktop-window.js";
import { LATE_LOOK_MS } from "./limits.js";

/** What is recorded: what input is judged by. */
export interface Scope {
  readonly rules: PrivacyRules;
  readonly target: Target;
  readonly pictures: readonly PictureArea[];
}

/** The windows around the time of an input: the last look before it and the first after; `undefined`: they could not be read. */
export interface Views {
  readonly before: WindowsSnapshot | undefined;
  readonly after: WindowsSnapshot | undefined;
}

/** An input, as far as it matters for judging it. */
export interface Happening extends Point {
  readonly atMs: number;
}

/**
 * What becomes of an input. `told`: it is recorded. `hidden`: that somebody was active is all that is said of it.
 * `outside`: it has nothing to do with what is recorded, and is forgotten.
 */
export type Verdict = "told" | "hidden" | "outside";

const isWindowTarget = ({ kind }: Target): boolean => kind === "window" || kind === "own-window";

/** Whether input in this scope can be judged, or described, only by who knows the windows. */
export const needsWindows = ({ rules, target }: Scope): boolean =>
  rules.denyWindows.length > 0 || rules.recordTitles || target.kind !== "displays";

/** Whether input may be told in this scope while the windows cannot be read. */
export const tellsBlindly = ({ rules, target }: Scope): boolean =>
  rules.denyWindows.length === 0 && !isWindowTarget(target);

const holds = (area: Rectangle, { x, y }: Point): boolean =>
  x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height;

const overlaps = (one: Rectangle, other: Rectangle): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const isInPicture = (scope: Scope, point: Point): boolean =>
  scope.pictures.some((picture) => holds(picture, point));

/** What becomes of what the pointer did at a place. Where a look before and one after differ, the stricter holds. */
export function judgePlace(scope: Scope, views: Views, point: Happening): Verdict {
  const { before, after } = views;
  if (!isInPicture(scope, point)) return "outside";
  if (after === undefined && !tellsBlindly(scope)) return "hidden";
  const looks = [before, after].filter((look) => look !== undefined);
  const displays = scope.pictures.filter(({ source }) => source === "display");
  if (isWindowTarget(scope.target)) {
    const isCovered = looks.some((look) => {
      const top = topWindowAt(look, point);
      return top === undefined || !belongsToTarget(scope, look, top);
    });
    if (isCovered) return "outside";
    if (isLate(views, point) && mayHaveBeenCovered(scope, views, point)) return "hidden";
    // What is relative to a display that is not known here may lie anywhere.
    const isAnywhere = scope.rules.denyRectangles.some(
      ({ display }) =>
        display !== undefined && !displays.some(({ id, name }) => id === display || name === display),
    );
    if (isAnywhere) return "hidden";
  }
  const isDenied = (looks.length === 0 ? [NO_WINDOWS] : looks).some((look) =>
    isDeniedAt(look, scope.rules, point, displays),
  );
  return isDenied || (isLate(views, point) && mayHaveBeenDenied(scope, views, point)) ? "hidden" : "told";
}

/** Whether the look after an input came so late that windows may have changed places, and back, in between. */
const isLate = ({ after }: Views, { atMs }: { readonly atMs: number }): boolean =>
  after !== undefined && after.atMs - atMs > LATE_LOOK_MS;

/** Whether a denied window lies, or lay, at a place, however deep beneath others. */
function mayHaveBeenDenied({ rules }: Scope, { after }: Views, point: Point): boolean {
  if (after === undefined || rules.denyWindows.length === 0) return false;
  const denied = deniedWindows(after, rules);
  return after.windows.some(
    (window) =>
      denied.has(window.handle) && [window.frame, ...window.recent].some((area) => holds(area, point)),
  );
}

/** Whether a window that is not recorded lies, or lay, at a place, however deep beneath others. */
function mayHaveBeenCovered(scope: Scope, { after }: Views, point: Point): boolean {
  if (after === undefined) return false;
  return after.windows.some(
    (window) =>
      window.kind !== "desktop" &&
      window.recent.some((area) => holds(area, point)) &&
      !belongsToTarget(scope, after, window),
  );
}

/** Rectangles are denied also where no windows are known. */
const NO_WINDOWS: WindowsSnapshot = { atMs: 0, sinceMs: 0, windows: [], active: undefined };

/** What becomes of a key. Where a look before and one after differ, the stricter holds: the key may have changed it. */
export function judgeKey(scope: Scope, views: Views, at: { readonly atMs: number }): Verdict {
  const { before, after } = views;
  const { rules, target } = scope;
  if (after === undefined) return tellsBlindly(scope) && target.kind === "displays" ? "told" : "hidden";
  const looks = [before, after].filter((look) => look !== undefined);
  const isElsewhere = looks.some((look) => {
    const active = activeWindow(look);
    return active !== undefined && !isWindowInScope(scope, look, active);
  });
  if (isElsewhere) return "outside";
  if (target.kind !== "displays" && activeWindow(after) === undefined) return "hidden";
  if (rules.denyWindows.length === 0) return "told";
  // Late, the keyboard may have been with a denied window and back.
  const isDenied =
    looks.some((look) => isKeyboardDenied(look, rules)) ||
    (isLate(views, at) && deniedWindows(after, rules).size > 0);
  return isDenied ? "hidden" : "told";
}

/** The middle of the window that has the keyboard, when it lies in a picture. */
export function keyboardPlace(scope: Scope, { after }: Views): Point | undefined {
  const active = after && activeWindow(after);
  const middle = active && middleOf(active.content);
  return middle !== undefined && isInPicture(scope, middle) ? middle : undefined;
}

/** What may be said of a window. */
export interface WindowWords {
  readonly title: string;
  readonly app: string;
}

/** What may be said of what was clicked at a place, when something may. */
export function wordsAt(scope: Scope, { after }: Views, point: Point): WindowWords | undefined {
  const top = after && topWindowAt(after, point);
  return top && wordsOf(scope, after, top);
}

/** What may be said of the window that has the keyboard, when something may; and its handle. */
export function wordsOfActive(
  scope: Scope,
  snapshot: WindowsSnapshot,
): (WindowWords & { readonly handle: number }) | undefined {
  const active = activeWindow(snapshot);
  // A window manager may keep the keyboard in a window of its own that nobody sees.
  const isSeen =
    active?.visible === true && scope.pictures.some((picture) => overlaps(active.frame, picture));
  if (!isSeen || !isWindowInScope(scope, snapshot, active)) return undefined;
  const words = wordsOf(scope, snapshot, active);
  return words && { ...words, handle: active.handle };
}

/** A menu has no title of its own: it is called as the window that it belongs to. */
function wordsOf(scope: Scope, snapshot: WindowsSnapshot, window: DesktopWindow): WindowWords | undefined {
  if (!scope.rules.recordTitles) return undefined;
  const denied = deniedWindows(snapshot, scope.rules);
  const line = [window, ...ownersOf(snapshot, window)];
  if (line.some(({ handle }) => denied.has(handle))) return undefined;
  const title = clip(line.find((one) => one.title !== "")?.title ?? "");
  const app = clip(line.find((one) => one.app !== "")?.app ?? "");
  return title === "" && app === "" ? undefined : { title, app };
}

/** Whether a window is one that is recorded: of a chosen window, that one and what belongs to it; of displays, what lies on them. */
function isWindowInScope(scope: Scope, snapshot: WindowsSnapshot, window: DesktopWindow): boolean {
  if (isWindowTarget(scope.target)) return belongsToTarget(scope, snapshot, window);
  return scope.target.kind === "displays" || isInPicture(scope, middleOf(window.content));
}

function belongsToTarget(scope: Scope, snapshot: WindowsSnapshot, window: DesktopWindow): boolean {
  const chosen = new Set(scope.pictures.map(({ id }) => id));
  const isChosen = ({ handle }: DesktopWindow) => chosen.has(`window-${handle}`);
  if (isChosen(window) || ownersOf(snapshot, window).some(isChosen)) return true;
  if (window.pid === undefined || window.kind === "normal") return false;
  return snapshot.windows.some((other) => isChosen(other) && other.pid === window.pid);
}

/** The window's owner, that one's owner and so on; each once, whatever the windows say. */
function ownersOf(snapshot: WindowsSnapshot, window: DesktopWindow): readonly DesktopWindow[] {
  const owners: DesktopWindow[] = [];
  let handle = window.owner;
  while (handle !== undefined && handle !== window.handle) {
    const owner = snapshot.windows.find((one) => one.handle === handle);
    if (owner === undefined || owners.includes(owner)) break;
    owners.push(owner);
    handle = owner.owner;
  }
  return owners;
}

const clip = (text: string): string => clipUtf8(text, MAX_SCREEN_TEXT_BYTES);

const middleOf = ({ x, y, width, height }: Rectangle): Point => ({
  x: Math.floor(x + width / 2),
  y: Math.floor(y + height / 2),
});

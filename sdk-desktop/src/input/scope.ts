import { clipUtf8, MAX_SCREEN_TEXT_BYTES } from "@reeltime/recorder/protocol";
import type { PictureArea, Point, Rectangle } from "../geometry.js";
import { deniedWindows, isDeniedAt, isKeyboardDenied } from "../privacy/deny.js";
import type { PrivacyRules } from "../privacy/rules.js";
import type { Target } from "../types.js";
import { activeWindow, topWindowAt } from "../windows/at.js";
import type { DesktopWindow, WindowsSnapshot } from "../windows/desktop-window.js";

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

const isInPicture = (scope: Scope, point: Point): boolean =>
  scope.pictures.some((picture) => holds(picture, point));

/** What becomes of what the pointer did at a place. */
export function judgePlace(scope: Scope, { before, after }: Views, point: Point): Verdict {
  if (!isInPicture(scope, point)) return "outside";
  const views = [before, after].filter((view) => view !== undefined);
  if (after === undefined && !tellsBlindly(scope)) return "hidden";
  if (after !== undefined && isWindowTarget(scope.target)) {
    const top = topWindowAt(after, point);
    if (top === undefined || !belongsToTarget(scope, after, top)) return "outside";
  }
  const displays = scope.pictures.filter(({ source }) => source === "display");
  // What is relative to a display that is not known here may lie anywhere.
  const isAnywhere = scope.rules.denyRectangles.some(
    ({ display }) =>
      display !== undefined && !displays.some(({ id, name }) => id === display || name === display),
  );
  if (isAnywhere && isWindowTarget(scope.target)) return "hidden";
  const none: WindowsSnapshot = { atMs: 0, sinceMs: 0, windows: [], active: undefined };
  const looks = views.length === 0 ? [none] : views;
  return looks.some((view) => isDeniedAt(view, scope.rules, point, displays)) ? "hidden" : "told";
}

/** What becomes of a key. */
export function judgeKey(scope: Scope, { before, after }: Views): Verdict {
  if (after === undefined) return tellsBlindly(scope) && scope.target.kind === "displays" ? "told" : "hidden";
  const active = activeWindow(after);
  if (active !== undefined && !isWindowInScope(scope, after, active)) return "outside";
  if (active === undefined && scope.target.kind !== "displays") return "hidden";
  if (scope.rules.denyWindows.length === 0) return "told";
  const isDenied = [before, after].some((view) => view !== undefined && isKeyboardDenied(view, scope.rules));
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
  if (active === undefined || !isWindowInScope(scope, snapshot, active)) return undefined;
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

import type { DesktopWindow, WindowsSnapshot } from "../windows/desktop-window.js";
import { SETTLING_MS } from "../windows/limits.js";
import { looksAtTitles, matchesWindow } from "./match.js";
import type { PrivacyRules } from "./rules.js";

/** What is denied at one time. */
export interface Denial {
  /** Handles of all denied windows: those that a rule means, and what belongs to them or cannot be told not to. */
  readonly denied: ReadonlySet<number>;
  /** A rule means one of the windows, on the screen or not: an app that is denied runs. */
  readonly running: boolean;
}

/**
 * Which windows are denied.
 *
 * 1. Those that a rule means, by any of their names.
 * 2. What says that it belongs to one of these, and what belongs to that, to any depth.
 * 3. Dialogs, menus and other popups, and windows without any name, that say no owner, or one that was never on the screen
 *    (it stands for all of a program, as the leader of its group): if they share a program (connection,
 *    process, group or app's name) with a denied one. They are not denied if they share it with windows that are not.
 * 4. Those of them that share it with none, while a denied app runs: nothing says whose they are.
 * 5. Whatever was gone before it could be asked, and a window too young to have a name that a rule may look for: it may
 *    be about to get one.
 */
export function denialOf(windows: readonly DesktopWindow[], rules: PrivacyRules, atMs: number): Denial {
  const denied = new Set<number>();
  if (rules.denyWindows.length === 0) return { denied, running: false };
  for (const window of windows)
    if (rules.denyWindows.some((match) => matchesWindow(match, window))) denied.add(window.handle);
  const running = denied.size > 0;
  const byHandle = new Map(windows.map((window) => [window.handle, window]));
  const unsettled = unsettledUnder(rules, atMs);
  for (const window of windows) if (unsettled(window)) denied.add(window.handle);
  // Each turn denies one window more at least, so there are no more turns than windows.
  for (let grown = true; grown; ) {
    grown = false;
    const programs = programsOf(windows, denied);
    for (const window of windows) {
      if (denied.has(window.handle) || !belongs(window, byHandle, denied, programs, running)) continue;
      denied.add(window.handle);
      grown = true;
    }
  }
  return { denied, running };
}

/** As {@link denialOf}, of a snapshot. */
export const denialIn = (snapshot: WindowsSnapshot, rules: PrivacyRules): Denial =>
  denialOf(snapshot.windows, rules, snapshot.atMs);

/** What marks programs: those of denied windows, and those of the others that stand for themselves. */
interface Programs {
  readonly denied: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

function programsOf(windows: readonly DesktopWindow[], denied: ReadonlySet<number>): Programs {
  const marks = { denied: new Set<string>(), open: new Set<string>() };
  for (const window of windows) {
    const list = denied.has(window.handle)
      ? marks.denied
      : window.kind === "popup" || isNameless(window)
        ? undefined
        : marks.open;
    if (list !== undefined) for (const mark of marksOf(window)) list.add(mark);
  }
  return marks;
}

/** By what a window's program can be told: each of them suffices. */
function marksOf(window: DesktopWindow): readonly string[] {
  const marks = [`group ${window.group ?? window.handle}`, `group ${window.handle}`];
  if (window.client !== undefined) marks.push(`client ${window.client}`);
  if (window.pid !== undefined) marks.push(`pid ${window.pid}`);
  for (const app of window.apps) marks.push(`app ${app.toLowerCase()}`);
  return marks;
}

const isNameless = (window: DesktopWindow): boolean => window.titles.length === 0 && window.apps.length === 0;

/** Whether a window that no rule means is denied all the same, as far as is known which others are. */
function belongs(
  window: DesktopWindow,
  byHandle: ReadonlyMap<number, DesktopWindow>,
  denied: ReadonlySet<number>,
  programs: Programs,
  running: boolean,
): boolean {
  const owner = window.owner === undefined ? undefined : byHandle.get(window.owner);
  if (owner !== undefined && owner !== window) {
    if (denied.has(owner.handle)) return true;
    if (isShown(owner)) return false;
  }
  const dependent = window.kind === "popup" || window.kind === "dialog" || isNameless(window);
  if (!dependent) return false;
  const marks = marksOf(window);
  if (marks.some((mark) => programs.denied.has(mark))) return true;
  return running && !standsFor(window, marks, programs);
}

/** Whether somebody has seen it, or may see it again. */
const isShown = ({ visible, minimised, closed, lingering }: DesktopWindow): boolean =>
  visible || minimised || closed || lingering.length > 0;

/** Whether it is known to be of a program that is not denied. A dialog with a name stands for itself. */
const standsFor = (window: DesktopWindow, marks: readonly string[], programs: Programs): boolean =>
  (window.kind === "dialog" && !isNameless(window)) || marks.some((mark) => programs.open.has(mark));

/** Whether what a window is cannot be told yet, or not any more. */
function unsettledUnder(rules: PrivacyRules, atMs: number): (window: DesktopWindow) => boolean {
  const titles = rules.denyWindows.some(looksAtTitles);
  const apps = rules.denyWindows.some(
    (match) => typeof match === "string" || match instanceof RegExp || match.app !== undefined,
  );
  return (window) => {
    if (!window.known) return true;
    if (window.lingering.length === 0 && !window.visible) return false;
    const young = window.visibleSinceMs === undefined || atMs - window.visibleSinceMs < SETTLING_MS;
    // A popup gets no title; whose it is tells what it is.
    if (!young || window.kind === "popup") return false;
    return (titles && window.titles.length === 0) || (apps && window.apps.length === 0);
  };
}

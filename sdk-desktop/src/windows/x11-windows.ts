import type { Rectangle } from "../geometry.js";
import type { DesktopWindow, WindowsSnapshot } from "./desktop-window.js";
import { LINGER_MS, MAX_PLACES } from "./limits.js";
import { simplified } from "./rectangles.js";
import type { WindowNode } from "./window-node.js";
import type { WindowTree } from "./window-tree.js";

/** All places that X can number: where a window may be that has not said yet. */
const EVERYWHERE: Rectangle = { x: -32_768, y: -32_768, width: 65_536, height: 65_536 };

/** Options of {@link describeWindows}. */
export interface DescribeOptions {
  readonly atMs: number;
  readonly sinceMs: number;
  /** The window that has the keyboard, or one inside it. */
  readonly active: number | undefined;
  readonly clientOf: (window: number) => number;
}

/** The windows of an X display in everybody's words: the apps' own, and what stands on the desktop and holds none of those. */
export function describeWindows(tree: WindowTree, options: DescribeOptions): WindowsSnapshot {
  const { atMs, sinceMs, clientOf } = options;
  const keptSinceMs = Math.min(sinceMs, atMs - LINGER_MS);
  const inside = new Map<WindowNode, WindowNode[]>();
  const put = (node: WindowNode): void => {
    const list = inside.get(node.top);
    if (list === undefined) inside.set(node.top, [node]);
    else list.push(node);
  };
  const gone = tree.gone.filter((node) => (node.goneAtMs ?? 0) >= keptSinceMs);
  for (const node of tree.all) put(node);
  for (const node of gone) put(node);

  const shown: WindowNode[] = [];
  const told = new Map(inside);
  for (const top of [...gone.filter((node) => node.parent === undefined), ...tree.stack]) {
    if (!top.inputOnly) shown.push(...appsOwn(top, inside.get(top) ?? [], keptSinceMs));
    inside.delete(top);
  }
  // A top that was dropped before what it held: still told of.
  for (const [top, nodes] of inside) if (!top.inputOnly) shown.unshift(...appsOwn(top, nodes, keptSinceMs));
  return {
    atMs,
    sinceMs,
    windows: shown.map((node) => describe(node, familyOf(node, shown, told, clientOf), keptSinceMs, options)),
    active: activeAmong(shown, tree, options.active),
  };
}

/** Of all windows in one that stands on the desktop, those that stand for an app's. */
function appsOwn(top: WindowNode, nodes: readonly WindowNode[], keptSinceMs: number): readonly WindowNode[] {
  const managed = nodes.filter((node) => node.facts.managed);
  const named = nodes.filter((node) => isNamed(node, keptSinceMs));
  const own = managed.length > 0 ? managed : named.length > 0 ? named : [top];
  // What had stood on the desktop and could not be asked is no part of another window.
  const lost = nodes.filter(
    (node) =>
      node !== top &&
      !own.includes(node) &&
      node.reading !== "read" &&
      node.places.since(keptSinceMs).length > 0,
  );
  return [...own, ...lost];
}

/**
 * Whose names count as a window's own: of windows of other programs that are in it, as a tab or a plug, and of an app's own
 * that it is in. They share a place, so that what a rule says of one of them holds for all.
 */
function familyOf(
  node: WindowNode,
  shown: readonly WindowNode[],
  inside: ReadonlyMap<WindowNode, readonly WindowNode[]>,
  clientOf: (window: number) => number,
): readonly WindowNode[] {
  const isGuest = (one: WindowNode): boolean =>
    one.parent !== undefined && clientOf(one.id) !== clientOf(one.parent.id) && holders(one).includes(node);
  const guests = (inside.get(node.top) ?? []).filter(isGuest);
  return [...guests, ...holders(node).filter((one) => shown.includes(one))];
}

/** What a window is in, from the nearest on. */
function holders(node: WindowNode): readonly WindowNode[] {
  const around: WindowNode[] = [];
  for (let one = node.parent; one !== undefined; one = one.parent) around.push(one);
  return around;
}

const isNamed = (node: WindowNode, keptSinceMs: number): boolean =>
  node.titles.since(keptSinceMs).length > 0 || node.apps.since(keptSinceMs).length > 0;

function describe(
  node: WindowNode,
  family: readonly WindowNode[],
  keptSinceMs: number,
  { sinceMs, clientOf }: DescribeOptions,
): DesktopWindow {
  const { top, facts } = node;
  const alive = node.goneAtMs === undefined;
  // Of one that has not said yet where it is, nothing but that is known.
  const isSomewhere = alive && !top.placed;
  const visible = isSomewhere || (alive && top.mapped && !top.inputOnly);
  const titled = node === top ? [node, ...family] : [node, ...family, top];
  return {
    handle: node.id,
    client: clientOf(node.id),
    pid: facts.pid,
    // The class: the second part, or the only one.
    app: node.apps.now[1] ?? node.apps.now[0] ?? "",
    title: node.titles.now[0] ?? "",
    apps: namesOf([node, ...family], (one) => one.apps.since(keptSinceMs)),
    titles: namesOf(titled, (one) => one.titles.since(keptSinceMs)),
    frame: isSomewhere ? EVERYWHERE : top.outer,
    content: node === top ? top.inner : node.inner,
    recent: isSomewhere ? [EVERYWHERE] : simplified(node.recent(sinceMs), MAX_PLACES),
    lingering: isSomewhere ? [EVERYWHERE] : simplified(node.recent(keptSinceMs), MAX_PLACES),
    visible,
    visibleSinceMs: visible ? top.mappedAtMs : undefined,
    closed: !alive,
    minimised: alive && !visible && facts.minimised,
    kind: node.overrideRedirect && !facts.managed ? "popup" : (facts.kind ?? "normal"),
    owner: facts.owner,
    group: facts.group,
    known: !isSomewhere && node.reading === "read" && family.every(({ reading }) => reading === "read"),
  };
}

const namesOf = (
  nodes: readonly WindowNode[],
  of: (node: WindowNode) => readonly string[],
): readonly string[] => [...new Set(nodes.flatMap(of))];

/** The window that is told of and is, or holds, the one that has the keyboard. */
function activeAmong(
  shown: readonly WindowNode[],
  tree: WindowTree,
  active: number | undefined,
): number | undefined {
  if (active === undefined) return undefined;
  let node = tree.get(active);
  while (node !== undefined && !shown.includes(node)) node = node.parent;
  if (node !== undefined) return node.id;
  // A frame has it, then: the window in it.
  const top = tree.get(active)?.top;
  return top === undefined
    ? undefined
    : shown.find((one) => one.goneAtMs === undefined && one.top === top)?.id;
}

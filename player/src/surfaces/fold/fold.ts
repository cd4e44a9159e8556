import { INPUT, MUTATION, SCROLL } from "../../store/incremental-source.js";
import { FULL_SNAPSHOT, INCREMENTAL, META, type PlayEvent } from "../../store/play-event.js";
import { DOCUMENT } from "../sanitise/nodes.js";
import { groupOf } from "./choices.js";
import { foldMutation, withoutScroll } from "./fold-mutation.js";
import { type FoldNode, FoldTree, serialise, walk } from "./fold-tree.js";
import { pointerAfter } from "./pointer.js";
import { Trail } from "./trail.js";

/** A window's events up to a time, made short. */
export interface Folded {
  /** A page's address and size, one snapshot as of the last event that is in it, and what remains to be done. */
  readonly events: readonly PlayEvent[];
  /** Events that come after: from the first that only a replayer can make. Of scrolling the last is left, at the end. */
  readonly rest: readonly PlayEvent[];
}

/**
 * Puts what happened since a snapshot into the snapshot: a page is then built once, as it is at the end, instead of
 * being built and changed again and again. What a replayer makes of the answer is what it makes of the events.
 * Nothing of the events is written to.
 */
export function fold(events: readonly PlayEvent[]): Folded {
  const first = foldThrough(events, events.length);
  if (first.through === events.length) return { events: first.folded, rest: [] };
  // What could not be made has left its tree half changed.
  const { folded } = foldThrough(events, first.through);
  return { events: folded, rest: scrollingLast(events.slice(first.through)) };
}

/** Each scroll makes a browser lay the page out: of those that cover each other the last is left, at the end. */
function scrollingLast(events: readonly PlayEvent[]): readonly PlayEvent[] {
  const others: PlayEvent[] = [];
  const scrolls = new Map<unknown, PlayEvent>();
  for (const event of events) {
    const { source, id } = event.data as { readonly source?: unknown; readonly id?: unknown };
    if (event.type === FULL_SNAPSHOT) scrolls.clear();
    if (event.type === INCREMENTAL && source === SCROLL) scrolls.set(id, event);
    else others.push(event);
  }
  return [...others, ...scrolls.values()];
}

interface Through {
  readonly folded: readonly PlayEvent[];
  /** Events that are in it. */
  readonly through: number;
}

function foldThrough(events: readonly PlayEvent[], end: number): Through {
  const trail = new Trail();
  const before: PlayEvent[] = [];
  let page: Page | undefined;
  let through = 0;
  for (; through < end; through += 1) {
    const event = events[through];
    if (event === undefined) break;
    if (event.type === FULL_SNAPSHOT) {
      trail.restart();
      page = openPage(event, trail);
      if (page === undefined) break;
    } else if (page === undefined) {
      if (event.type === META) before.push(event);
    } else if (!step(page, trail, event)) break;
  }
  if (page === undefined) return { folded: through === end ? events.slice(0, end) : [], through };
  const { snapshot, root, frames } = page;
  const data = { ...(snapshot.data as object), node: serialise(root), initialOffset: { left: 0, top: 0 } };
  const last = events[through - 1]?.timestamp ?? snapshot.timestamp;
  return { folded: [...before, { ...snapshot, data }, ...trail.events([...frames], last)], through };
}

interface Page {
  readonly snapshot: PlayEvent;
  readonly tree: FoldTree;
  readonly root: FoldNode;
  readonly frames: Set<FoldNode>;
}

function openPage(snapshot: PlayEvent, trail: Trail): Page | undefined {
  const { node, initialOffset } = snapshot.data as { node?: unknown; initialOffset?: unknown };
  const tree = new FoldTree();
  const root = tree.take(node, true);
  // What is no document is not played, and the page before it stays.
  if (root === undefined || root.source.type !== DOCUMENT) return undefined;
  const { left, top } = (initialOffset ?? {}) as { left?: unknown; top?: unknown };
  trail.scrolled(root.id, numberOr0(left), numberOr0(top), snapshot.timestamp);
  for (const each of walk(root)) {
    const scroll = withoutScroll(each);
    if (scroll !== undefined)
      trail.scrolled(each.id, numberOr0(scroll.x), numberOr0(scroll.y), snapshot.timestamp);
  }
  return { snapshot, tree, root, frames: new Set() };
}

function step({ tree, frames }: Page, trail: Trail, event: PlayEvent): boolean {
  const data = event.data as Readonly<Record<string, unknown>>;
  if (event.type === INCREMENTAL && data.source === MUTATION)
    return foldMutation({ tree, trail, frames }, data);
  if (event.type === INCREMENTAL) {
    const pointer = pointerAfter(data);
    if (pointer !== undefined && tree.get(pointer.id) !== undefined) trail.point(pointer);
    const typed = data.source === INPUT && data.isChecked === true ? tree.get(data.id) : undefined;
    const group = typed === undefined ? undefined : groupOf(typed);
    if (group !== undefined) trail.choose(group);
  }
  trail.add(event);
  return true;
}

const numberOr0 = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) ? value : 0;

import { DOCUMENT, type SerialisedNode, TEXT } from "../sanitise/nodes.js";
import { CHOICE_ATTRIBUTES, isChosenFrom, takesChoice } from "./choices.js";
import { attributesOf, type FoldNode, type FoldTree, isCharacters, tagOf, walk } from "./fold-tree.js";
import type { Trail } from "./trail.js";

type Data = Readonly<Record<string, unknown>>;

/** What a mutation is made on. */
export interface FoldTarget {
  readonly tree: FoldTree;
  readonly trail: Trail;
  /** Frame elements that were given a document, in that order. */
  readonly frames: Set<FoldNode>;
}

/** Elements whose text a replayer treats in a way of its own. */
const OWN_TEXT: ReadonlySet<string> = new Set(["style", "link", "textarea", "script"]);
/** Attributes with which a replayer does more than set them. */
const OWN_ATTRIBUTES: ReadonlySet<string> = new Set(["open", "rr_open_mode"]);

/**
 * Makes a mutation on a tree as a replayer would on a page. `false`: it is one that only a replayer can make, or one
 * that does not fit the tree; the tree is then of no more use.
 */
export function foldMutation(target: FoldTarget, data: Data): boolean {
  const { removes, adds, texts, attributes } = data;
  const lists = [removes, adds, texts, attributes].map(listOf);
  if (lists.some((list) => list === undefined)) return false;
  const [removed = [], added = [], changedTexts = [], changed = []] = lists as Data[][];
  const gone = new Set(removed.map(({ id }) => id));
  return (
    remove(target, removed) &&
    add(target, added) &&
    changeTexts(target, changedTexts, gone) &&
    changeAttributes(target, changed, gone)
  );
}

function remove({ tree, trail, frames }: FoldTarget, removes: readonly Data[]): boolean {
  if (!removes.every(({ id }) => tree.get(id) !== undefined)) return false;
  for (const { id, parentId } of removes) {
    const node = tree.get(id);
    // It went with what it was in.
    if (node === undefined) continue;
    const { parent } = node;
    if (parent === undefined || parent.id !== parentId || parent.content === node) return false;
    if (tagOf(parent) === "style" && !leaveStyle(trail, parent)) return false;
    if (isChosenFrom(trail, parent)) return false;
    const { pointer } = trail;
    for (const each of tree.remove(node)) {
      frames.delete(each);
      if (!trail.forget(each.id)) return false;
      // The pointer stays where it was, over what is left there.
      if (pointer?.id === each.id) trail.point({ ...pointer, id: parent.id });
    }
  }
  return true;
}

/** The text of a style element goes: its CSS was in it, wherever the snapshot wrote it. */
function leaveStyle(trail: Trail, style: FoldNode): boolean {
  trail.dropRules(style.id);
  if (attributesOf(style)._cssText === undefined) return true;
  if (style.first !== style.last) return false;
  withoutCssText(style);
  return true;
}

/**
 * Adds nodes. One whose parent or neighbour is still to come waits for it; two of the same place could then come in
 * either order, which only a replayer knows.
 */
function add(target: FoldTarget, adds: readonly Data[]): boolean {
  const waiting = new Map<unknown, Data[]>();
  let waited = false;
  let left = adds.length;
  for (const first of adds) {
    const ready = [first];
    for (let mutation = ready.pop(); mutation !== undefined; mutation = ready.pop()) {
      const { parentId, nextId } = mutation;
      const missing = missingOf(target.tree, parentId, nextId);
      if (missing !== undefined) {
        waited = true;
        const others = waiting.get(missing);
        if (others === undefined) waiting.set(missing, [mutation]);
        else others.push(mutation);
        continue;
      }
      const node = addOne(target, mutation);
      if (node === undefined) return false;
      left -= 1;
      for (const other of waiting.get(node.id) ?? []) ready.push(other);
      waiting.delete(node.id);
    }
  }
  return left === 0 && (!waited || new Set(adds.map(placeOf)).size === adds.length);
}

/** What a place is named by that is not there; `undefined` when all of it is. */
function missingOf(tree: FoldTree, parentId: unknown, nextId: unknown): unknown {
  if (tree.get(parentId) === undefined) return parentId;
  return nextId === null || nextId === undefined || tree.get(nextId) !== undefined ? undefined : nextId;
}

const placeOf = ({ parentId, nextId }: Data): string => `${String(parentId)} ${String(nextId)}`;

function addOne(
  target: FoldTarget,
  { parentId, nextId, previousId, node: source }: Data,
): FoldNode | undefined {
  const { tree } = target;
  const parent = tree.get(parentId);
  const next = nextId === null || nextId === undefined ? undefined : tree.get(nextId);
  if (parent === undefined || (next !== undefined && next.parent !== parent)) return undefined;
  // Where the neighbour before is named, it is an older format, with rules of its own.
  if (previousId !== null && previousId !== undefined) return undefined;
  if (typeof source !== "object" || source === null) return undefined;
  const { type, rootId } = source as SerialisedNode;
  if (rootId !== undefined && tree.get(rootId) === undefined) return undefined;
  if (type === DOCUMENT) return attach(target, parent, source);
  if (parent.source.type === DOCUMENT || isCharacters(parent) || tagOf(parent) === "iframe") return undefined;
  if (isChosenFrom(target.trail, parent)) return undefined;
  const known = tree.get((source as SerialisedNode).id);
  if (known !== undefined) return move(target, known, parent, next, source as SerialisedNode);
  const node = tree.take(source, false);
  if (node === undefined || tagOf(node) === "dialog" || takesChoice(target.trail, node)) return undefined;
  withoutScroll(node);
  tree.insert(parent, node, next);
  if (node.source.isShadow === true && parent.source.isShadowHost !== true)
    parent.source = { ...parent.source, isShadowHost: true };
  return enterText(target, parent, node) ? node : undefined;
}

/** A node that is there is told of again (in shadow trees recorders do): as long as it is the same, it moves. */
function move(
  { tree, trail, frames }: FoldTarget,
  node: FoldNode,
  parent: FoldNode,
  next: FoldNode | undefined,
  source: SerialisedNode,
): FoldNode | undefined {
  if (!isSame(node.source, source) || node === next || node.parent === undefined) return undefined;
  if (OWN_TEXT.has(tagOf(parent)) || OWN_TEXT.has(tagOf(node.parent))) return undefined;
  if (isChosenFrom(trail, node.parent)) return undefined;
  for (let above: FoldNode | undefined = parent; above !== undefined; above = above.parent)
    if (above === node) return undefined;
  // In another place a frame has another document, and a sheet no rules but those of its text.
  const fragile = frames.size > 0 || trail.hasRules;
  if (fragile && walk(node).some(({ id, content }) => content !== undefined || trail.hasRulesOf(id)))
    return undefined;
  tree.move(parent, node, next);
  return node;
}

/** As a replayer knows a node again. */
const isSame = (a: SerialisedNode, b: SerialisedNode): boolean =>
  SAME.every((name) => a[name] === b[name]) && JSON.stringify(a.attributes) === JSON.stringify(b.attributes);
const SAME = ["type", "tagName", "textContent", "isSVG", "needBlock", "isShadow", "rootId"] as const;

/** A document is attached to a frame, in place of the one it had. */
function attach({ tree, trail, frames }: FoldTarget, frame: FoldNode, source: unknown): FoldNode | undefined {
  if (tagOf(frame) !== "iframe") return undefined;
  if (frame.content !== undefined) {
    for (const gone of tree.remove(frame.content)) {
      frames.delete(gone);
      if (!trail.forget(gone.id)) return undefined;
    }
  }
  const content = tree.take(source, true);
  if (content === undefined) return undefined;
  for (const node of walk(content)) withoutScroll(node);
  content.parent = frame;
  frame.content = content;
  frames.delete(frame);
  frames.add(frame);
  return content;
}

/** A child comes into an element whose text is its own matter. */
function enterText({ trail }: FoldTarget, parent: FoldNode, node: FoldNode): boolean {
  const tag = tagOf(parent);
  if (!OWN_TEXT.has(tag) || tag === "script") return true;
  if (tag !== "style") return false;
  trail.dropRules(parent.id);
  const { _cssText: css } = attributesOf(parent);
  if (css === undefined) return true;
  const alone = parent.first === node && parent.last === node;
  if (!alone) return node.next === undefined;
  // What the element was written down with stands for the text it had not been given yet.
  if (node.source.type !== TEXT || typeof css !== "string") return false;
  withoutCssText(parent);
  trail.text(node.id, css);
  return true;
}

function changeTexts(
  { tree, trail }: FoldTarget,
  texts: readonly Data[],
  gone: ReadonlySet<unknown>,
): boolean {
  const last = new Map(texts.map(({ id, value }) => [id, value]));
  for (const [id, value] of last) {
    const node = tree.get(id);
    if (node === undefined) {
      if (gone.has(id)) continue;
      return false;
    }
    if (!isCharacters(node) || (typeof value !== "string" && value !== null)) return false;
    const text = value ?? "";
    if (node.parent !== undefined && isChosenFrom(trail, node.parent)) return false;
    const tag = node.parent === undefined ? "" : tagOf(node.parent);
    if (OWN_TEXT.has(tag)) {
      trail.text(node.id, text);
      trail.dropRules(node.parent?.id ?? 0);
    } else node.text = text;
  }
  return true;
}

function changeAttributes(
  { tree, trail }: FoldTarget,
  changes: readonly Data[],
  gone: ReadonlySet<unknown>,
): boolean {
  for (const { id, attributes } of changes) {
    const node = tree.get(id);
    if (node === undefined) {
      if (gone.has(id)) continue;
      return false;
    }
    if (typeof attributes !== "object" || attributes === null) return false;
    const entries = Object.entries(attributes);
    if ("_cssText" in attributes) {
      if (!restyle(node, entries)) return false;
      trail.dropRules(node.id);
      trail.dropChanges(node.id);
      continue;
    }
    for (const [name, value] of entries) {
      if (OWN_ATTRIBUTES.has(name) && tagOf(node) === "dialog") return false;
      if (CHOICE_ATTRIBUTES.has(name) && node.parent !== undefined && isChosenFrom(trail, node.parent))
        return false;
      if (typeof value === "string" || value === null || (name === "style" && typeof value === "object"))
        trail.attribute(node.id, name, value);
    }
  }
  return true;
}

/** A sheet has loaded: a replayer builds the element anew with its CSS in it. */
function restyle(node: FoldNode, entries: readonly (readonly [string, unknown])[]): boolean {
  const tag = tagOf(node);
  if ((tag !== "link" && tag !== "style") || node.first !== undefined) return false;
  if (!entries.every(([name, value]) => typeof value === "string" || (value === null && name !== "_cssText")))
    return false;
  node.source = { ...node.source, attributes: { ...attributesOf(node), ...Object.fromEntries(entries) } };
  return true;
}

function withoutCssText(style: FoldNode): void {
  const { _cssText: _, ...attributes } = attributesOf(style);
  style.source = { ...style.source, attributes };
}

/**
 * Takes off how far an element is scrolled, since setting it makes a browser lay the page out before it is whole.
 * Gives it; `undefined` when nothing was said.
 */
export function withoutScroll(node: FoldNode): { readonly x: number; readonly y: number } | undefined {
  const attributes = attributesOf(node);
  if (attributes.rr_scrollLeft === undefined && attributes.rr_scrollTop === undefined) return undefined;
  const { rr_scrollLeft: left, rr_scrollTop: top, ...rest } = attributes;
  node.source = { ...node.source, attributes: rest };
  return { x: numberOf(left), y: numberOf(top) };
}

const numberOf = (value: unknown): number =>
  typeof value === "number" || typeof value === "string" ? Number(value) : 0;

/** A list of objects; nothing counts as an empty one. */
function listOf(value: unknown): readonly Data[] | undefined {
  if (value === undefined) return [];
  const whole = Array.isArray(value) && value.every((entry) => typeof entry === "object" && entry !== null);
  return whole ? (value as Data[]) : undefined;
}

import { DOCUMENT, ELEMENT, LAST_TYPE, type SerialisedNode, TEXT } from "../sanitise/nodes.js";

/** A node of a snapshot that can still be changed. What it was serialised as is never written to: others play it too. */
export interface FoldNode {
  readonly id: number;
  /** As it was serialised; its children are those below. */
  source: SerialisedNode;
  /** In place of the text it was serialised with. */
  text: string | undefined;
  parent: FoldNode | undefined;
  first: FoldNode | undefined;
  last: FoldNode | undefined;
  previous: FoldNode | undefined;
  next: FoldNode | undefined;
  /** In a frame element: the document that was attached to it. */
  content: FoldNode | undefined;
}

/** A snapshot's tree by its nodes' ids, as a replayer's mirror holds it, without a DOM. */
export class FoldTree {
  readonly #nodes = new Map<number, FoldNode>();

  /** The node that has an id. */
  get(id: unknown): FoldNode | undefined {
    return this.#nodes.get(id as number);
  }

  /**
   * Takes a serialised tree in. `undefined`: it has no shape that could be changed (an id twice or none, a child
   * that is no node); what was taken of it stays.
   */
  take(root: unknown, withChildren: boolean): FoldNode | undefined {
    const top = this.#add(root);
    const stack = top === undefined || !withChildren ? [] : [top];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const { childNodes } = node.source;
      if (childNodes === undefined) continue;
      if (!Array.isArray(childNodes)) return undefined;
      for (const entry of childNodes as unknown[]) {
        const child = this.#add(entry);
        if (child === undefined) return undefined;
        link(node, child, undefined);
        stack.push(child);
      }
    }
    return top;
  }

  /** Puts a node into a parent, before one of its children or at its end. */
  insert(parent: FoldNode, node: FoldNode, before: FoldNode | undefined): void {
    link(parent, node, before);
  }

  /** Puts a node that is in the tree, with all below it, into another place. */
  move(parent: FoldNode, node: FoldNode, before: FoldNode | undefined): void {
    unlink(node);
    link(parent, node, before);
  }

  /** Takes a node out, with all below it and the documents in its frames. Gives what is gone. */
  remove(node: FoldNode): readonly FoldNode[] {
    unlink(node);
    const gone = walk(node);
    for (const { id } of gone) this.#nodes.delete(id);
    return gone;
  }

  #add(source: unknown): FoldNode | undefined {
    if (typeof source !== "object" || source === null) return undefined;
    const { id, type } = source as SerialisedNode;
    const known = Number.isInteger(id) && Number.isInteger(type) && !this.#nodes.has(id as number);
    if (!known || (type as number) < DOCUMENT || (type as number) > LAST_TYPE) return undefined;
    const node: FoldNode = {
      id: id as number,
      source: source as SerialisedNode,
      text: undefined,
      parent: undefined,
      first: undefined,
      last: undefined,
      previous: undefined,
      next: undefined,
      content: undefined,
    };
    this.#nodes.set(node.id, node);
    return node;
  }
}

/** A node, all below it, and all in the documents of its frames. A parent comes before its children. */
export function walk(root: FoldNode): readonly FoldNode[] {
  const found = [root];
  for (let index = 0; index < found.length; index++) {
    const node = found[index];
    for (let child = node?.first; child !== undefined; child = child.next) found.push(child);
    if (node?.content !== undefined) found.push(node.content);
  }
  return found;
}

/** Writes a node and all below it down again, in new objects; documents in frames are not part of it. */
export function serialise(root: FoldNode): SerialisedNode {
  const top = written(root);
  const stack: { readonly node: FoldNode; readonly copy: SerialisedNode }[] = [{ node: root, copy: top }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, copy } = next;
    if (node.source.type !== DOCUMENT && node.source.type !== ELEMENT) continue;
    const children: SerialisedNode[] = [];
    for (let child = node.first; child !== undefined; child = child.next) {
      const childCopy = written(child);
      children.push(childCopy);
      if (child.first !== undefined || child.source.type === ELEMENT)
        stack.push({ node: child, copy: childCopy });
    }
    copy.childNodes = children;
  }
  return top;
}

const written = ({ source, text }: FoldNode): SerialisedNode =>
  text === undefined ? { ...source } : { ...source, textContent: text };

/** An element's name as rules are kept by. */
export const tagOf = ({ source }: FoldNode): string =>
  source.type === ELEMENT && typeof source.tagName === "string" ? source.tagName.toLowerCase() : "";

/** An element's attributes as they were serialised. */
export const attributesOf = ({ source }: FoldNode): Readonly<Record<string, unknown>> =>
  typeof source.attributes === "object" && source.attributes !== null
    ? (source.attributes as Record<string, unknown>)
    : {};

/** True for text of any kind: what a change of text may name. */
export const isCharacters = ({ source }: FoldNode): boolean => (source.type as number) >= TEXT;

function link(parent: FoldNode, node: FoldNode, before: FoldNode | undefined): void {
  const previous = before === undefined ? parent.last : before.previous;
  node.parent = parent;
  node.previous = previous;
  node.next = before;
  if (previous === undefined) parent.first = node;
  else previous.next = node;
  if (before === undefined) parent.last = node;
  else before.previous = node;
}

function unlink(node: FoldNode): void {
  const { parent, previous, next } = node;
  if (parent?.content === node) parent.content = undefined;
  else if (parent !== undefined) {
    if (previous === undefined) parent.first = next;
    else previous.next = next;
    if (next === undefined) parent.last = previous;
    else next.previous = previous;
  }
  node.parent = undefined;
  node.previous = undefined;
  node.next = undefined;
}

import { attributesOf, type FoldNode, tagOf } from "./fold-tree.js";
import type { Trail } from "./trail.js";

/** Attributes of an option that say which is chosen, or what it is chosen by. */
export const CHOICE_ATTRIBUTES: ReadonlySet<string> = new Set(["selected", "value", "disabled"]);

/**
 * Whether a node is in a list from which its user chose, or is that list. What is chosen is kept as a value and given
 * to the list at the end: once its options change, what is chosen depends on what was there before.
 */
export function isChosenFrom(trail: Trail, node: FoldNode): boolean {
  let list: FoldNode | undefined = node;
  while (list !== undefined && OPTIONS.has(tagOf(list))) list = list.parent;
  return list !== undefined && tagOf(list) === "select" && trail.isTyped(list.id);
}
const OPTIONS: ReadonlySet<string> = new Set(["option", "optgroup"]);

/** Whether a new node takes a choice away from another that its user chose: of radio buttons of a name one is. */
export function takesChoice(trail: Trail, node: FoldNode): boolean {
  const { checked } = attributesOf(node);
  return checked !== undefined && checked !== false && trail.isChosen(groupOf(node));
}

/** The name that radio buttons share, of which one is chosen; `undefined` for anything else. */
export function groupOf(node: FoldNode): string | undefined {
  const { type, name } = attributesOf(node);
  return tagOf(node) === "input" && type === "radio" && typeof name === "string" ? name : undefined;
}

import { type Attributes, cleanAttributes, localName, RULED } from "./attributes.js";
import { scrubPiece } from "./css.js";
import type { SanitisePolicy } from "./policy.js";

/** rrweb's serialised node; hostile until cleaned. */
export interface SerialisedNode {
  id?: unknown;
  /** 0 document, 1 document type, 2 element, 3 text, 4 CDATA, 5 comment. */
  type?: unknown;
  tagName?: unknown;
  attributes?: unknown;
  childNodes?: unknown;
  textContent?: unknown;
  isStyle?: unknown;
  isCustom?: unknown;
  [more: string]: unknown;
}

/** rrweb's types of serialised nodes. */
export const DOCUMENT = 0;
/** An element, among them. */
export const ELEMENT = 2;
/** A text, among them. */
export const TEXT = 3;
const CDATA = 4;
/** The last of them: a comment. */
export const LAST_TYPE = 5;
/** A name that `createElement` takes. */
const TAG = /^[a-z_][^\s"'<>/=]*$/i;
/** An element of SVG without rules of its own; what its `href` names may be fetched. */
const ANY_SVG = "svg";

/** What a window's later events need to know of its nodes. A replayer takes any value for an id, so these do. */
export interface NodeMemory {
  /** Ids of style elements and of the text in them: their text is CSS. */
  readonly styles: Set<unknown>;
  /** Names of elements that have rules of their own; all that an id ever stood for, since which it does is not known. */
  readonly names: Map<unknown, Set<string>>;
  /** Ids of texts outside styles that were changed to what would fetch inside one. */
  readonly unfit: Set<unknown>;
}

/** Knows nothing yet. */
export const createMemory = (): NodeMemory => ({ styles: new Set(), names: new Map(), unfit: new Set() });

/** Whether a node's text is CSS; a replayer makes a style of a link too. */
export const isSheet = ({ type, tagName }: SerialisedNode): boolean =>
  type === ELEMENT && typeof tagName === "string" && SHEETS.has(localName(tagName));
const SHEETS: ReadonlySet<string> = new Set(["style", "link"]);

/** Cleans a node and all below it in place. Iterative, so that depth costs no stack. */
export function cleanNode(
  root: SerialisedNode,
  memory: NodeMemory,
  policy: SanitisePolicy,
  inStyle = false,
): void {
  const stack: { readonly node: SerialisedNode; readonly css: boolean; readonly mute: boolean }[] = [
    { node: root, css: inStyle, mute: false },
  ];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, css, mute } = next;
    if (node.type === ELEMENT) {
      const tag = cleanElement(node, memory, policy);
      push(node, stack, SHEETS.has(tag), mute || tag === "script");
    } else if (node.type === DOCUMENT) push(node, stack, false, false);
    else cleanText(node, memory, policy, css, mute);
  }
}

function cleanElement(node: SerialisedNode, memory: NodeMemory, policy: SanitisePolicy): string {
  if (typeof node.tagName !== "string" || !TAG.test(node.tagName) || node.tagName.includes("\0")) {
    node.tagName = "reeltime-unknown";
  }
  const tag = localName(node.tagName as string);
  if (typeof node.attributes !== "object" || node.attributes === null) node.attributes = {};
  const attributes = node.attributes as Attributes;
  if (tag === "script" || tag === "base") {
    // Renamed, not removed: later events name its id, and neighbours name it as theirs.
    node.tagName = "noscript";
    node.attributes = {};
  } else cleanAttributes(tag, attributes, policy);
  if (SHEETS.has(tag)) memory.styles.add(node.id);
  if (RULED.has(tag)) remember(memory, node.id, tag);
  else if (node.isSVG) remember(memory, node.id, ANY_SVG);
  return tag;
}

function remember({ names }: NodeMemory, id: unknown, tag: string): void {
  const known = names.get(id);
  if (known === undefined) names.set(id, new Set([tag]));
  else known.add(tag);
}

function cleanText(
  node: SerialisedNode,
  memory: NodeMemory,
  policy: SanitisePolicy,
  css: boolean,
  mute: boolean,
): void {
  if (!Number.isInteger(node.type) || (node.type as number) > LAST_TYPE) node.type = 5;
  if (node.type === 1) return;
  const text = typeof node.textContent === "string" ? node.textContent : "";
  const isCss = css || node.isStyle === true;
  if (isCss) memory.styles.add(node.id);
  if (mute) node.textContent = "";
  else if (isCss && (node.type === TEXT || node.type === CDATA)) node.textContent = scrubPiece(text, policy);
  else if (text !== node.textContent) node.textContent = text;
}

function push(
  node: SerialisedNode,
  stack: { readonly node: SerialisedNode; readonly css: boolean; readonly mute: boolean }[],
  css: boolean,
  mute: boolean,
): void {
  if (!Array.isArray(node.childNodes)) {
    node.childNodes = [];
    return;
  }
  const children = node.childNodes as unknown[];
  let whole = true;
  for (const child of children) {
    if (typeof child === "object" && child !== null) stack.push({ node: child as SerialisedNode, css, mute });
    else whole = false;
  }
  if (!whole) node.childNodes = children.filter((child) => typeof child === "object" && child !== null);
}

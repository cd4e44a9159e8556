import type { PlayEvent } from "../../../src/store/index.js";

/** A node as rrweb writes it down. */
export interface Node {
  readonly type: number;
  readonly id: number;
  readonly tagName?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly textContent?: string;
  readonly childNodes?: readonly Node[];
  readonly [more: string]: unknown;
}

/** When the last event happened, ms: each is a millisecond after the one before. */
let atMs = 1_000;

/** An event of rrweb's, after all that were made before. */
export const event = (type: number, data: object): PlayEvent => ({ type, timestamp: ++atMs, data });
/** A change of that source. */
export const incremental = (source: number, data: object): PlayEvent => event(3, { source, ...data });
/** A change of the tree, with these of its parts. */
export const mutation = (parts: object): PlayEvent =>
  incremental(0, { adds: [], removes: [], texts: [], attributes: [], ...parts });
export const element = (
  id: number,
  tagName: string,
  childNodes: readonly Node[] = [],
  attributes = {},
): Node => ({
  type: 2,
  id,
  tagName,
  attributes,
  childNodes,
});
export const text = (id: number, textContent: string): Node => ({ type: 3, id, textContent });
/** A node that comes into a parent, before another or at its end. */
export const add = (parentId: number, nextId: number | null, node: Node) => ({ parentId, nextId, node });

/** The body of `page` in one line. */
export const PLAIN = 'body(ul(li("one") li("two")) textarea iframe)';

/** A page with a style, a list of two and a form. */
export function page(): readonly PlayEvent[] {
  const head = element(4, "head", [element(5, "style", [text(6, "a{}")])]);
  const list = element(8, "ul", [
    element(9, "li", [text(10, "one")]),
    element(11, "li", [text(12, "two")], { rr_scrollTop: 40 }),
  ]);
  const body = element(7, "body", [list, element(13, "textarea"), element(14, "iframe")]);
  const node = {
    type: 0,
    id: 1,
    childNodes: [{ type: 1, id: 2, name: "html" }, element(3, "html", [head, body])],
  };
  return [
    event(4, { href: "https://northwind.example/", width: 800, height: 600 }),
    event(2, { node, initialOffset: { left: 0, top: 120 } }),
  ];
}

/** A tree in one line. */
export function short(node: Node | undefined): string {
  if (node === undefined) return "";
  if (node.type === 3) return JSON.stringify(node.textContent);
  const name = node.tagName ?? (node.type === 0 ? "#document" : "!");
  const children = (node.childNodes ?? []).map(short).join(" ");
  return children === "" ? name : `${name}(${children})`;
}

/** The tree of the snapshot among events. */
export const snapshotOf = (events: readonly PlayEvent[]): Node | undefined =>
  (events.find(({ type }) => type === 2)?.data as { readonly node: Node } | undefined)?.node;

/** The snapshot's body in one line. */
export const bodyOf = (events: readonly PlayEvent[]): string =>
  short(snapshotOf(events)?.childNodes?.[1]?.childNodes?.[1]);

/** What changes of a source say, in their order. */
export const after = (events: readonly PlayEvent[], source: number): readonly Record<string, unknown>[] =>
  events
    .filter(({ type, data }) => type === 3 && (data as { source: number }).source === source)
    .map(({ data }) => data as Record<string, unknown>);

import { describe, expect, it } from "vitest";
import type { PlayEvent } from "../../../src/store/index.js";
import { fold } from "../../../src/surfaces/fold/fold.js";

interface Node {
  readonly type: number;
  readonly id: number;
  readonly tagName?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly textContent?: string;
  readonly childNodes?: readonly Node[];
  readonly [more: string]: unknown;
}

const AT = 1_000;
let atMs = AT;

const event = (type: number, data: object): PlayEvent => ({ type, timestamp: ++atMs, data });
const incremental = (source: number, data: object): PlayEvent => event(3, { source, ...data });
const mutation = (parts: object): PlayEvent =>
  incremental(0, { adds: [], removes: [], texts: [], attributes: [], ...parts });
const element = (id: number, tagName: string, childNodes: readonly Node[] = [], attributes = {}): Node => ({
  type: 2,
  id,
  tagName,
  attributes,
  childNodes,
});
const text = (id: number, textContent: string): Node => ({ type: 3, id, textContent });
const add = (parentId: number, nextId: number | null, node: Node) => ({ parentId, nextId, node });

/** A page with a style, a list of two and a form. */
function page(): readonly PlayEvent[] {
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
function short(node: Node | undefined): string {
  if (node === undefined) return "";
  if (node.type === 3) return JSON.stringify(node.textContent);
  const name = node.tagName ?? (node.type === 0 ? "#document" : "!");
  const children = (node.childNodes ?? []).map(short).join(" ");
  return children === "" ? name : `${name}(${children})`;
}

const snapshotOf = (events: readonly PlayEvent[]): Node | undefined =>
  (events.find(({ type }) => type === 2)?.data as { readonly node: Node } | undefined)?.node;

const bodyOf = (events: readonly PlayEvent[]): string =>
  short(snapshotOf(events)?.childNodes?.[1]?.childNodes?.[1]);

const after = (events: readonly PlayEvent[], source: number): readonly Record<string, unknown>[] =>
  events
    .filter(({ type, data }) => type === 3 && (data as { source: number }).source === source)
    .map(({ data }) => data as Record<string, unknown>);

/** The document that a mutation attaches to a frame. */
const documentOf = (data: Record<string, unknown> | undefined): string =>
  short((data?.adds as readonly { readonly node: Node }[] | undefined)?.[0]?.node);

const PLAIN = 'body(ul(li("one") li("two")) textarea iframe)';

describe("what is put into a snapshot", () => {
  it("nothing happened: it is the same page", () => {
    const { events, rest } = fold(page());
    expect(bodyOf(events)).toBe(PLAIN);
    expect(rest).toEqual([]);
  });

  it("nodes that came, before others and at the end, whatever order they are told in", () => {
    const { events, rest } = fold([
      ...page(),
      mutation({
        adds: [
          add(20, null, text(21, "zero")),
          add(8, 9, element(20, "li")),
          add(8, null, element(22, "li")),
        ],
      }),
      mutation({ adds: [add(22, 24, text(23, "a")), add(22, null, text(24, "b"))] }),
    ]);
    expect(bodyOf(events)).toBe('body(ul(li("zero") li("one") li("two") li("a" "b")) textarea iframe)');
    expect(rest).toEqual([]);
    expect(after(events, 0)).toEqual([]);
  });

  it("nodes that went, and what they held", () => {
    const { events } = fold([
      ...page(),
      mutation({
        removes: [
          { parentId: 8, id: 9 },
          { parentId: 9, id: 10 },
        ],
      }),
    ]);
    expect(bodyOf(events)).toBe('body(ul(li("two")) textarea iframe)');
  });

  it("a node that moved, as it was written down anew", () => {
    const { events } = fold([
      ...page(),
      mutation({
        removes: [{ parentId: 8, id: 9 }],
        adds: [add(8, null, element(9, "li", [], { class: "last" })), add(9, null, text(10, "moved"))],
      }),
    ]);
    expect(bodyOf(events)).toBe('body(ul(li("two") li("moved")) textarea iframe)');
  });

  it("a node that is told of again, with what it holds", () => {
    const { events, rest } = fold([...page(), mutation({ adds: [add(8, null, element(9, "li"))] })]);
    expect(bodyOf(events)).toBe('body(ul(li("two") li("one")) textarea iframe)');
    expect(rest).toEqual([]);
  });

  it("texts, the last of each", () => {
    const { events } = fold([
      ...page(),
      mutation({ texts: [{ id: 10, value: "1" }] }),
      mutation({
        texts: [
          { id: 10, value: "I" },
          { id: 12, value: null },
        ],
      }),
    ]);
    expect(bodyOf(events)).toBe('body(ul(li("I") li("")) textarea iframe)');
  });

  it("shadow trees", () => {
    const { events, rest } = fold([
      ...page(),
      mutation({
        adds: [add(9, null, { ...element(20, "b"), isShadow: true }), add(20, null, text(21, "in"))],
      }),
    ]);
    const host = snapshotOf(events)?.childNodes?.[1]?.childNodes?.[1]?.childNodes?.[0]?.childNodes?.[0];
    expect(host?.isShadowHost).toBe(true);
    expect(short(host)).toBe('li("one" b("in"))');
    expect(rest).toEqual([]);
  });

  it("a sheet that was loaded, in the link's own attributes", () => {
    const { events, rest } = fold([
      ...page(),
      mutation({ adds: [add(4, null, element(20, "link", [], { rel: "stylesheet", href: "a.css" }))] }),
      mutation({ attributes: [{ id: 20, attributes: { _cssText: "b{}", rel: null } }] }),
    ]);
    const link = snapshotOf(events)?.childNodes?.[1]?.childNodes?.[0]?.childNodes?.[1];
    expect(link?.attributes).toEqual({ _cssText: "b{}", rel: null, href: "a.css" });
    expect(after(events, 0)).toEqual([]);
    expect(rest).toEqual([]);
  });

  it("a later snapshot instead of an earlier one, with the pages' addresses in order", () => {
    const later = page();
    const { events } = fold([...page(), mutation({ removes: [{ parentId: 7, id: 8 }] }), ...later]);
    expect(bodyOf(events)).toBe(PLAIN);
    expect(events.filter(({ type }) => type === 2)).toHaveLength(1);
    expect(events.filter(({ type }) => type === 4)).toHaveLength(2);
  });

  it("and the events stay as they were", () => {
    const events = [
      ...page(),
      mutation({ adds: [add(8, null, element(20, "li"))], texts: [{ id: 10, value: "x" }] }),
      mutation({ adds: [add(9, null, { ...element(21, "b"), isShadow: true })] }),
      mutation({ removes: [{ parentId: 8, id: 11 }] }),
    ];
    const before = structuredClone(events);
    fold(events);
    expect(events).toEqual(before);
  });
});

describe("what is done once the page is built", () => {
  it("attributes: the last value of each, and of a style each property", () => {
    const change = (attributes: object): PlayEvent => mutation({ attributes: [{ id: 9, attributes }] });
    const { events } = fold([
      ...page(),
      change({ class: "a", title: "t", style: { color: "red", width: "1px" } }),
      change({ class: "b", title: null, style: { color: false } }),
      change({ count: 3 }),
    ]);
    expect(after(events, 0)).toEqual([
      {
        source: 0,
        adds: [],
        removes: [],
        texts: [],
        attributes: [
          { id: 9, attributes: { class: "b", title: null } },
          { id: 9, attributes: { style: { width: "1px", color: false } } },
        ],
      },
    ]);
  });

  it("a style set as a whole ends what was set of it before", () => {
    const change = (style: unknown): PlayEvent =>
      mutation({ attributes: [{ id: 9, attributes: { style } }] });
    const { events } = fold([...page(), change({ color: "red" }), change("top:0"), change({ left: "0" })]);
    expect(after(events, 0)[0]?.attributes).toEqual([
      { id: 9, attributes: { style: "top:0" } },
      { id: 9, attributes: { style: { left: "0" } } },
    ]);
  });

  it("nothing for what is gone", () => {
    const { events } = fold([
      ...page(),
      mutation({ attributes: [{ id: 9, attributes: { class: "a" } }] }),
      incremental(3, { id: 11, x: 0, y: 9 }),
      incremental(5, { id: 10, text: "x", isChecked: false }),
      incremental(8, { id: 5, adds: [{ rule: "b{}" }] }),
      mutation({
        removes: [
          { parentId: 7, id: 8 },
          { parentId: 4, id: 5 },
        ],
      }),
    ]);
    expect([0, 5, 8].flatMap((source) => after(events, source))).toEqual([]);
    expect(after(events, 3).map(({ id }) => id)).toEqual([1]);
  });

  it("CSS that was set anew, and only the rules that came after it", () => {
    const rule = (text: string): PlayEvent => incremental(8, { id: 5, adds: [{ rule: text }] });
    const { events } = fold([
      ...page(),
      rule("old{}"),
      mutation({ texts: [{ id: 6, value: "c{}" }] }),
      rule("new{}"),
    ]);
    expect(after(events, 0)[0]?.texts).toEqual([{ id: 6, value: "c{}" }]);
    expect(after(events, 8).map(({ adds }) => adds)).toEqual([[{ rule: "new{}" }]]);
  });

  it("the CSS a style came with, in the text that came into it", () => {
    const { events, rest } = fold([
      ...page(),
      mutation({
        adds: [add(20, null, text(21, "")), add(4, null, element(20, "style", [], { _cssText: "d{}" }))],
      }),
    ]);
    const style = snapshotOf(events)?.childNodes?.[1]?.childNodes?.[0]?.childNodes?.[1];
    expect(style?.attributes).toEqual({});
    expect(after(events, 0)[0]?.texts).toEqual([{ id: 21, value: "d{}" }]);
    expect(rest).toEqual([]);
  });

  it("scrolling last: what the snapshot says, and what came after it instead", () => {
    const scroll = (id: number, y: number): PlayEvent => incremental(3, { id, x: 0, y });
    const { events } = fold([...page(), scroll(1, 10), scroll(1, 200)]);
    expect(events.slice(-2).map(({ data }) => data)).toEqual([
      { source: 3, id: 11, x: 0, y: 40 },
      { source: 3, id: 1, x: 0, y: 200 },
    ]);
    expect(events.find(({ type }) => type === 2)?.data).toMatchObject({ initialOffset: { left: 0, top: 0 } });
    expect(JSON.stringify(snapshotOf(events))).not.toContain("rr_scroll");
  });

  it("what is typed, chosen and selected, the last of each", () => {
    const typed = (value: string): PlayEvent => incremental(5, { id: 13, text: value, isChecked: false });
    const { events } = fold([
      ...page(),
      typed("a"),
      typed("ab"),
      incremental(14, { ranges: [] }),
      typed("abc"),
    ]);
    expect(after(events, 5).map(({ text: value }) => value)).toEqual(["abc"]);
    expect(after(events, 14)).toHaveLength(1);
  });

  it("the pointer, over what is left where it was", () => {
    const move = (id: number, x: number): PlayEvent =>
      incremental(1, {
        positions: [
          { x: 1, y: 1, id: 8, timeOffset: -50 },
          { x, y: 5, id, timeOffset: 0 },
        ],
      });
    const { events } = fold([
      ...page(),
      move(9, 7),
      // Over what was never there.
      move(99, 8),
      mutation({ removes: [{ parentId: 8, id: 9 }] }),
    ]);
    expect(after(events, 1)).toEqual([{ source: 1, positions: [{ x: 7, y: 5, id: 8, timeOffset: 0 }] }]);
  });

  it("documents of frames, each whole, and what happened in them", () => {
    const content = { type: 0, id: 30, childNodes: [element(31, "html", [element(32, "body")])] };
    const { events, rest } = fold([
      ...page(),
      mutation({ adds: [add(14, null, content)], isAttachIframe: true }),
      mutation({ adds: [add(32, null, { ...element(33, "p"), rootId: 30 })] }),
      mutation({ attributes: [{ id: 33, attributes: { class: "in" } }] }),
    ]);
    expect(bodyOf(events)).toBe(PLAIN);
    const [attached, changed] = after(events, 0);
    expect(attached).toMatchObject({ isAttachIframe: true, adds: [{ parentId: 14, nextId: null }] });
    expect(documentOf(attached)).toBe("#document(html(body(p)))");
    expect(changed?.attributes).toEqual([{ id: 33, attributes: { class: "in" } }]);
    expect(rest).toEqual([]);
  });

  it("a frame's document goes with the frame, and gives way to the next", () => {
    const content = (id: number, name: string): Node => ({
      type: 0,
      id,
      childNodes: [element(id + 1, name)],
    });
    const attach = (node: Node): PlayEvent => mutation({ adds: [add(14, null, node)], isAttachIframe: true });
    const twice = fold([...page(), attach(content(30, "old")), attach(content(40, "new"))]);
    expect(after(twice.events, 0).map(documentOf)).toEqual(["#document(new)"]);
    const gone = fold([
      ...page(),
      attach(content(30, "old")),
      mutation({ removes: [{ parentId: 7, id: 14 }] }),
    ]);
    expect(after(gone.events, 0)).toEqual([]);
  });

  it("what it does not know, in its order", () => {
    const { events } = fold([...page(), incremental(40, { a: 1 }), incremental(40, { a: 2 })]);
    expect(after(events, 40).map(({ a }) => a)).toEqual([1, 2]);
  });
});

describe("what is left to a replayer", () => {
  const content = { type: 0, id: 30, childNodes: [] };
  it.each<[string, object]>([
    ["a removal of what is not there", { removes: [{ parentId: 8, id: 99 }] }],
    ["a removal from another parent", { removes: [{ parentId: 7, id: 9 }] }],
    ["a parent that never comes", { adds: [add(99, null, element(20, "li"))] }],
    ["a neighbour that never comes", { adds: [add(8, 99, element(20, "li"))] }],
    ["a neighbour elsewhere", { adds: [add(7, 9, element(20, "li"))] }],
    ["an id that is taken by another", { adds: [add(8, null, element(9, "b"))] }],
    ["a node into itself", { adds: [add(9, null, element(8, "ul"))] }],
    ["a neighbour before", { adds: [{ ...add(8, null, element(20, "li")), previousId: 9 }] }],
    ["a node of an unknown document", { adds: [add(8, null, { ...element(20, "li"), rootId: 99 })] }],
    ["a child of a document", { adds: [add(1, null, element(20, "html"))] }],
    ["a child of a text", { adds: [add(10, null, element(20, "li"))] }],
    ["a child of a frame", { adds: [add(14, null, element(20, "li"))] }],
    ["a document in no frame", { adds: [add(8, null, content)] }],
    ["a text in a text area", { adds: [add(13, null, text(20, "x"))] }],
    ["a dialog", { adds: [add(8, null, element(20, "dialog"))] }],
    [
      "two of a place of which one has to wait",
      {
        adds: [add(8, 20, element(21, "li")), add(8, 20, element(22, "li")), add(8, null, element(20, "li"))],
      },
    ],
    ["a text of what is not there", { texts: [{ id: 99, value: "x" }] }],
    ["a text of an element", { texts: [{ id: 9, value: "x" }] }],
    ["attributes of what is not there", { attributes: [{ id: 99, attributes: {} }] }],
    ["attributes that are none", { attributes: [{ id: 9, attributes: null }] }],
    ["a sheet for what has none", { attributes: [{ id: 9, attributes: { _cssText: "a{}" } }] }],
    ["lists that are none", { adds: "x" }],
    ["entries that are none", { removes: [null] }],
    ["a node that is none", { adds: [add(8, null, "x" as unknown as Node)] }],
  ])("%s, and all after it, with what was before it folded", (_name, parts) => {
    const odd = mutation(parts);
    const later = mutation({ texts: [{ id: 12, value: "later" }] });
    const { events, rest } = fold([
      ...page(),
      mutation({ texts: [{ id: 10, value: "before" }] }),
      odd,
      later,
    ]);
    expect(bodyOf(events)).toBe('body(ul(li("before") li("two")) textarea iframe)');
    expect(rest).toEqual([odd, later]);
  });

  it("scrolling after it, the last of each at the end", () => {
    const odd = mutation({ removes: [{ parentId: 8, id: 99 }] });
    const [first, second, other] = [
      incremental(3, { id: 1, y: 1 }),
      incremental(3, { id: 1, y: 2 }),
      mutation({}),
    ];
    expect(fold([...page(), odd, first, second, other]).rest).toEqual([odd, other, second]);
  });

  it("sheets that others may use, made for what goes", () => {
    const adopted = incremental(15, { id: 9, styleIds: [1], styles: [{ styleId: 1, rules: [] }] });
    const removal = mutation({ removes: [{ parentId: 8, id: 9 }] });
    const { events, rest } = fold([...page(), adopted, removal]);
    expect(rest).toEqual([removal]);
    expect(after(events, 15)).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["an id twice", { type: 0, id: 1, childNodes: [element(2, "a"), element(2, "b")] }],
    ["a child that is no node", { type: 0, id: 1, childNodes: [7] }],
    ["children that are no list", { type: 0, id: 1, childNodes: {} }],
    ["no id", { type: 0, childNodes: [] }],
    ["an unknown type", { type: 6, id: 1 }],
  ])("a snapshot of %s", (_name, node) => {
    const events = [event(4, {}), event(2, { node }), mutation({})];
    expect(fold(events)).toEqual({ events: [events[0]], rest: events.slice(1) });
  });

  it("events without a snapshot", () => {
    const events = [event(4, {}), mutation({})];
    expect(fold(events)).toEqual({ events, rest: [] });
  });

  it("a tree a hundred thousand deep is taken in without a stack", () => {
    let node = element(100_002, "b");
    for (let id = 100_001; id > 1; id--) node = element(id, "b", [node]);
    const { rest } = fold([event(2, { node: { type: 0, id: 1, childNodes: [node] } })]);
    expect(rest).toEqual([]);
  });
});

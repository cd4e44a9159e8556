import { describe, expect, it } from "vitest";
import { fold } from "../../../src/surfaces/fold/fold.js";
import {
  add,
  after,
  bodyOf,
  element,
  event,
  incremental,
  mutation,
  type Node,
  page,
  text,
} from "./page-events.js";

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

/**
 * Cause: what was typed or chosen was given to a page at its end, although its options had changed since, so that a
 * list showed nothing chosen; frames and sheets that moved kept what a move takes from them; and shapes that no
 * recorder writes threw, or were folded into what a replayer does not make of them.
 */
import { describe, expect, it } from "vitest";
import type { PlayEvent } from "../../src/store/index.js";
import { fold } from "../../src/surfaces/fold/fold.js";
import { pageNode } from "../support/synthetic.js";
import { element, event, incremental, text } from "../surfaces/fold/page-events.js";

type Data = Readonly<Record<string, unknown>>;

const BODY = 5;
const LINE = 6;
/** A change of the tree with these parts alone. */
const mutation = (parts: object): PlayEvent => incremental(0, parts);
const add = (parentId: number, node: unknown, nextId: number | null = null): Data => ({
  parentId,
  nextId,
  node,
});
const page = (...more: readonly Data[]): readonly PlayEvent[] => [
  event(4, { href: "https://shop.example/", width: 800, height: 600 }),
  event(2, { node: pageNode("line", more), initialOffset: { left: 0, top: 0 } }),
];
const retitled = (): PlayEvent => mutation({ attributes: [{ id: LINE, attributes: { title: "t" } }] });

const list = element(30, "select", [
  element(31, "option", [text(32, "A")]),
  element(33, "optgroup", [element(34, "option", [text(35, "B")])]),
]);
const chosen = incremental(5, { id: 30, text: "B", isChecked: false });
const radio = (id: number, attributes: Data = {}): Data =>
  element(id, "input", [], { type: "radio", name: "r", ...attributes });
const style = element(40, "style", [text(41, "p{}")]);
const frame = element(50, "iframe");
const framed = { type: 0, id: 51, childNodes: [element(52, "html")] };

describe("what only a replayer can do is left to it, and all that follows", () => {
  it.each<readonly [string, readonly Data[], readonly PlayEvent[], PlayEvent]>([
    ["an option goes", [list], [chosen], mutation({ removes: [{ parentId: 33, id: 34 }] })],
    ["an option comes", [list], [chosen], mutation({ adds: [add(30, element(36, "option"))] })],
    ["an option has another text", [list], [chosen], mutation({ texts: [{ id: 35, value: "C" }] })],
    [
      "an option is selected",
      [list],
      [chosen],
      mutation({ attributes: [{ id: 31, attributes: { selected: "" } }] }),
    ],
    [
      "a radio button comes chosen",
      [radio(38)],
      [incremental(5, { id: 38, text: "on", isChecked: true })],
      mutation({ adds: [add(BODY, radio(39, { checked: true }))] }),
    ],
    [
      "a style moves whose sheet was added to",
      [style],
      [incremental(8, { id: 40, adds: [{ rule: "b{}", index: 0 }] })],
      mutation({ adds: [add(BODY, { ...style, childNodes: [] }, LINE)] }),
    ],
    [
      "a frame moves that has a document",
      [frame],
      [mutation({ isAttachIframe: true, adds: [add(50, framed)] })],
      mutation({ adds: [add(BODY, frame, LINE)] }),
    ],
    ["an addition of nothing", [], [retitled()], mutation({ adds: [add(BODY, null)] })],
    ["a snapshot of no document", [], [retitled()], event(2, { node: element(3, "html") })],
    [
      "a sheet's text taken away",
      [element(40, "style", [], { _cssText: "p{}" })],
      [],
      mutation({ attributes: [{ id: 40, attributes: { _cssText: null } }] }),
    ],
  ])("%s", (_name, nodes, before, change) => {
    const after = retitled();
    const { events, rest } = fold([...page(...nodes), ...before, change, after]);
    expect(rest).toEqual([change, after]);
    expect(events.filter(({ type }) => type === 2)).toHaveLength(1);
  });
});

describe("what needs no replayer", () => {
  it.each<readonly [string, readonly Data[], readonly PlayEvent[]]>([
    [
      "options of a list from which nobody chose",
      [list],
      [mutation({ removes: [{ parentId: 33, id: 34 }] })],
    ],
    [
      "the class of an option",
      [list],
      [chosen, mutation({ attributes: [{ id: 31, attributes: { class: "c" } }] })],
    ],
    [
      "a list that goes after a choice",
      [list],
      [chosen, mutation({ removes: [{ parentId: BODY, id: 30 }] })],
    ],
    [
      "a chosen radio button of another name",
      [radio(38)],
      [
        incremental(5, { id: 38, text: "on", isChecked: true }),
        mutation({ adds: [add(BODY, radio(39, { name: "s", checked: true }))] }),
      ],
    ],
    [
      "how far something is scrolled, said in no number",
      [],
      [mutation({ adds: [add(BODY, element(60, "div", [], { rr_scrollTop: { toString: null } }))] })],
    ],
    [
      "more that waits for a node than a call takes",
      [],
      [
        mutation({
          adds: [
            ...Array.from({ length: 200_000 }, (_, index) =>
              add(60, text(100 + index, ""), 99 + index),
            ).slice(1),
            add(60, text(100, "")),
            add(BODY, element(60, "div")),
          ],
        }),
      ],
    ],
  ])("%s", (_name, nodes, changes) => {
    expect(fold([...page(...nodes), ...changes]).rest).toEqual([]);
  });

  it("a style that is no style changes none", () => {
    const { events } = fold([
      ...page(),
      mutation({ attributes: [{ id: LINE, attributes: { style: { color: "red" } } }] }),
      mutation({ attributes: [{ id: LINE, attributes: { style: 5 } }] }),
    ]);
    expect(events.at(-1)?.data).toMatchObject({
      attributes: [{ id: LINE, attributes: { style: { color: "red" } } }],
    });
  });
});

import { describe, expect, it } from "vitest";
import type { PlayEvent } from "../../../src/store/index.js";
import { fold } from "../../../src/surfaces/fold/fold.js";
import {
  add,
  after,
  bodyOf,
  element,
  incremental,
  mutation,
  type Node,
  PLAIN,
  page,
  short,
  snapshotOf,
  text,
} from "./page-events.js";

/** The document that a mutation attaches to a frame. */
const documentOf = (data: Record<string, unknown> | undefined): string =>
  short((data?.adds as readonly { readonly node: Node }[] | undefined)?.[0]?.node);

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

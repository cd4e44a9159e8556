import { describe, expect, it } from "vitest";
import { fold } from "../../../src/surfaces/fold/fold.js";
import {
  add,
  after,
  bodyOf,
  element,
  mutation,
  PLAIN,
  page,
  short,
  snapshotOf,
  text,
} from "./page-events.js";

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

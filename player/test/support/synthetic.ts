import type { RawEvent } from "./recorded-session.js";

/** A snapshot of a page with one line of text. */
export const pageNode = (text = "hello", more: readonly unknown[] = []): unknown => ({
  type: 0,
  id: 1,
  childNodes: [
    { type: 1, id: 2, name: "html", publicId: "", systemId: "" },
    {
      type: 2,
      id: 3,
      tagName: "html",
      attributes: {},
      childNodes: [
        { type: 2, id: 4, tagName: "head", attributes: {}, childNodes: [] },
        {
          type: 2,
          id: 5,
          tagName: "body",
          attributes: {},
          childNodes: [
            {
              type: 2,
              id: 6,
              tagName: "p",
              attributes: { id: "line" },
              childNodes: [{ type: 3, id: 7, textContent: text }],
            },
            ...more,
          ],
        },
      ],
    },
  ],
});

let marks = 0;
/** A number no other synthetic event has. */
const mark = (): number => {
  marks += 1;
  return marks;
};

/** The two events a checkout begins with. */
export const checkout = (atMs: number, text?: string, more?: readonly unknown[]): readonly RawEvent[] => [
  {
    type: 4,
    timestamp: atMs,
    data: { href: "https://shop.example/", width: 800, height: 600, mark: mark() },
  },
  {
    type: 2,
    timestamp: atMs,
    data: { node: pageNode(text, more), initialOffset: { left: 0, top: 0 }, mark: mark() },
  },
];

/** The line of text changes. */
export const textChange = (atMs: number, value: string): RawEvent => ({
  type: 3,
  timestamp: atMs,
  data: { source: 0, texts: [{ id: 7, value }], attributes: [], removes: [], adds: [], mark: mark() },
});

/** The user clicks the line. */
export const click = (atMs: number): RawEvent => ({
  type: 3,
  timestamp: atMs,
  data: { source: 2, type: 2, id: 6, x: 10, y: 10, mark: mark() },
});

/** The pointer moves for `spanMs` up to `atMs`. */
export const moves = (atMs: number, spanMs = 400): RawEvent => ({
  type: 3,
  timestamp: atMs,
  data: {
    source: 1,
    positions: [-spanMs, -spanMs / 2, 0].map((timeOffset, index) => ({
      x: 10 * index,
      y: 10,
      id: 6,
      timeOffset,
    })),
    mark: mark(),
  },
});

import type { RawEvent } from "../support/recorded-session.js";
import { pageNode } from "../support/synthetic.js";

type Node = Record<string, unknown>;

/** Everything a recording could try against whoever watches it. `out` is another origin, `own` the player's. */
export function hostileEvents(startMs: number, out: string, own: string): readonly RawEvent[] {
  const events: RawEvent[] = [
    { type: 4, timestamp: startMs, data: { href: `${out}/page`, width: 800, height: 600 } },
    {
      type: 2,
      timestamp: startMs,
      data: {
        node: pageNode("line", hostileNodes(1_000, "snapshot", out, own)),
        initialOffset: { left: 0, top: 0 },
      },
    },
  ];
  // Twice: once before where the player opens (applied at once), once after it (applied as it plays).
  for (const [round, atMs] of [startMs + 500, startMs + 2_500].entries()) {
    const base = 10_000 * (round + 1);
    const adds = hostileNodes(base, `added${round}`, out, own).flatMap((node) => asAdds(node, 5));
    events.push(incremental(atMs, { source: 0, adds, removes: [], texts: [], attributes: [] }));
    events.push(...hostileChanges(atMs + 100, base, `changed${round}`, out, own));
  }
  events.push(
    incremental(startMs + 4_000, {
      source: 0,
      adds: [],
      removes: [],
      attributes: [],
      texts: [{ id: 7, value: "played" }],
    }),
  );
  return events;
}

/** As a recorder tells of a new tree: each node an addition of its own, parents first. */
const asAdds = (node: Node, parentId: unknown): readonly Node[] => [
  { parentId, nextId: null, node: { ...node, childNodes: [] } },
  ...(Array.isArray(node.childNodes) ? node.childNodes : []).flatMap((child: Node) => asAdds(child, node.id)),
];

const incremental = (timestamp: number, data: Node): RawEvent => ({ type: 3, timestamp, data });

function hostileNodes(base: number, name: string, out: string, own: string): readonly Node[] {
  let id = base;
  const element = (
    tagName: string,
    attributes: Node = {},
    childNodes: readonly Node[] = [],
    more: Node = {},
  ): Node => {
    id += 1;
    return { type: 2, id, tagName, attributes, childNodes, ...more };
  };
  const text = (textContent: string, more: Node = {}): Node => {
    id += 1;
    return { type: 3, id, textContent, ...more };
  };
  const run = `top.canary='${name}'`;
  const both = (tag: string, attribute: string, more: Node = {}): readonly Node[] =>
    [out, own].map((origin) =>
      element(tag, { ...more, [attribute]: `${origin}/${name}-${tag}-${attribute}` }),
    );
  const css = (origin: string, mark: string): string =>
    `@import "${origin}/${name}-${mark}-import"; body{background:url(${origin}/${name}-${mark}-url)} p{background:u\\72l('${origin}/${name}-${mark}-escaped')} @font-face{font-family:f;src:url(${origin}/${name}-${mark}-font)} p{font-family:f;background-image:image-set("${origin}/${name}-${mark}-set" 1x)}`;
  return [
    element("img", { src: "x", onerror: run, id: `img-${name}` }),
    element("img", { src: "data:image/png;base64,AAAA", onerror: run, OnLoad: run }),
    ...both("img", "src"),
    ...[out, own].map((origin) =>
      element("img", { srcset: `${origin}/${name}-srcset 1x, ${origin}/${name}-srcset2 2x` }),
    ),
    ...both("video", "src"),
    ...both("video", "poster"),
    ...both("audio", "src", { preload: "auto", autoplay: "" }),
    ...both("embed", "src"),
    ...both("object", "data"),
    ...both("iframe", "src"),
    ...both("frame", "src"),
    ...both("input", "src", { type: "image" }),
    ...both("script", "src"),
    ...both("table", "background"),
    element("script", {}, [text(run)]),
    element("SCRIPT", { type: "module" }, [text(run)]),
    element("noscript", {}, [element("img", { src: `${out}/${name}-noscript` })]),
    element("iframe", { srcdoc: `<script>${run}</script><img src=${out}/${name}-srcdoc>` }),
    element("iframe", { src: `javascript:${run}` }),
    element("a", { href: `javascript:${run}`, id: `link-${name}` }, [text("click")]),
    element("a", { href: ` java\tscript:${run}`, ping: `${out}/${name}-ping` }),
    element("form", { action: `${out}/${name}-form` }, [
      element("button", { formaction: `javascript:${run}`, autofocus: "" }),
    ]),
    element("base", { href: `${out}/` }),
    element("meta", { "http-equiv": "refresh", content: `0;url=${out}/${name}-refresh` }),
    element("meta", { "http-equiv": "Set-Cookie", content: "a=b" }),
    ...[
      "stylesheet",
      "prefetch",
      "preload",
      "modulepreload",
      "dns-prefetch",
      "preconnect",
      "icon",
      "manifest",
      "prerender",
    ].flatMap((rel) => both("link", "href", { rel, as: "image" })),
    ...[out, own].flatMap((origin) => [
      element("style", {}, [text(css(origin, "style"), { isStyle: true })]),
      element("style", {}, [text(css(origin, "unmarked"))]),
      element("style", { _cssText: css(origin, "inlined") }),
      element("link", { rel: "stylesheet", _cssText: css(origin, "link") }),
      element(
        "div",
        { style: `background:url(${origin}/${name}-attr-url);list-style:url('${origin}/${name}-list')` },
        [text("x")],
      ),
    ]),
    element(
      "svg",
      { onload: run },
      [
        element("image", { "xlink:href": `${out}/${name}-svg-image`, href: `${own}/${name}-svg-image` }, [], {
          isSVG: true,
        }),
        element("use", { href: `${own}/${name}-svg-use#x` }, [], { isSVG: true }),
        element("script", { href: `${own}/${name}-svg-script` }, [text(run)], { isSVG: true }),
        element(
          "a",
          { href: `javascript:${run}` },
          [element("set", { attributeName: "href", to: `javascript:${run}` }, [], { isSVG: true })],
          { isSVG: true },
        ),
        element(
          "image",
          {},
          [
            element("animate", { attributeName: "href", values: `${out}/${name}-svg-anim`, dur: "1s" }, [], {
              isSVG: true,
            }),
          ],
          { isSVG: true },
        ),
        element(
          "rect",
          {
            fill: `url(${out}/${name}-svg-fill#x)`,
            filter: `url(${own}/${name}-svg-filter#x)`,
            width: "5",
            height: "5",
          },
          [],
          { isSVG: true },
        ),
        element("foreignObject", {}, [element("img", { src: `${out}/${name}-svg-foreign` })], {
          isSVG: true,
        }),
      ],
      { isSVG: true },
    ),
    element(
      "x-widget",
      { onmouseover: run },
      [element("img", { src: `${out}/${name}-shadow`, onerror: run }, [], { isShadow: true })],
      { isShadowHost: true, isCustom: true },
    ),
    element("dialog", { open: "", rr_open_mode: "modal" }, [element("input", { autofocus: "" })]),
    element("canvas", { rr_dataURL: `${out}/${name}-canvas` }),
    element("div", { id: `target-${name}` }, [text("target")]),
  ];
}

function hostileChanges(
  atMs: number,
  base: number,
  name: string,
  out: string,
  own: string,
): readonly RawEvent[] {
  const run = `top.canary='${name}'`;
  const attributes = [
    {
      id: base + 1,
      attributes: { src: `${out}/${name}-img`, onerror: run, srcset: `${own}/${name}-srcset 1x` },
    },
    {
      id: base + 2,
      attributes: {
        style: {
          "background-image": `url(${out}/${name}-style)`,
          "list-style-image": [`url(${own}/${name}-style2)`, "important"],
        },
      },
    },
    {
      id: 6,
      attributes: {
        onclick: run,
        style: `background:url(${own}/${name}-style3)`,
        background: `${out}/${name}-bg`,
      },
    },
    { id: 5, attributes: { onload: run, onfocus: run, tabindex: "0" } },
  ];
  return [
    incremental(atMs, { source: 0, adds: [], removes: [], texts: [], attributes }),
    incremental(atMs + 10, { source: 2, type: 2, id: 6, x: 5, y: 5 }),
    incremental(atMs + 20, { source: 2, type: 5, id: 5 }),
    incremental(atMs + 30, {
      source: 15,
      id: 1,
      styleIds: [base],
      styles: [
        { styleId: base, rules: [{ rule: `body{background:url(${out}/${name}-adopted)}`, index: 0 }] },
      ],
    }),
    incremental(atMs + 40, {
      source: 8,
      styleId: base,
      adds: [{ rule: `p{background:url(${own}/${name}-rule)}`, index: 0 }],
    }),
    incremental(atMs + 50, {
      source: 8,
      styleId: base,
      replaceSync: `p{background:url(${own}/${name}-replace)}`,
    }),
    incremental(atMs + 60, {
      source: 13,
      styleId: base,
      index: [0],
      set: { property: "background", value: `url(${out}/${name}-declared)` },
    }),
    incremental(atMs + 70, {
      source: 10,
      family: "g",
      fontSource: `url(${out}/${name}-fontface)`,
      buffer: false,
    }),
    incremental(atMs + 80, {
      source: 9,
      id: base + 1,
      type: 0,
      commands: [{ property: "drawImage", args: [`${out}/${name}-draw`] }],
    }),
    { type: 5, timestamp: atMs + 90, data: { tag: "x", payload: run } },
  ];
}

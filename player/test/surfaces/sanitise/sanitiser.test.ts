import { describe, expect, it } from "vitest";
import { CLOSED_POLICY, isScriptUrl, type SanitisePolicy } from "../../../src/surfaces/sanitise/policy.js";
import { Sanitiser } from "../../../src/surfaces/sanitise/sanitiser.js";
import { pageNode } from "../../support/synthetic.js";

type Node = Record<string, unknown>;
let nextId = 100;
const element = (
  tagName: string,
  attributes: Record<string, unknown> = {},
  childNodes: unknown[] = [],
  more: Node = {},
): Node => {
  nextId += 1;
  return { type: 2, id: nextId, tagName, attributes, childNodes, ...more };
};
const text = (textContent: string, more: Node = {}): Node => {
  nextId += 1;
  return { type: 3, id: nextId, textContent, ...more };
};

function snapshot(
  nodes: readonly unknown[],
  policy: SanitisePolicy = CLOSED_POLICY,
  sanitiser = new Sanitiser(policy),
) {
  const event = {
    type: 2,
    timestamp: 1,
    data: { node: pageNode("x", nodes), initialOffset: { left: 0, top: 0 } },
  };
  expect(sanitiser.clean(event)).toBeDefined();
  return sanitiser;
}

function clean(
  tagName: string,
  attributes: Record<string, unknown>,
  policy?: SanitisePolicy,
  more?: Node,
): Node {
  const node = element(tagName, attributes, [], more);
  snapshot([node], policy);
  return node;
}

const mutation = (data: Record<string, unknown>) => ({
  type: 3,
  timestamp: 2,
  data: { source: 0, adds: [], removes: [], texts: [], attributes: [], ...data },
});

describe("elements", () => {
  it.each(["script", "SCRIPT", "svg:script", "base"])("%s becomes something that does nothing", (tagName) => {
    const node = element(tagName, { src: "http://evil.test/x.js", href: "//evil.test" }, [text("alert(1)")]);
    snapshot([node]);
    expect(node.tagName).toBe("noscript");
    expect(node.attributes).toEqual({});
    if (tagName !== "base") expect((node.childNodes as Node[])[0]?.textContent).toBe("");
  });

  it.each([
    [
      "iframe",
      { src: "http://evil.test", srcdoc: "<script>1</script>", sandbox: "allow-scripts", width: "5" },
      { width: "5" },
    ],
    ["object", { data: "http://evil.test", type: "text/html", codebase: "x" }, { type: "text/html" }],
    ["embed", { src: "data:image/svg+xml,x" }, {}],
    ["link", { rel: "prefetch", href: "/v1/me" }, { rel: "prefetch" }],
    ["link", { rel: "stylesheet", href: "http://evil.test/a.css" }, { rel: "stylesheet" }],
    ["link", { rel: "preload", imagesrcset: "a 1x", href: "a" }, { rel: "preload" }],
    ["meta", { "http-equiv": "refresh", content: "0;url=//evil.test" }, { content: "0;url=//evil.test" }],
    ["form", { action: "http://evil.test", method: "post" }, { method: "post" }],
    ["button", { formaction: "javascript:1", type: "submit" }, { type: "submit" }],
    [
      "a",
      { href: "https://shop.example/", ping: "//evil.test", target: "_top" },
      { href: "https://shop.example/" },
    ],
    ["a", { href: " java\nscript:alert(1)" }, {}],
    ["body", { background: "a.png", onload: "alert(1)", ONLOAD: "alert(1)" }, {}],
    [
      "video",
      { src: "a.mp4", poster: "a.png", autoplay: true, controls: true, rr_mediaState: "played" },
      { controls: true },
    ],
    ["source", { srcset: "a.png 1x", type: "image/png" }, { type: "image/png" }],
    ["track", { src: "a.vtt" }, {}],
    ["input", { autofocus: "", value: "x" }, { value: "x" }],
    ["div", { style: "background:url(a.png);color:red" }, { style: 'background:url("data:,");color:red' }],
    ["div", { onclick: "x", "data-x": "javascript:1", title: "url(" }, { title: "reeltime-url(" }],
    ["canvas", { rr_dataURL: "http://evil.test/a.png" }, {}],
    ["img", { rr_dataURL: "data:image/png;base64,AA" }, { rr_dataURL: "data:image/png;base64,AA" }],
  ])("%s %o", (tagName, attributes, kept) => {
    expect(clean(tagName, { ...attributes }).attributes).toEqual(kept);
  });

  it.each([
    ["image", { "xlink:href": "//evil.test/a" }, /^data:image\/svg/],
    ["use", { href: "//evil.test/a.svg#x" }, undefined],
    ["use", { href: "#icon" }, /^#icon$/],
    ["feImage", { href: "//evil.test/a" }, /^data:image\/svg/],
    ["animate", { attributeName: "href", to: "javascript:1" }, undefined],
    ["set", { attributeName: "xlink:href", to: "//evil.test" }, undefined],
  ])("in SVG, %s %o", (tagName, attributes, kept) => {
    const { attributes: left } = clean(tagName, { ...attributes }, undefined, { isSVG: true });
    const value = Object.entries(left as object).find(([name]) => name !== "to")?.[1];
    if (kept === undefined) expect(value).toBeUndefined();
    else expect(value).toMatch(kept);
  });

  it("a picture that is not fetched keeps its place", () => {
    for (const [attributes, size] of [
      [{ src: "http://evil.test/a.png", width: "320", height: "200" }, ["320", "200"]],
      [{ src: "/a.png" }, ["64", "48"]],
      [{ srcset: "a.png 1x" }, ["64", "48"]],
    ] as const) {
      const { src, srcset } = clean("img", { ...attributes }).attributes as { src: string; srcset?: string };
      const svg = decodeURIComponent(src);
      expect(srcset).toBeUndefined();
      expect(svg).toContain(`width='${size[0]}' height='${size[1]}'`);
    }
    const inline = "data:image/png;base64,AAAA";
    expect(clean("img", { src: inline }).attributes).toEqual({ src: inline });
  });

  it("inlined stylesheets and styles are scrubbed as CSS, other text is not", () => {
    const style = element("style", {}, [text("a{background:url(x)}", { isStyle: true })]);
    const link = element("link", { rel: "stylesheet", _cssText: "a{background:url(x)}" });
    const words = element("p", {}, [text("write url(x) here")]);
    snapshot([style, link, words]);
    expect((style.childNodes as Node[])[0]?.textContent).toBe('/**/a{background:url("data:,")}');
    expect((link.attributes as Node)._cssText).toBe('a{background:url("data:,")}');
    expect((words.childNodes as Node[])[0]?.textContent).toBe("write url(x) here");
  });

  it("the operator lets images and stylesheets pass, and nothing else", () => {
    const policy = { allowRemote: true, ownOrigin: "https://replay.example" };
    expect(clean("img", { src: "https://cdn.example/a.png" }, policy).attributes).toEqual({
      src: "https://cdn.example/a.png",
    });
    expect((clean("img", { src: "https://replay.example/v1/me" }, policy).attributes as Node).src).toMatch(
      /^data:/,
    );
    expect(
      clean("link", { rel: "stylesheet", href: "https://cdn.example/a.css" }, policy).attributes,
    ).toHaveProperty("href");
    expect(
      clean("link", { rel: "prefetch", href: "https://cdn.example/a" }, policy).attributes,
    ).not.toHaveProperty("href");
    expect(clean("iframe", { src: "https://cdn.example/" }, policy).attributes).toEqual({});
    expect(clean("script", { src: "https://cdn.example/a.js" }, policy).tagName).toBe("noscript");
    expect(clean("a", { href: "javascript:1" }, policy).attributes).toEqual({});
  });

  it("a tree as deep as a stack is not a problem", () => {
    let node = element("img", { src: "http://evil.test/" });
    const deepest = node;
    for (let depth = 0; depth < 50_000; depth++) node = element("div", {}, [node]);
    snapshot([node]);
    expect((deepest.attributes as Node).src).toMatch(/^data:/);
  });

  it("what is no node is left out", () => {
    const node = element("", {}, [null, 5, { type: 9 }, { type: 2 }, text("x")] as unknown[]);
    snapshot([node, "nonsense"]);
    expect(node.tagName).toBe("reeltime-unknown");
    expect((node.childNodes as Node[]).map(({ type }) => type)).toEqual([5, 2, 3]);
  });
});

describe("changes", () => {
  it("attributes follow the rules of their element", () => {
    const img = element("img", {});
    const link = element("a", {});
    const sanitiser = snapshot([img, link]);
    const attributes = [
      { id: img.id, attributes: { src: "http://evil.test/a", onerror: "alert(1)", alt: "x" } as Node },
      { id: link.id, attributes: { href: "https://shop.example/", target: "_top" } as Node },
      {
        id: 6,
        attributes: {
          src: "x",
          href: "x",
          style: { background: "url(x)", color: ["url(x)", "important"], top: false },
          class: null,
        } as Node,
      },
    ];
    sanitiser.clean(mutation({ attributes }));
    expect(attributes[0]?.attributes.src).toMatch(/^data:image/);
    expect(attributes[0]?.attributes).not.toHaveProperty("onerror");
    expect(attributes[1]?.attributes).toEqual({ href: "https://shop.example/" });
    expect(attributes[2]?.attributes).toEqual({
      style: { background: 'url("data:,")', color: ['url("data:,")', "important"], top: false },
      class: null,
    });
  });

  it("attributes of animations and frames follow theirs when they change too", () => {
    const animation = element("set", {}, [], { isSVG: true });
    const frame = element("iframe", {});
    const sanitiser = snapshot([animation, frame]);
    const attributes = [
      { id: animation.id, attributes: { attributeName: "href", begin: "0s" } as Node },
      { id: frame.id, attributes: { src: "data:image/svg+xml,x" } as Node },
    ];
    sanitiser.clean(mutation({ attributes }));
    expect(attributes.map((change) => change.attributes)).toEqual([{ begin: "0s" }, {}]);
  });

  it("added nodes are cleaned, and text that joins a style is CSS", () => {
    const style = element("style", {}, []);
    const sanitiser = snapshot([style]);
    const joined = text("a{background:url(x)}");
    const added = element("img", { src: "x", onload: "1" });
    sanitiser.clean(
      mutation({
        adds: [
          { parentId: style.id, nextId: null, node: joined },
          { parentId: 5, node: added },
        ],
      }),
    );
    expect(joined.textContent).toBe('/**/a{background:url("data:,")}');
    expect(Object.keys(added.attributes as Node)).toEqual(["src"]);
    const texts = [
      { id: joined.id, value: "@import 'x';" },
      { id: 7, value: "@import 'x';" },
    ];
    sanitiser.clean(mutation({ texts }));
    expect(texts.map(({ value }) => value)).toEqual(["@reeltime-import 'x';", "@import 'x';"]);
  });

  it.each([
    [
      { source: 8, id: 1, adds: [{ rule: "a{b:url(x)}", index: 0 }], replace: "@import 'x';" },
      (data: Node) => [data.adds, data.replace],
      [[{ rule: 'a{b:url("data:,")}', index: 0 }], "@reeltime-import 'x';"],
    ],
    [
      { source: 13, id: 1, index: [0], set: { property: "cursor", value: "url(x)" } },
      (data: Node) => data.set,
      { property: "cursor", value: 'url("data:,")' },
    ],
    [
      { source: 15, id: 1, styleIds: [1], styles: [{ styleId: 1, rules: [{ rule: "a{b:url(x)}" }] }] },
      (data: Node) => data.styles,
      [{ styleId: 1, rules: [{ rule: 'a{b:url("data:,")}' }] }],
    ],
  ])("style changes are scrubbed: %o", (data, pick, expected) => {
    const sanitiser = snapshot([]);
    const kept = sanitiser.clean({ type: 3, timestamp: 2, data });
    expect(pick(kept?.data as Node)).toEqual(expected);
  });

  it("fonts, canvases and media are not played", () => {
    const sanitiser = snapshot([]);
    for (const source of [7, 9, 10]) {
      expect(
        sanitiser.clean({ type: 3, timestamp: 2, data: { source, fontSource: "url(x)" } }),
      ).toBeUndefined();
    }
    expect(sanitiser.refused).toBe(0);
  });

  it("what has no shape to play is refused and counted", () => {
    const sanitiser = snapshot([]);
    for (const [type, data] of [
      [4, { width: "x", height: 1 }],
      [4, { width: 1e9, height: 1 }],
      [2, {}],
      [2, { node: { type: 3 } }],
      [3, { source: "x" }],
      [3, { source: 13 }],
      [3, { source: 15 }],
    ] as const) {
      expect(sanitiser.clean({ type, timestamp: 1, data })).toBeUndefined();
    }
    expect(sanitiser.refused).toBe(7);
  });
});

it.each([
  ["javascript:alert(1)", true],
  [" \u0001java\tscr\nipt:alert(1)", true],
  [`${" ".repeat(100_000)}javascript:alert(1)`, true],
  ["VBScript:x", true],
  ["data:text/html,<script>", true],
  ["https://shop.example/javascript:", false],
  ["note: javascript", false],
  ["data:image/png;base64,AA", false],
])("%.40s is code: %s", (value, code) => {
  expect(isScriptUrl(value)).toBe(code);
});

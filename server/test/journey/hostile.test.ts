import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  encodeFrame,
  encodeUpload,
  type OpenResponse,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { replayedText } from "./dom.js";
import { Reeltime, until } from "./reeltime.js";

type Node = Record<string, unknown>;

let nextId = 1;
const text = (textContent: string, isStyle = false): Node => ({
  type: 3,
  textContent,
  isStyle,
  id: nextId++,
});
const element = (
  tagName: string,
  attributes: Record<string, unknown>,
  childNodes: readonly Node[] = [],
  isSVG = false,
): Node => ({
  type: 2,
  tagName,
  attributes,
  childNodes,
  id: nextId++,
  ...(isSVG ? { isSVG: true } : {}),
});

/** How rrweb says that a tree is added: each node by itself, below its parent. */
const adds = (parentId: unknown, node: Node): readonly Node[] => [
  { parentId, nextId: null, node: "childNodes" in node ? { ...node, childNodes: [] } : node },
  ...((node.childNodes ?? []) as readonly Node[]).flatMap((child) => adds(node.id, child)),
];

/** Everything a recording could try, each with an address of its own at the given host. */
function hostileNodes(host: string): readonly Node[] {
  const at = (name: string): string => `${host}/${name}`;
  const canary = (name: string): string =>
    `(window.top.__ran = (window.top.__ran || [])).push('${name}'); fetch('${at(`script-${name}`)}')`;
  return [
    element("script", {}, [text(canary("script"))]),
    element("script", { src: at("script.js") }),
    element("img", { src: at("img.png"), srcset: `${at("img2.png")} 2x`, onerror: canary("onerror") }),
    element("img", { src: "x", onerror: canary("onerror-relative"), onload: canary("onload") }),
    element("a", { href: `java\tscript:${canary("href")}` }, [text("link")]),
    element("a", { href: at("link"), ping: at("ping") }, [text("link")]),
    element("iframe", { src: at("frame.html") }),
    element("iframe", { srcdoc: `<script>${canary("srcdoc")}</script><img src="${at("srcdoc.png")}">` }),
    element("iframe", { src: `javascript:${canary("iframe")}` }),
    element("object", { data: at("object") }),
    element("embed", { src: at("embed") }),
    element("video", { src: at("video.mp4"), poster: at("poster.png"), autoplay: "" }),
    element("audio", { src: at("audio.mp3"), autoplay: "" }),
    element("input", { type: "image", src: at("input.png") }),
    element("form", { action: at("form") }, [
      element("button", { formaction: at("formaction") }, [text("go")]),
    ]),
    element("div", { style: `background:url(${at("style-url.png")});list-style:url("${at("list.png")}")` }, [
      text("styled"),
    ]),
    element("style", {}, [
      text(
        `@import url(${at("import.css")}); @import "${at("import2.css")}"; body{background:image-set(url(${at("set.png")}) 1x)} @font-face{font-family:x;src:url(${at("font.woff2")})} h1{font-family:x;cursor:u\\72l(${at("escaped.png")}),auto}`,
        true,
      ),
    ]),
    element(
      "svg",
      {},
      [
        element("image", { href: at("svg.png"), "xlink:href": at("svg2.png") }, [], true),
        element("use", { href: `${at("use.svg")}#a` }, [], true),
      ],
      true,
    ),
    element("table", { background: at("table.png") }),
    element("custom-thing", { onclick: canary("custom"), src: at("custom") }),
    element("details", { open: "", ontoggle: canary("toggle") }),
  ];
}

function headNodes(host: string): readonly Node[] {
  const at = (name: string): string => `${host}/${name}`;
  const link = (rel: string, name: string, more: object = {}): Node =>
    element("link", { rel, href: at(name), ...more });
  return [
    element("base", { href: `${host}/base/` }),
    element("meta", { "http-equiv": "refresh", content: `0;url=${at("refresh")}` }),
    link("stylesheet", "sheet.css"),
    link("prefetch", "prefetch"),
    link("preload", "preload.js", { as: "script" }),
    link("modulepreload", "module.js"),
    link("dns-prefetch", "dns"),
    link("preconnect", "preconnect"),
    link("prerender", "prerender"),
    link("icon", "icon.png"),
    link("manifest", "manifest.json"),
    element("link", {
      rel: "stylesheet",
      _cssText: `@import url(${at("csstext.css")}); p{background:url(${at("csstext.png")})}`,
    }),
  ];
}

function hostileEvents(hosts: readonly string[], startMs: number): readonly unknown[] {
  nextId = 1;
  const body = element("body", { onload: "window.top.__ran=['onload']" }, [
    element("h1", { id: "title" }, [text("Hostile")]),
    ...hosts.flatMap(hostileNodes),
  ]);
  const bodyId = body.id;
  const html = element("html", {}, [element("head", {}, hosts.flatMap(headNodes)), body]);
  const document = { type: 0, childNodes: [html], id: nextId++ };
  const later = hosts.flatMap((host) => [...hostileNodes(host), ...headNodes(host)]);
  const changed = element("p", { id: "late" }, [text("later")]);
  return [
    { type: 4, data: { href: "https://evil.example/", width: 800, height: 600 }, timestamp: startMs },
    { type: 2, data: { node: document, initialOffset: { top: 0, left: 0 } }, timestamp: startMs + 10 },
    {
      type: 3,
      data: {
        source: 0,
        texts: [],
        attributes: hosts.flatMap((host) => [
          {
            id: bodyId,
            attributes: {
              onclick: "window.top.__ran=['attr']",
              style: { background: `url(${host}/mutated.png)` },
            },
          },
        ]),
        removes: [],
        adds: [...later, changed].flatMap((node) => adds(bodyId, node)),
      },
      timestamp: startMs + 500,
    },
    ...hosts.map((host, index) => ({
      type: 3,
      data: {
        source: 15,
        id: 1,
        styleIds: [],
        styles: [
          { styleId: index + 1, rules: [{ rule: `p{background:url(${host}/adopted.png)}`, index: 0 }] },
        ],
      },
      timestamp: startMs + 600,
    })),
    { type: 3, data: { source: 2, type: 2, id: bodyId, x: 5, y: 5 }, timestamp: startMs + 1500 },
  ];
}

describe("a hostile recording", () => {
  let reeltime: Reeltime;
  let browser: Browser;
  let outside: Server;
  let asked: string[];

  beforeAll(async () => {
    asked = [];
    outside = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.setHeader("access-control-allow-origin", "*");
      response.end("");
    });
    await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
    reeltime = await new Reeltime().start();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    outside?.close();
    await reeltime?.stop();
  });

  it("runs nothing and requests nothing, neither outside nor at our own origin", async () => {
    const post = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
      fetch(reeltime.origin + path, { method: "POST", body, headers: { "content-type": "text/plain" } });
    const open = {
      key: reeltime.projectKey,
      sentAtMs: Date.now(),
      client: { sdk: "test/1", url: "https://evil.example/" },
    };
    const opened = (await (await post("/v1/sessions", JSON.stringify(open))).json()) as OpenResponse;
    const elsewhere = `http://evil.localhost:${(outside.address() as AddressInfo).port}/outside`;
    const own = `${reeltime.origin}/planted`;
    const startMs = Date.now();
    const events = hostileEvents([elsewhere, own, ""], startMs);
    const body = new TextEncoder().encode(JSON.stringify(events));
    const frame = encodeFrame({
      writer: "hostile-writer" as WriterId,
      number: 0,
      window: "hostile-window" as WindowId,
      kind: "dom",
      firstMs: startMs,
      lastMs: startMs + 1500,
      inputMs: startMs + 1500,
      checkout: true,
      codec: "json",
      keyId: undefined,
      events: events.length,
      rawBytes: body.length,
      facts: [
        { type: "click", atMs: startMs + 100, text: `<img src=x onerror="window.top.__ran=['fact']">` },
      ],
      lost: undefined,
      body,
    });
    // Nothing is from the future: the frame is sent once its last event is past.
    await until(() => Date.now() > startMs + 1500, "the end of the recording");
    const upload = encodeUpload({ token: opened.token, sentAtMs: Date.now(), frames: [frame] });
    expect((await post(`/v1/sessions/${opened.sessionId}/stop`, upload)).status).toBe(200);

    const viewer = await (await browser.newContext()).newPage();
    await viewer.goto(reeltime.signInUrl);
    const requests: string[] = [];
    viewer.context().on("request", (request) => requests.push(request.url()));
    await viewer.goto(`${reeltime.origin}/sessions/${opened.sessionId}?t=0`);
    await until(async () => (await replayedText(viewer, "#title")) === "Hostile", "the snapshot");
    await until(async () => (await replayedText(viewer, "#late")) === "later", "the mutation");
    await viewer.waitForTimeout(2500);

    expect(await viewer.evaluate(() => (window as unknown as { __ran?: string[] }).__ran ?? [])).toEqual([]);
    expect(asked).toEqual([]);
    const expected = /\/(sessions\/|assets\/|v1\/(sessions|live|projects|me)|favicon)/;
    expect(
      requests.filter((url) => !url.startsWith("data:") && !url.startsWith("blob:") && !expected.test(url)),
    ).toEqual([]);
    expect(requests.filter((url) => url.includes("planted") || url.includes("outside"))).toEqual([]);
  });
});

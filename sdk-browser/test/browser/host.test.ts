import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { PRIVATE_PROPERTIES } from "../../../scripts/build-sdk.mjs";
import { patchedRrweb, RRWEB_PRIVATE_PROPERTIES } from "../../../scripts/patch-rrweb.mjs";
import { stage, useStage } from "./stage.js";

useStage();

async function records(path = "/"): Promise<void> {
  const page = await stage.open(await stage.visitor(), path);
  await stage.recording();
  await page.evaluate(() => document.body.append("and it goes on"));
  await stage.stored("and it goes on");
  await page.close({ runBeforeUnload: true });
  expect(stage.errors).toEqual([]);
}

describe("a page with a strict policy", () => {
  it("is recorded under script-src and connect-src of the collector alone, without workers or blobs", async () => {
    const { origin } = stage.collector;
    stage.site.headers = {
      "content-security-policy": `default-src 'none'; script-src 'unsafe-inline' ${origin}; connect-src ${origin}`,
    };
    stage.site.head = `<script>window.blocked = []; addEventListener("securitypolicyviolation", (event) => blocked.push(event.violatedDirective))</script>`;
    await records();
    expect(stage.collector.requests.some(({ method }) => method === "OPTIONS")).toBe(false);
    expect(
      new Set(stage.collector.requests.filter(({ method }) => method === "POST").map(({ type }) => type)),
    ).toEqual(new Set(["text/plain"]));
  });
});

describe("a hostile page", () => {
  for (const [what, script] of [
    [
      "has frozen prototypes",
      "for (const one of [Object, Array, Function, Promise, Map, Node, Element, History, Console]) one && Object.freeze(one.prototype); Object.freeze(console); Object.freeze(history)"
        .replace("Console, ", "")
        .replace(", Console", ""),
    ],
    [
      "patches fetch and timers to throw when its own code calls them late",
      "for (const name of ['requestIdleCallback', 'queueMicrotask']) window[name] = () => { throw new Error('patched') }",
    ],
    [
      "patches JSON.stringify to add spaces",
      "const json = JSON.stringify; JSON.stringify = (value) => json(value, null, 1)",
    ],
    [
      "wraps the globals as zones do",
      `window.Zone = { __symbol__: (name) => '__zone_symbol__' + name };
      for (const name of ['setTimeout', 'clearTimeout', 'fetch', 'MutationObserver']) { window['__zone_symbol__' + name] = window[name]; }
      window.zoned = 0; const timer = window.setTimeout; window.setTimeout = (...args) => { zoned++; return timer(...args) }`,
    ],
    [
      "adds enumerable names to Object.prototype and Array.prototype",
      "Object.prototype.extra = () => 1; Array.prototype.extra = () => 2",
    ],
    ["makes history and console throw", "history.pushState = () => { throw new Error('no') }"],
    [
      "has a global called Reeltime and one called record",
      "window.Reeltime = null; window.record = undefined",
    ],
  ] as const) {
    it(`that ${what} is recorded and sees no error`, async () => {
      stage.site.head = `<script>${script}</script>`;
      await records();
    });
  }

  it("whose JSON.stringify throws sees no error, and nothing is sent of it", async () => {
    stage.site.head = "<script>JSON.stringify = () => { throw new Error('no') }</script>";
    const page = await stage.open(await stage.visitor());
    await page.waitForFunction(() => (window as { reeltime?: { ready?: boolean } }).reeltime?.ready);
    await page.evaluate(() => {
      document.body.append("x");
      history.pushState({}, "", "/y");
      return new Promise((resolve) => setTimeout(resolve, 300));
    });
    expect(stage.errors).toEqual([]);
    expect(stage.collector.frames).toEqual([]);
  });

  it("gets its own results and errors through what we wrap, and its methods back after stop", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const seen = await page.evaluate(() => {
      const wrapped = history.pushState.name !== "pushState";
      let error = "";
      try {
        history.pushState(() => {}, "", "/x");
      } catch (thrown) {
        error = (thrown as Error).name;
      }
      (window as unknown as { reeltime: (name: string) => void }).reeltime("stop");
      return {
        wrapped,
        error,
        after: [history.pushState.name, history.replaceState.name, console.error.name],
      };
    });
    expect(seen).toEqual({
      wrapped: true,
      error: "DataCloneError",
      after: ["pushState", "replaceState", "error"],
    });
  });

  it("that answers our requests with nonsense sees no error", async () => {
    stage.collector.fault = () => ({ status: 200 });
    const page = await stage.open(await stage.visitor());
    await stage.collector.until("a request", () => stage.collector.bodies.length > 0);
    await page.evaluate(() => {
      document.body.append("x");
      return new Promise((resolve) => setTimeout(resolve, 500));
    });
    expect(stage.errors).toEqual([]);
  });
});

describe("a heavy page", () => {
  it("of more than 8 MB of snapshot arrives whole", async () => {
    stage.site.body = () =>
      Array.from(
        { length: 30_000 },
        (_, row) =>
          `<div class="row cell-${row}" data-row="${row}"><span>cell ${row} ${"lorem ipsum ".repeat(14)}</span></div>`,
      ).join("");
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const checkout = stage.collector.frames.find((frame) => frame.checkout);
    expect(checkout?.rawBytes).toBeGreaterThan(8_000_000);
    await page.evaluate(() => document.body.append("after the heavy one"));
    await stage.stored("after the heavy one");
    expect(stage.errors).toEqual([]);
  });

  it("pays for checkouts by bytes: none while little happens, one when much did", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const write = (text: string, times: number): Promise<void> =>
      page.evaluate(
        async ([words, count]) => {
          for (let time = 0; time < count; time++) {
            const node = document.createElement("p");
            node.textContent = words;
            document.body.append(node);
            await new Promise((resolve) => setTimeout(resolve, 5));
            node.remove();
          }
        },
        [text, times] as const,
      );
    await write("a little", 20);
    await page.evaluate(() => document.body.append("little happened"));
    await stage.stored("little happened");
    expect(stage.collector.frames.filter(({ checkout }) => checkout)).toHaveLength(1);
    await write("much ".repeat(3000), 40);
    await stage.recording(2);
    const raw = stage.collector.frames
      .filter(({ checkout }) => !checkout)
      .reduce((sum, frame) => sum + frame.rawBytes, 0);
    expect(raw).toBeGreaterThan(256 * 1024);
  });
});

describe("the snippet's script", () => {
  it("shortens no name that a browser object has", async () => {
    const page = await stage.open(await stage.visitor());
    const taken = await page.evaluate(
      (names) => {
        const found = new Set<string>();
        for (const name of Object.getOwnPropertyNames(window)) {
          try {
            const value = (window as unknown as Record<string, unknown>)[name] as {
              prototype?: object;
            } | null;
            for (const owner of [value, value?.prototype]) {
              if (
                owner &&
                (typeof owner === "object" || typeof owner === "function") &&
                owner !== (window as object)
              ) {
                for (const own of Object.getOwnPropertyNames(owner)) found.add(own);
              }
            }
          } catch {
            // A getter that needs a receiver of its own.
          }
        }
        return names.filter((name) => found.has(name));
      },
      [...PRIVATE_PROPERTIES, ...RRWEB_PRIVATE_PROPERTIES],
    );
    expect(taken).toEqual([]);
  });

  it("records with the cut rrweb what the stock one records", async () => {
    const stock = createRequire(import.meta.url)
      .resolve("rrweb")
      .replace(/rrweb\.cjs$/, "rrweb.js");
    const script = async (rrweb: string, shorten?: readonly string[]): Promise<string> => {
      const { outputFiles } = await build({
        stdin: {
          contents: rrweb.replace(/^export \{.*$/m, "window.record = record;"),
          loader: shorten ? "ts" : "js",
        },
        tsconfigRaw: { compilerOptions: { target: "ES2022", useDefineForClassFields: false } },
        ...(shorten && { mangleProps: new RegExp(`^(${shorten.join("|")})$`) }),
        bundle: true,
        minify: true,
        format: "iife",
        target: "es2022",
        write: false,
      });
      return outputFiles[0]?.text ?? "";
    };
    const context = await stage.visitor();
    const events = async (source: string): Promise<unknown> => {
      const page = await context.newPage();
      await page.setContent(`<!doctype html><style>@media (max-device-width: 9px) { p { color: red } } p:hover { color: blue }</style>
        <div id="host"></div><p id="p">text</p><input id="i" value="v"><select><option>a<option>b</select>
        <textarea>t</textarea><canvas width=9 height=9></canvas><svg><circle r=3 /></svg><iframe srcdoc="<b>in</b>"></iframe>
        <div style="height:3000px">tall</div><video></video><p class="rr-mask">m</p><p class="rr-block">b</p>`);
      await page.evaluate(source);
      await page.evaluate(async () => {
        const w = window as unknown as { record: (options: object) => () => void; seen: unknown[] };
        w.seen = [];
        const stop = w.record({
          emit: (event: unknown) => w.seen.push(event),
          recordCanvas: true,
          collectFonts: true,
          maskAllInputs: true,
        });
        const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
        await pause();
        const shadow = (document.getElementById("host") as HTMLElement).attachShadow({ mode: "open" });
        shadow.innerHTML = "<i>shadow</i><style>i { color: green }</style>";
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("p { margin: 1px }");
        document.adoptedStyleSheets = [sheet];
        await pause();
        sheet.insertRule("b { top: 0 }");
        (document.styleSheets[0] as CSSStyleSheet).insertRule("u { left: 0 }");
        ((document.styleSheets[0] as CSSStyleSheet).cssRules[0] as CSSStyleRule).style?.setProperty(
          "top",
          "1px",
        );
        const p = document.getElementById("p") as HTMLElement;
        p.setAttribute("data-x", "1");
        p.style.color = "red";
        p.textContent = "changed";
        p.after(document.createElement("hr"));
        const input = document.getElementById("i") as HTMLInputElement;
        input.value = "new";
        input.dispatchEvent(new Event("input", { bubbles: true }));
        document.querySelector("canvas")?.getContext("2d")?.fillRect(0, 0, 3, 3);
        document.querySelector("video")?.dispatchEvent(new Event("play"));
        p.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, clientX: 4, clientY: 5 }));
        p.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: 4, clientY: 5 }));
        scrollTo(0, 500);
        await pause();
        await new Promise((resolve) => setTimeout(resolve, 600));
        stop();
      });
      const seen = await page.evaluate(() => JSON.stringify((window as unknown as { seen: unknown[] }).seen));
      await page.close();
      return JSON.parse(
        seen.replace(/"(timestamp|timeOffset)":-?\d+/g, '"$1":0').replace(/"href":"[^"]*"/g, '"href":""'),
      );
    };
    const [cut, whole] = [
      await script(await patchedRrweb(), RRWEB_PRIVATE_PROPERTIES),
      await script(await readFile(stock, "utf8")),
    ];
    const [a, b] = [(await events(cut)) as { type: number }[], (await events(whole)) as { type: number }[]];
    expect(a).toEqual(b);
    expect(new Set(b.map(({ type }) => type))).toEqual(new Set([2, 3, 4]));
    expect(b.length).toBeGreaterThan(10);
    expect(cut.length).toBeLessThan(whole.length / 2);
  });
});

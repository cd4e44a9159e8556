import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { snippetBundle } from "../../../scripts/build-sdk.mjs";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { type Collector, type StoredFrame, startCollector } from "../collector.js";

/** A customer's site on another origin than the collector, a browser, and what went wrong in its pages. */
export interface Stage {
  readonly collector: Collector;
  readonly origin: string;
  readonly browser: Browser;
  /** Errors that reached a page, and warnings of ours. */
  readonly errors: string[];
  readonly warnings: string[];
  /** What the site answers: a body by path, and headers for all. */
  readonly site: {
    body: (path: string) => string;
    headers: Record<string, string>;
    init: object;
    head: string;
  };
  /** A visitor with storage of their own. */
  visitor(): Promise<BrowserContext>;
  /** Opens a page of the site. */
  open(context: BrowserContext, path?: string): Promise<Page>;
  /** Waits until a checkout of this many windows is stored. */
  recording(checkouts?: number): Promise<void>;
  /** The first frame that is stored and holds a text. */
  holds(text: string): StoredFrame | undefined;
  /** Waits until a text is stored. */
  stored(text: string): Promise<void>;
  /** Fails unless each writer's numbers go up by one from 0: the collector would have said so, but so that a test can fail. */
  expectWhole(): void;
  /** Closes all visitors' pages and forgets what the collector was told, and the faults. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Everything that was ever sent, inflated: where a secret may not be. */
export function everythingSent({ frames, bodies, opened }: Collector): string {
  return [
    JSON.stringify(opened),
    ...frames.map(({ facts, list }) => JSON.stringify([facts, list])),
    ...bodies.map((body) => body.toString("latin1")),
  ].join("\n");
}

/** The stage of the file that runs. */
export let stage: Stage;

/** Sets the stage for all tests of a file, and clears it for each. */
export function useStage(): void {
  beforeAll(async () => {
    stage = await setStage();
  });
  afterAll(() => stage?.stop());
  beforeEach(() => stage.reset());
}

/** Builds the snippet's script and sets the stage. */
export async function setStage(): Promise<Stage> {
  const [script, collector, browser] = await Promise.all([
    snippetBundle(),
    startCollector(),
    launchChromium(),
  ]);
  collector.script = script;
  const site: Stage["site"] = { body: () => "", headers: {}, init: {}, head: "" };
  const server = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    for (const [name, value] of Object.entries(site.headers)) response.setHeader(name, value);
    const init = JSON.stringify({ projectKey: "pk_test", apiHost: collector.origin, ...site.init });
    response.end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${request.url}</title>${site.head}
<script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,"${collector.origin}");
  reeltime("init", ${init});
</script></head><body>${site.body(request.url ?? "")}</body></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://shop.localhost:${(server.address() as AddressInfo).port}`;
  const contexts: BrowserContext[] = [];
  const made: Stage = {
    collector,
    origin,
    browser,
    errors: [],
    warnings: [],
    site,
    visitor: async () => {
      const context = await browser.newContext();
      contexts.push(context);
      return context;
    },
    open: async (context, path = "/") => {
      const page = await context.newPage();
      page.on("pageerror", (error) => made.errors.push(String(error)));
      page.on("console", (message) => {
        if (message.text().includes("Reeltime")) made.warnings.push(message.text());
      });
      await page.goto(origin + path);
      return page;
    },
    recording: (checkouts = 1) =>
      collector.until(
        `${checkouts} checkouts`,
        () => collector.frames.filter(({ checkout }) => checkout).length >= checkouts,
      ),
    holds: (text) => collector.frames.find(({ list }) => JSON.stringify(list).includes(text)),
    stored: (text) => collector.until(`"${text}" is stored`, () => made.holds(text) !== undefined),
    expectWhole: () => {
      const last = new Map<string, number>();
      for (const { writer, number } of collector.frames) {
        expect(number).toBe((last.get(writer) ?? -1) + 1);
        last.set(writer, number);
      }
    },
    reset: async () => {
      // First, since a page that finds its session gone opens another.
      const closing = Promise.all(contexts.splice(0).map((context) => context.close()));
      // Now and then Chromium does not answer for a page that is just being left.
      await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 3000))]);
      for (const list of [collector.frames, collector.opened, collector.bodies, collector.requests])
        list.length = 0;
      collector.closed.clear();
      Object.assign(collector, { fault: undefined, ack: {} });
      Object.assign(site, { body: () => "", headers: {}, init: {}, head: "" });
      made.errors.length = 0;
      made.warnings.length = 0;
    },
    stop: async () => {
      await browser.close();
      await collector.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return made;
}

/** What a page may call. */
export type Reeltime = (name: string, ...args: readonly unknown[]) => unknown;

/** Calls the recorder as a page does; resolves with what it returns. */
export const call = (page: Page, name: string, ...args: readonly unknown[]): Promise<unknown> =>
  page.evaluate(
    ([command, rest]) => (window as unknown as { reeltime: Reeltime }).reeltime(command, ...rest),
    [name, args] as const,
  );

/** A page changes: a text comes to its end. */
export const write = (page: Page, text: string): Promise<void> =>
  page.evaluate((words) => document.body.append(words), text);

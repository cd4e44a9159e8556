import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { StoredFrame } from "../collector.js";
import { type Reeltime, type Stage, setStage } from "./stage.js";

let stage: Stage;
beforeAll(async () => {
  stage = await setStage();
});
afterAll(() => stage.stop());
beforeEach(() => stage.reset());

const call = (page: Page, name: string, ...args: readonly unknown[]): Promise<unknown> =>
  page.evaluate(
    ([command, rest]) => (window as unknown as { reeltime: Reeltime }).reeltime(command, ...rest),
    [name, args] as const,
  );
const write = (page: Page, text: string): Promise<void> =>
  page.evaluate((words) => document.body.append(words), text);
const holds = (text: string): StoredFrame | undefined =>
  stage.collector.frames.find(({ list }) => JSON.stringify(list).includes(text));
const stored = (text: string): Promise<void> =>
  stage.collector.until(`"${text}" is stored`, () => holds(text) !== undefined);

/** Numbers of each writer go up by one from 0: the collector would have said so, but so that this test can fail. */
function expectWhole(): void {
  const last = new Map<string, number>();
  for (const { writer, number } of stage.collector.frames) {
    expect(number).toBe((last.get(writer) ?? -1) + 1);
    last.set(writer, number);
  }
}

describe("a visit", () => {
  it("is one session across reloads, page loads and tabs, and a window is a tab", async () => {
    const context = await stage.visitor();
    const page = await stage.open(context);
    await stage.recording();
    await page.reload();
    await stage.recording(2);
    await page.goto(`${stage.origin}/second`);
    await stage.recording(3);
    const other = await stage.open(context, "/other");
    await stage.recording(4);
    await write(other, "in the other tab");
    await stored("in the other tab");
    const { opened, frames } = stage.collector;
    expect(opened).toHaveLength(1);
    const checkouts = frames.filter(({ checkout }) => checkout);
    const [first, second, third, fourth] = checkouts.map(({ window }) => window);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
    expect(new Set(checkouts.map(({ writer }) => writer)).size).toBe(4);
    expectWhole();
  });

  it("is one session when two tabs open it at the same moment", async () => {
    const context = await stage.visitor();
    await Promise.all([stage.open(context, "/a"), stage.open(context, "/b")]);
    await stage.recording(2);
    expect(stage.collector.opened).toHaveLength(1);
  });

  it("gives a duplicated tab a window of its own", async () => {
    const context = await stage.visitor();
    const page = await stage.open(context);
    await stage.recording();
    // A tab that another opens gets a copy of its sessionStorage, as a duplicate does.
    await page.evaluate(() => void window.open("/copy"));
    await stage.recording(2);
    const [one, two] = stage.collector.frames.filter(({ checkout }) => checkout).map(({ window }) => window);
    expect(one).not.toBe(two);
    await page.reload();
    await stage.recording(3);
    expect(stage.collector.frames.filter(({ checkout }) => checkout).at(-1)?.window).toBe(one);
  });

  it("begins each checkout with a frame of its own: Meta, then the full snapshot", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    stage.collector.ack = { checkout: stage.collector.frames.map(({ window }) => window) };
    await write(page, "asks for a checkout");
    await stage.recording(2);
    for (const { list, checkout } of stage.collector.frames) {
      expect(
        list
          .slice(0, 2)
          .map(({ type }) => type)
          .join() === "4,2",
      ).toBe(checkout);
    }
  });

  it("tells the page its session", async () => {
    stage.site.head =
      "<script>addEventListener('reeltime:session', (event) => { window.told = event.detail })</script>";
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const [opened] = stage.collector.opened;
    const url = `http://watch/${opened?.sessionId}`;
    expect(await page.evaluate(() => (window as { told?: unknown }).told)).toEqual({
      sessionId: opened?.sessionId,
      url,
    });
    expect(await call(page, "getSessionUrl")).toBe(url);
    expect(await call(page, "getSessionId")).toBe(opened?.sessionId);
    const later = page.evaluate(
      () =>
        new Promise((resolve) =>
          (window as unknown as { reeltime: Reeltime }).reeltime("getSessionUrl", resolve),
        ),
    );
    expect(await later).toBe(url);
  });
});

describe("facts", () => {
  it("say where the visitor went, who they are, what the page reports and what broke", async () => {
    stage.site.head =
      "<script>function breakIt() { setTimeout(() => { throw new Error('thrown') }) }</script>";
    stage.site.init = { user: { id: "u-1", name: "Ada", admin: true } };
    const page = await stage.open(await stage.visitor(), "/first?plan=team");
    await stage.recording();
    await page.evaluate(() => {
      history.pushState({}, "", "/about");
      document.title = "About";
    });
    await call(page, "event", "paid", { amount: 12.5, currency: "EUR", nested: { a: 1 } });
    await page.evaluate(() => {
      console.error("went wrong", { code: 7 }, new TypeError("bad"));
      (window as unknown as { breakIt: () => void }).breakIt();
      void Promise.reject(new Error("rejected"));
    });
    const facts = (): StoredFrame["facts"] => stage.collector.frames.flatMap((frame) => frame.facts);
    await stage.collector.until("both errors and the address", () =>
      ["thrown", "rejected", "/about"].every((text) => facts().some((fact) => fact.text.includes(text))),
    );
    const of = (type: string): readonly unknown[] => facts().filter((fact) => fact.type === type);
    expect(of("identify")).toMatchObject([{ text: "u-1", detail: { name: "Ada", admin: true } }]);
    expect(of("custom")).toMatchObject([
      { text: "paid", detail: { amount: 12.5, currency: "EUR", nested: '{"a":1}' } },
    ]);
    expect(of("navigation")).toMatchObject([
      { text: `${stage.origin}/first?plan=team`, detail: { title: "/first?plan=team" } },
      { text: `${stage.origin}/about`, detail: { title: "About" } },
    ]);
    expect(of("console")).toMatchObject([{ text: 'went wrong {"code":7} TypeError: bad' }]);
    expect(of("error")).toHaveLength(2);
    expect(of("error")).toContainEqual(
      expect.objectContaining({
        text: "Error: rejected",
        detail: { stack: expect.stringContaining("rejected") },
      }),
    );
    expect(of("error")).toContainEqual(
      expect.objectContaining({
        text: "Uncaught Error: thrown",
        detail: {
          source: expect.stringMatching(/^http.*:\d+:\d+$/),
          stack: expect.stringContaining("thrown"),
        },
      }),
    );
  });

  it("call five clicks on one spot a rage click", async () => {
    stage.site.body = () => "<button id=dead>Buy</button>";
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await page.click("#dead", { clickCount: 5 });
    await stage.collector.until("rage", () =>
      stage.collector.frames.some(({ facts }) => facts.some(({ type }) => type === "rage")),
    );
    await page.click("#dead", { clickCount: 4 });
    await write(page, "calm");
    await stored("calm");
    const facts = stage.collector.frames.flatMap((frame) => frame.facts);
    expect(facts.filter(({ type }) => type === "rage")).toMatchObject([{ text: "Buy" }]);
    expect(facts.filter(({ type }) => type === "click")).toHaveLength(9);
  });

  it("keep the last user input apart from what the page does by itself", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await write(page, "by itself");
    await stored("by itself");
    expect(stage.collector.frames.every(({ inputMs }) => inputMs === undefined)).toBe(true);
    await page.evaluate(() =>
      document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true })),
    );
    await page.mouse.move(5, 5);
    const before = Date.now();
    await page.keyboard.press("a");
    await write(page, "then");
    await stored("then");
    expect(holds("then")?.inputMs).toBeGreaterThanOrEqual(before);
  });
});

describe("a page that goes away", () => {
  it("sends what just happened", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await page.evaluate(() => {
      document.body.append("the last words");
      location.href = "/next";
    });
    await stored("the last words");
    expect(stage.collector.requests.filter(({ method }) => method === "OPTIONS")).toEqual([]);
    expectWhole();
  });

  it("sends its first checkout even when it leaves before that was compressed or a session was known", async () => {
    const context = await stage.visitor();
    stage.site.body = () => "first words";
    const page = await stage.open(context);
    await stage.recording();
    // A page whose session is known already, left at its first moment.
    stage.site.body = () =>
      "<script>addEventListener('load', () => setTimeout(() => { document.body.append('short life'); location.href = '/after' }, 0))</script>";
    const before = stage.collector.frames.length;
    await page.goto(`${stage.origin}/short`).catch(() => undefined);
    stage.site.body = () => "";
    await page.waitForURL("**/after");
    await stage.recording(2);
    expect(stage.collector.frames.length).toBeGreaterThan(before);
    expectWhole();
  });

  it("leaves what is over the keepalive budget to the next load, under the old writer", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const [writer] = stage.collector.frames.map((frame) => frame.writer);
    stage.collector.fault = (url) => (url.endsWith("/frames") ? { status: 503 } : undefined);
    await page.evaluate(() => {
      for (let part = 0; part < 8; part++) {
        const text = Array.from(crypto.getRandomValues(new Uint8Array(30_000)), (byte) =>
          byte.toString(16),
        ).join("");
        const node = document.createElement("p");
        node.textContent = `part ${part}: ${text}`;
        document.body.append(node);
      }
    });
    await stage.collector.until(
      "a refused upload",
      () => stage.collector.requests.filter(({ url }) => url.endsWith("/frames")).length > 1,
    );
    await page.evaluate(() => {
      document.body.append("and the end");
      location.href = "/next";
    });
    await page.waitForURL("**/next");
    stage.collector.fault = undefined;
    await stored("part 7");
    await stored("and the end");
    expect(holds("part 7")?.writer).toBe(writer);
    expect(holds("and the end")?.writer).toBe(writer);
    expectWhole();
    expect(stage.collector.frames.some(({ lost }) => lost)).toBe(false);
  });

  it("goes on with a checkout when it comes back from the back-forward cache", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const [writer] = stage.collector.frames.map((frame) => frame.writer);
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      document.body.append("while away");
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
    await stage.recording(2);
    expect(new Set(stage.collector.frames.map((frame) => frame.writer))).toEqual(new Set([writer]));
    expectWhole();
  });
});

describe("commands", () => {
  it("stop: sends what there is, closes the session for all tabs and stays stopped until start", async () => {
    const context = await stage.visitor();
    const page = await stage.open(context);
    const other = await stage.open(context, "/other");
    await stage.recording(2);
    await write(page, "just before");
    await call(page, "stop");
    await stage.collector.until("closed", () => stage.collector.closed.size === 1);
    expect(holds("just before")).toBeDefined();
    expect(stage.collector.frames.at(-1)?.kind).toBe("close");
    const told = stage.collector.bodies.length;
    await write(other, "in a stopped tab");
    await page.reload();
    await write(page, "after a load");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
    expect(stage.collector.bodies.length).toBe(told);
    await call(page, "start");
    await stage.recording(3);
    expect(stage.collector.opened).toHaveLength(2);
    expect(stage.collector.closed.size).toBe(1);
    expect(stage.errors).toEqual([]);
  });

  it("pause and resume: nothing between, a checkout after, the same session", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await call(page, "pause");
    await write(page, "not for you");
    await page.evaluate(() => console.error("nor this"));
    await call(page, "resume");
    await stage.recording(2);
    await write(page, "again");
    await stored("again");
    const all = JSON.stringify(
      stage.collector.frames.flatMap(({ facts, list }) => [facts, list.filter(({ type }) => type !== 2)]),
    );
    expect(all).not.toContain("not for you");
    expect(all).not.toContain("nor this");
    expect(stage.collector.opened).toHaveLength(1);
  });

  it("autoStart: false waits for start; sampling leaves a visit out on all its pages", async () => {
    stage.site.init = { autoStart: false };
    const context = await stage.visitor();
    const page = await stage.open(context);
    await page.waitForFunction(() => (window as { reeltime?: { ready?: boolean } }).reeltime?.ready);
    expect(stage.collector.opened).toHaveLength(0);
    await call(page, "start");
    await stage.recording();
    const out = await stage.visitor();
    stage.site.init = { sampleRate: 0 };
    const unsampled = await stage.open(out);
    stage.site.init = { sampleRate: 1 };
    await unsampled.reload();
    await unsampled.waitForFunction(() => (window as { reeltime?: { ready?: boolean } }).reeltime?.ready);
    await unsampled.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    expect(stage.collector.opened).toHaveLength(1);
    await call(unsampled, "start");
    await stage.recording(2);
    expect(stage.collector.opened).toHaveLength(2);
  });
});

describe("a session that was closed for its time", () => {
  it("is followed by a linked one once a person does something, beginning with a checkout", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const { collector } = stage;
    const [first] = collector.opened;
    collector.closed.set(first?.sessionId ?? "", "idle");
    await write(page, "an animation");
    await collector.until(
      "a refusal",
      () => collector.requests.filter(({ url }) => url.endsWith("/frames")).length > 1,
    );
    await write(page, "goes on");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
    expect(collector.opened).toHaveLength(1);
    await page.mouse.move(9, 9);
    await stage.recording(2);
    expect(collector.opened[1]?.after).toBe(`token.${first?.sessionId}`);
    const then = collector.frames.filter(({ session }) => session !== first?.sessionId);
    expect(then[0]).toMatchObject({ checkout: true, number: 0 });
    expect(JSON.stringify(then[0]?.list)).toContain("goes on");
  });
});

describe("without a network", () => {
  it("loses nothing when the page goes away from the net and comes back", async () => {
    const context = await stage.visitor();
    const page = await stage.open(context);
    await stage.recording();
    await context.setOffline(true);
    for (let turn = 0; turn < 5; turn++) {
      await write(page, `offline ${turn}`);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    }
    expect(holds("offline 0")).toBeUndefined();
    await context.setOffline(false);
    await stored("offline 4");
    for (let turn = 0; turn < 5; turn++) expect(holds(`offline ${turn}`)).toBeDefined();
    expect(stage.collector.frames.some(({ lost }) => lost)).toBe(false);
    expectWhole();
    expect(stage.errors).toEqual([]);
  });

  it("records in memory when storage throws", async () => {
    stage.site.head = `<script>for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError") } })</script>`;
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await write(page, "without storage");
    await stored("without storage");
    expect(stage.errors).toEqual([]);
  });
});

describe("the pace", () => {
  it("is slow unwatched and quick watched", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const changes = (count: number): Promise<void> =>
      page.evaluate(async (times) => {
        for (let change = 0; change < times; change++) {
          document.body.append(`${change} `);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }, count);
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1200)));
    const before = stage.collector.frames.length;
    await changes(20);
    const unwatched = stage.collector.frames.length - before;
    stage.collector.ack = { watched: true };
    await write(page, "who watches");
    await stored("who watches");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    const middle = stage.collector.frames.length;
    await changes(20);
    const watched = stage.collector.frames.length - middle;
    expect(unwatched).toBeLessThan(6);
    expect(watched).toBeGreaterThan(2 * unwatched);
  });
});

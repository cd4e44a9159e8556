import { describe, expect, it } from "vitest";
import { call, type Reeltime, stage, useStage, write } from "./stage.js";

useStage();

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
    await stage.stored("in the other tab");
    const { opened, frames } = stage.collector;
    expect(opened).toHaveLength(1);
    const checkouts = frames.filter(({ checkout }) => checkout);
    const [first, second, third, fourth] = checkouts.map(({ window }) => window);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
    expect(new Set(checkouts.map(({ writer }) => writer)).size).toBe(4);
    stage.expectWhole();
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
    await stage.stored("who watches");
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 200)));
    const middle = stage.collector.frames.length;
    await changes(20);
    const watched = stage.collector.frames.length - middle;
    expect(unwatched).toBeLessThan(6);
    expect(watched).toBeGreaterThan(2 * unwatched);
  });
});

import { describe, expect, it } from "vitest";
import { call, stage, useStage, write } from "./stage.js";

useStage();

describe("commands", () => {
  it("stop: sends what there is, closes the session for all tabs and stays stopped until start", async () => {
    const context = await stage.visitor();
    const page = await stage.open(context);
    const other = await stage.open(context, "/other");
    await stage.recording(2);
    await write(page, "just before");
    await call(page, "stop");
    await stage.collector.until("closed", () => stage.collector.closed.size === 1);
    expect(stage.holds("just before")).toBeDefined();
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
    await stage.stored("again");
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

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { replayedText } from "./dom.js";
import { Reeltime, until } from "./reeltime.js";
import { type Site, startSite } from "./site.js";

const HOUR_MS = 3_600_000;

describe.each([
  ["ahead", HOUR_MS],
  ["behind", -HOUR_MS],
])("a page whose clock is an hour %s", (_, offMs) => {
  let reeltime: Reeltime;
  let site: Site;
  let browser: Browser;

  beforeAll(async () => {
    reeltime = await new Reeltime().start();
    site = await startSite(reeltime);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await reeltime?.stop();
  });

  it("is shown live and replayed on the right clock", async () => {
    const startedMs = Date.now();
    const visitor = await browser.newContext();
    await visitor.addInitScript((off) => {
      const real = Date.now;
      const RealDate = Date;
      const shifted = (...args: readonly unknown[]): Date =>
        args.length === 0 ? new RealDate(real() + off) : new RealDate(...(args as [number]));
      Object.assign(shifted, { now: () => real() + off, parse: RealDate.parse, UTC: RealDate.UTC });
      shifted.prototype = RealDate.prototype;
      globalThis.Date = shifted as unknown as DateConstructor;
    }, offMs);
    const page = await visitor.newPage();
    await page.goto(site.origin);
    expect(Math.abs((await page.evaluate(() => Date.now())) - Date.now() - offMs)).toBeLessThan(60_000);
    const item = await until(async () => (await reeltime.sessions()).sessions[0], "the session in the list");
    const viewer = await (await browser.newContext()).newPage();
    await viewer.goto(reeltime.signInUrl);
    await viewer.goto(`${reeltime.origin}/sessions/${item.id}`);
    await until(async () => (await replayedText(viewer, "h1")) === "First", "the page, live");
    await page.click("#add");
    await until(async () => (await replayedText(viewer, "#count")) === "1", "a click, live");
    await page.click("#spa");
    const detail = await until(async () => {
      const read = await reeltime.session(item.id);
      return read.facts.some((fact) => fact.text.includes("/about")) && read;
    }, "the navigation");
    const endedMs = Date.now();
    for (const atMs of [detail.startMs, detail.lastMs, ...detail.facts.map((fact) => fact.atMs)]) {
      expect(atMs).toBeGreaterThanOrEqual(startedMs - 2_000);
      expect(atMs).toBeLessThanOrEqual(endedMs + 2_000);
    }
    const first = detail.facts[0]?.atMs ?? 0;
    expect((detail.facts.at(-1)?.atMs ?? 0) - first).toBeGreaterThan(0);
  });
});

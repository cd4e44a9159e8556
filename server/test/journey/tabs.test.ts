import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { Reeltime, until } from "./reeltime.js";
import { type Site, startSite } from "./site.js";

const TABS = 8;

let reeltime: Reeltime;
let site: Site;
let browser: Browser;
let office: BrowserContext;
const tabs: Page[] = [];
/** Live connections that pages opened by themselves. */
const own: string[] = [];
/** What broke the policy of the pages. */
const wrongs: string[] = [];

beforeAll(async () => {
  reeltime = await new Reeltime().start();
  site = await startSite(reeltime);
  browser = await launchChromium();
  office = await browser.newContext();
  office.on("console", (message) => {
    if (/content security policy/i.test(message.text())) wrongs.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await site?.stop();
  await reeltime?.stop();
});

const rows = (tab: Page): Promise<number> => tab.locator("rt-session-row").count();

it("eight dashboard tabs and the recorded page in one browser all flow over one live connection", async () => {
  for (let index = 0; index < TABS; index++) {
    const tab = await office.newPage();
    tab.on("request", (request) => {
      if (request.url().includes("/v1/live")) own.push(request.url());
    });
    tabs.push(tab);
    await tab.goto(index === 0 ? reeltime.signInUrl : reeltime.origin);
    await until(async () => (await tab.locator("rt-sessions").count()) === 1, "the list's screen");
  }
  const page = await office.newPage();
  await page.goto(site.origin);
  for (const tab of tabs) await until(async () => (await rows(tab)) === 1, "the new session in each tab");
  expect(own).toEqual([]);
  expect(wrongs).toEqual([]);
});

it("who signs out in one tab is asked to sign in by all, and can", async () => {
  const [first, second] = tabs as [Page, Page];
  await first.evaluate(() => fetch("/v1/sign-out", { method: "POST" }));
  // A tab more, and the connection is asked for anew: the server refuses it.
  await second.reload();
  for (const tab of tabs) await tab.locator("rt-sign-in").waitFor();
  await second.locator("rt-sign-in input").fill(reeltime.readKey);
  await second.locator("rt-sign-in input").press("Enter");
  await until(async () => (await rows(second)) === 1, "the list, signed in again");
  const page = await office.newPage();
  await page.goto(site.origin);
  await page.evaluate(() => {
    (window as unknown as { reeltime: (command: string) => void }).reeltime("stop");
  });
  await until(
    async () => (await second.locator("rt-session-row .pill.live").count()) === 0,
    "the session's end, live",
  );
  expect(own).toEqual([]);
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { buildPlayer } from "../../../../scripts/build-player.mjs";
import { launchChromium } from "../../../../scripts/chromium.mjs";
import { MockServer } from "./mock-server.js";

/** The server of the test that runs. */
export let server: MockServer;
/** The page of the test that runs: any error in it, and any breach of its policy, fails the test. */
export let page: Page;

let folder: string;
let browser: Browser;
let wrongs: string[];

/** Opens the dashboard at a path. */
export const open = async (path = "/", width = 1_440): Promise<void> => {
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
  await page.goto(server.origin + path);
};

/** Waits for what is to come; how long that takes is no matter. */
export const eventually = <Value>(read: () => Value | Promise<Value>) =>
  expect.poll(read, { timeout: 20_000 });

/** The sessions in the list. */
export const rows = (): Locator => page.locator("rt-session-row");
/** Whose they are, from the top. */
export const names = (): Promise<string[]> => rows().locator(".who b").allTextContents();
/** Waits until the dashboard hears what happens. */
export const listening = () => eventually(() => server.watching).toBeGreaterThan(0);

/** The built dashboard in a real browser, before a server of each test's own. */
export function useDashboard(): void {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reeltime-dashboard-"));
    [browser] = await Promise.all([launchChromium(), buildPlayer({ outDir: folder })]);
  });

  afterAll(async () => {
    await browser?.close();
    await rm(folder, { recursive: true, force: true });
  });

  beforeEach(async () => {
    server = await MockServer.start(folder);
    const context = await browser.newContext({ reducedMotion: "reduce" });
    page = await context.newPage();
    wrongs = [];
    page.on("pageerror", (error) => wrongs.push(error.message));
    page.on("console", (message) => {
      if (/content security policy/i.test(message.text())) wrongs.push(message.text());
    });
  });

  afterEach(async () => {
    await page.context().close();
    await server.close();
    expect(wrongs).toEqual([]);
  });
}

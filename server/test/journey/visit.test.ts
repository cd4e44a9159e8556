import { decodeFrame } from "@reeltime/recorder/protocol";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { replayedText, serialisePage, serialiseReplay } from "./dom.js";
import { Reeltime, until } from "./reeltime.js";
import { type Site, startSite } from "./site.js";

const SENTINEL = "sentinel-7431";

describe("a visit, watched live and replayed", () => {
  let reeltime: Reeltime;
  let site: Site;
  let browser: Browser;
  let visitor: BrowserContext;
  let page: Page;
  let viewer: Page;
  let sessionId: string;

  const sessionUrl = (from: Page): Promise<string> =>
    from.evaluate(
      () =>
        new Promise<string>((resolve) => {
          (
            window as unknown as { reeltime: (command: string, done: (url: string) => void) => void }
          ).reeltime("getSessionUrl", resolve);
        }),
    );
  const facts = async (type: string) =>
    (await reeltime.session(sessionId)).facts.filter((fact) => fact.type === type);

  beforeAll(async () => {
    reeltime = await new Reeltime().start();
    site = await startSite(reeltime);
    browser = await launchChromium();
    visitor = await browser.newContext({ viewport: { width: 1000, height: 700 } });
    page = await visitor.newPage();
    const office = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    viewer = await office.newPage();
    await viewer.goto(reeltime.signInUrl);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.stop();
    await reeltime?.stop();
  });

  it("opens a session whose address the page knows", async () => {
    await page.goto(site.origin);
    const url = await sessionUrl(page);
    sessionId = new URL(url).pathname.split("/").at(-1) ?? "";
    const item = await until(async () => (await reeltime.sessions()).sessions[0], "the session in the list");
    expect(item.id).toBe(sessionId);
    expect(item.status).toBe("live");
    await viewer.goto(url);
    await until(async () => (await replayedText(viewer, "h1")) === "First", "the page in the player");
  });

  it("paints what the visitor does while they do it", async () => {
    await page.click("#add");
    await page.click("#add");
    await until(async () => (await replayedText(viewer, "#count")) === "2", "two lines, live");
    await page.fill("#email", `${SENTINEL}@example.com`);
    await page.fill("#password", SENTINEL);
    await page.fill("#note", `a ${SENTINEL} note`);
    await page.selectOption("#plan", "Team");
    await page.check("#terms");
    await page.click("#spa");
    await page.click("#fail");
    await page.click("#add");
    await until(async () => (await replayedText(viewer, "#count")) === "3", "the third line, live");
  });

  it("says what happened in facts, and never what was typed", async () => {
    await until(async () => (await facts("error")).length > 0, "the error");
    expect((await facts("error"))[0]?.text).toMatch(/null/);
    expect((await facts("click")).map((fact) => fact.text).join("|")).toContain("Add a line");
    expect((await facts("navigation")).map((fact) => fact.text).join("|")).toContain("/about?from=nav");
    expect((await facts("input")).map((fact) => fact.text).join("|")).toMatch(/E-mail/);
    const said = JSON.stringify(await reeltime.session(sessionId));
    expect(said).not.toContain(SENTINEL);
  });

  it("shows the page as it is, inputs masked", async () => {
    await until(
      async () => (await serialiseReplay(viewer)) === (await serialisePage(page)),
      "the replayed document equal to the page",
    ).catch(async () => expect(await serialiseReplay(viewer)).toBe(await serialisePage(page)));
  });

  it("goes on in the same session over a page load and a reload", async () => {
    await page.click("#next");
    await page.waitForURL("**/second");
    await until(async () => (await replayedText(viewer, "h1")) === "Second", "the second page, live");
    await page.reload();
    await page.click("#add");
    await until(async () => (await replayedText(viewer, "#count")) === "1", "the reloaded page, live");
    expect(new URL(await sessionUrl(page)).pathname).toContain(sessionId);
    expect((await reeltime.sessions()).sessions).toHaveLength(1);
  });

  it("holds a second tab in the same session, as another window", async () => {
    const second = await visitor.newPage();
    await second.goto(site.origin);
    expect(new URL(await sessionUrl(second)).pathname).toContain(sessionId);
    await second.click("#add");
    await until(async () => (await reeltime.session(sessionId)).windows.length === 2, "two windows");
    await page.bringToFront();
  });

  it("keeps a seek bounded when one tab idles while the other is busy for long", async () => {
    const before = await reeltime.session(sessionId);
    const rounds = 60;
    for (let round = 0; round < rounds; round++) {
      await page.evaluate(() => (window as unknown as { busy: (rows: number) => void }).busy(2000));
      await page.waitForTimeout(500);
    }
    const after = await until(async () => {
      const detail = await reeltime.session(sessionId);
      return detail.counts.bytes > before.counts.bytes + 3_000_000 && detail;
    }, "a busy session");
    const snapshots = after.windows.length;
    expect(snapshots).toBe(2);
    // A seek to the end reads from the oldest checkout of a live window, and no more than the bound allows.
    const start = await reeltime.frames(sessionId, "at=end&limit=4000000");
    const all = await reeltime.allFrames(sessionId);
    const bytes = (frames: readonly { readonly bytes: Uint8Array }[]) =>
      frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    expect(bytes(start.frames)).toBeLessThan(bytes(all) / 2);
    const windows = new Set(start.frames.map((frame) => decodeFrame(frame.bytes).window));
    expect(windows.size).toBe(2);
    const checkouts = start.frames.map((frame) => decodeFrame(frame.bytes)).filter((frame) => frame.checkout);
    expect(new Set(checkouts.map((frame) => frame.window))).toEqual(windows);
  });

  it("loses nothing when the network goes away for 30 s", async () => {
    await page.evaluate(() => document.getElementById("list")?.replaceChildren());
    await page.click("#add");
    const before = Number(await page.textContent("#count"));
    await until(
      async () => (await replayedText(viewer, "#count")) === String(before),
      "the window that is used, live",
    );
    await visitor.setOffline(true);
    for (let change = 0; change < 30; change++) {
      await page.evaluate(() => (window as unknown as { change: () => number }).change());
      await page.waitForTimeout(1000);
    }
    expect(await replayedText(viewer, "#count")).toBe(String(before));
    await visitor.setOffline(false);
    await page.click("#add");
    await until(
      async () => (await replayedText(viewer, "#count")) === String(before + 31),
      "all that happened meanwhile",
    );
    const lost = (await reeltime.session(sessionId)).counts.lostEvents;
    expect(lost).toBe(0);
  });

  it("flows on beside six dashboard tabs", async () => {
    const office = viewer.context();
    const tabs = [viewer];
    while (tabs.length < 6) {
      const tab = await office.newPage();
      await tab.goto(viewer.url());
      tabs.push(tab);
    }
    const own = await page.context().newPage();
    await own.goto(site.origin);
    await own.click("#add");
    await page.bringToFront();
    await page.click("#add");
    const count = await page.textContent("#count");
    for (const tab of tabs) {
      await tab.bringToFront();
      await until(
        async () => (await replayedText(tab, "#count")) === count || (await shownWindow(tab, count)),
        "each tab follows",
      );
    }
    for (const tab of tabs.slice(1)) await tab.close();
    await own.close();
  });

  it("ends when it is stopped, for good", async () => {
    await viewer.bringToFront();
    await page.bringToFront();
    const sent: { url: string; body: Buffer }[] = [];
    page.on("request", (request) => {
      const body = request.postDataBuffer();
      if (request.url().endsWith("/frames") && body !== null) sent.push({ url: request.url(), body });
    });
    await page.click("#add");
    await until(() => sent.length > 0, "a frame on its way");
    await page.evaluate(() => {
      (window as unknown as { reeltime: (command: string) => void }).reeltime("stop");
    });
    const ended = await until(async () => {
      const detail = await reeltime.session(sessionId);
      return detail.status === "closed" && detail;
    }, "the session closed");
    expect(ended.reason).toBe("stopped");
    const before = await reeltime.allFrames(sessionId);
    const late = sent[0];
    const answer = await fetch(late?.url ?? "", { method: "POST", body: new Uint8Array(late?.body ?? []) });
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({ error: { code: "session_closed", reason: "stopped" } });
    expect(await reeltime.allFrames(sessionId)).toEqual(before);
    expect((await reeltime.session(sessionId)).tail).toBe(ended.tail);
    await page.click("#add");
    await page.reload();
    await page.click("#add");
    expect((await reeltime.sessions()).sessions).toHaveLength(1);
  });

  it("replays to the same end once it is over", async () => {
    await viewer.goto(`${reeltime.origin}/sessions/${sessionId}?t=1`);
    await until(async () => (await replayedText(viewer, "h1")) === "First", "the beginning");
    const { startMs, lastMs } = await reeltime.session(sessionId);
    await viewer.goto(`${reeltime.origin}/sessions/${sessionId}?t=${Math.floor((lastMs - startMs) / 1000)}`);
    await until(async () => (await replayedText(viewer, "h1")) === "Second", "the end");
  });
});

/** A tab follows the active window, which may be the other one: its count is then a count of its own. */
async function shownWindow(tab: Page, count: string | null): Promise<boolean> {
  const text = await replayedText(tab, "#count");
  return text !== undefined && text === count;
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { buildPlayer } from "../../../../scripts/build-player.mjs";
import { launchChromium } from "../../../../scripts/chromium.mjs";
import { fabricate, fabricateDetail, fabricateList } from "./fabricate.js";
import { fabricateFrames, frameOf } from "./fabricate-frames.js";
import { MockServer } from "./mock-server.js";

let folder: string;
let browser: Browser;
let server: MockServer;
let page: Page;
/** What broke the page's policy, or threw in it. */
let wrongs: string[];

const open = async (path = "/", width = 1_440): Promise<void> => {
  await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
  await page.goto(server.origin + path);
};
/** Waits for what is to come; how long that takes is no matter. */
const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 20_000 });
const rows = () => page.locator("rt-session-row");
const names = () => rows().locator(".who b").allTextContents();
const listening = () => eventually(() => server.watching).toBeGreaterThan(0);
const now = () => Date.now();

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

describe("the list", () => {
  it("shows a new session by itself, and its changes in place", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().waitFor();
    await listening();
    const fresh = fabricate(now() - 1_000, { status: "live", user: { id: "9", name: "Just Arrived" } });
    server.push(fresh);
    await eventually(async () => (await names())[0]).toBe("Just Arrived");
    expect(await rows().first().locator(".pill.live").textContent()).toBe("Live");
    server.push({ ...fresh, status: "closed", counts: { ...fresh.counts, errors: 2 } });
    await eventually(() => rows().first().locator(".badges").textContent()).toContain("2 errors");
    expect(await rows().first().locator(".pill.live").count()).toBe(0);
  });

  it("counts the length of a live session up", async () => {
    server.sessions = [fabricate(now() - 61_000, { status: "live", lasted: 60_000 })];
    await open();
    const length = rows().first().locator(".length");
    const before = await length.textContent();
    await eventually(() => length.textContent()).not.toBe(before);
  });

  it("keeps new sessions behind a pill while the pointer is over it, and moves nothing", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().hover();
    await listening();
    const before = await names();
    const place = await rows().first().boundingBox();
    server.push(fabricate(now() - 2_000), fabricate(now() - 1_000));
    await page.getByRole("button", { name: "2 new sessions" }).waitFor();
    expect(await names()).toEqual(before);
    expect(await rows().first().boundingBox()).toEqual(place);
    await page.getByRole("button", { name: "2 new sessions" }).click();
    await eventually(() => rows().count()).toBe(before.length + 2);
  });

  it("keeps new sessions behind a pill while scrolled", async () => {
    server.sessions = [...fabricateList(now()), ...fabricateList(now() - 86_400_000)];
    await open();
    await rows().first().waitFor();
    await listening();
    await page.locator("rt-sessions .rows").evaluate((element) => element.scrollTo({ top: 400 }));
    server.push(fabricate(now() - 1_000));
    await page.getByRole("button", { name: "1 new session" }).click();
    await eventually(() => page.locator("rt-sessions .rows").evaluate(({ scrollTop }) => scrollTop)).toBe(0);
  });

  it("loads further pages while it is scrolled, each session once", async () => {
    server.sessions = Array.from({ length: 120 }, (_, index) => fabricate(now() - index * 60_000));
    await open();
    await rows().first().waitFor();
    await eventually(async () => {
      await page.locator("rt-sessions .rows").evaluate((element) => element.scrollTo({ top: 1e6 }));
      return rows().count();
    }).toBe(120);
    expect(server.calls.filter((call) => call.includes("cursor="))).toHaveLength(2);
  });

  it("is walked and opened with the keyboard, and comes back to where it was left", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().waitFor();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("k");
    expect(await page.locator("rt-session-row[selected] .who b").textContent()).toContain("Anonymous");
    await page.keyboard.press("Enter");
    await eventually(() => page.url()).toContain(`/sessions/${server.sessions[1]?.id}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.goBack();
    await eventually(() => page.locator("rt-session-row[selected] .who b").textContent()).toContain(
      "Anonymous",
    );
  });

  it("searches at / and keeps the words in the address", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("billing ");
    await eventually(() => new URL(page.url()).searchParams.get("q")).toBe("billing");
    await eventually(names).toEqual(["Tomás Ferreira"]);
    // A pause between two words is no end: the space stays, and the second word goes on after it.
    await page.keyboard.type("tomas");
    await eventually(() => new URL(page.url()).searchParams.get("q")).toBe("billing tomas");
    await page.getByRole("button", { name: "Show sessions without these words too" }).click();
    await eventually(() => rows().count()).toBe(server.sessions.length);
  });

  it("says that nothing fits, and lets what fits appear", async () => {
    server.sessions = fabricateList(now());
    await open("/?q=zebra");
    await page.getByRole("heading", { name: "No session with “zebra”" }).waitFor();
    await listening();
    server.push(fabricate(now(), { page: { url: "https://shop.example/zebra", title: "Zebra rug" } }));
    await eventually(() => rows().count()).toBe(1);
  });

  it("says what failed, and loads when tried again", async () => {
    server.sessions = fabricateList(now());
    server.refuse.set("/v1/sessions", "unavailable");
    await open();
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("Could not load the sessions");
    server.refuse.clear();
    await page.getByRole("button", { name: "Try again" }).click();
    await rows().first().waitFor();
  });

  it("says when the connection is lost, and catches up when it is back", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().waitFor();
    await listening();
    server.refuse.set("/v1/live", "unavailable");
    server.drop();
    await page.getByText("Reconnecting…").waitFor();
    server.sessions = [fabricate(now(), { user: { id: "9", name: "Missed Meanwhile" } }), ...server.sessions];
    server.refuse.clear();
    await eventually(async () => (await names())[0]).toBe("Missed Meanwhile");
    expect(await page.getByText("Reconnecting…").count()).toBe(0);
  });

  it("shows a skeleton only when the answer takes its time", async () => {
    server.sessions = fabricateList(now());
    server.delayMs = 600;
    await open();
    await page.getByRole("status", { name: "Loading sessions" }).waitFor();
    await rows().first().waitFor();
  });
});

describe("the first visit", () => {
  it("shows the snippet with the project's key, and turns into the first session", async () => {
    await open();
    const text = await page.getByLabel("Snippet").textContent();
    expect(text).toContain('projectKey: "pk_shop_7f3a91c2"');
    expect(text).toContain(`apiHost: "${server.origin}"`);
    expect(await page.getByRole("link", { name: "Open the demo" }).getAttribute("href")).toBe("/demo");
    await listening();
    server.push(fabricate(now(), { user: { id: "1", name: "Very First" } }));
    await eventually(names).toEqual(["Very First"]);
  });

  it("copies the snippet", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await open();
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      await page.getByLabel("Snippet").textContent(),
    );
  });
});

describe("signing in", () => {
  it("is asked for, refuses a wrong key in place, and shows what was asked for", async () => {
    server.sessions = fabricateList(now());
    server.signedIn = false;
    await open("/?sign-in=used");
    await page.getByText("That link has been used").waitFor();
    await page.getByLabel("Read key").fill("rk_wrong");
    await page.keyboard.press("Enter");
    await page.getByText("The server does not know this key").waitFor();
    await page.getByLabel("Read key").fill(server.readKey);
    await page.getByRole("button", { name: "Sign in" }).click();
    await rows().first().waitFor();
    expect(page.url()).toBe(`${server.origin}/`);
    await listening();
  });

  it("ends by itself when the server no longer knows who it is", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().waitFor();
    await listening();
    server.signedIn = false;
    server.drop();
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});

describe("a session's page", () => {
  const openSession = async (query = "", width = 1_440, repeat = 1) => {
    const item = fabricate(now() - 600_000, {
      lasted: 250_000,
      user: { id: "1042", name: "Maja Lindqvist", email: "maja@shop.example" },
      counts: { errors: 1, lostEvents: 12 },
    });
    server.sessions = [fabricate(now() - 60_000), item, fabricate(now() - 900_000)];
    server.details.set(item.id, fabricateDetail(item, repeat));
    await open(`/sessions/${item.id}${query}`, width);
    await page.getByRole("heading", { level: 1, name: "Maja Lindqvist" }).waitFor();
    return item;
  };
  const current = () => page.locator("rt-facts [aria-current=time]").textContent();
  const time = () =>
    page
      .locator("reeltime-player")
      .evaluate((player) => (player as unknown as { currentTime: number }).currentTime);

  it("opens at the time in its address, with that line marked and later ones dimmed", async () => {
    await openSession("?t=158");
    await eventually(current).toContain("TypeError");
    expect(await page.locator("rt-facts .later").first().textContent()).toContain("Rage-clicked");
    expect(await time()).toBeGreaterThanOrEqual(158);
  });

  it("goes to a line that is clicked", async () => {
    await openSession("?t=10");
    await page.locator("rt-facts").getByRole("button", { name: "Add to cart" }).click();
    await eventually(time).toBeGreaterThanOrEqual(50);
    expect(await time()).toBeLessThan(60);
    await eventually(current).toContain("Add to cart");
  });

  it("shows only the kind or the words asked for", async () => {
    await openSession();
    await page
      .locator("rt-facts")
      .getByRole("button", { name: /^Errors/ })
      .click();
    await eventually(() => page.locator("rt-facts li").count()).toBe(2);
    await page.keyboard.press("/");
    await page.keyboard.type("payment");
    await eventually(() => page.locator("rt-facts li").allTextContents()).toEqual([
      expect.stringContaining("Payment failed"),
    ]);
  });

  it("draws only the lines in view of a very long list", async () => {
    await openSession("", 1_440, 400);
    expect(await page.locator("rt-facts li").first().getAttribute("aria-setsize")).toBe("6000");
    expect(await page.locator("rt-facts li").count()).toBeLessThan(80);
  });

  it("takes in what happens live, and leaves the list where the reader scrolled it", async () => {
    const live = fabricate(now() - 200_000, { status: "live", lasted: 199_000 });
    const detail = fabricateDetail(live, 10);
    server.sessions = [live];
    server.details.set(live.id, detail);
    await open(`/sessions/${live.id}`);
    const lines = page.locator("rt-facts li");
    await eventually(() => lines.first().getAttribute("aria-setsize")).toBe("150");
    await eventually(() => server.calls.some((call) => call.includes(`sessions=${live.id}`))).toBe(true);
    await listening();
    const list = page.locator("rt-facts .scroll");
    await page.locator("rt-facts .now").waitFor();
    await list.hover();
    await page.mouse.wheel(0, -10_000);
    await page.getByRole("button", { name: "Back to now" }).waitFor();
    expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(0);

    const [span] = detail.windows;
    if (span === undefined) throw new Error("no window");
    const atMs = now();
    const next = fabricateFrames(detail).length;
    const fact = { type: "click" as const, atMs, text: "Brand new button" };
    await eventually(async () => {
      server.say(live.id, frameOf(span.window, next, atMs, atMs, [], [fact]));
      return lines.first().getAttribute("aria-setsize");
    }).toBe("151");
    expect(await list.evaluate(({ scrollTop }) => scrollTop)).toBe(0);
    await page.getByRole("button", { name: "Back to now" }).click();
    await eventually(() => page.locator("rt-facts .now").textContent()).toContain("Brand new button");
  });

  it("takes the player's keys wherever the focus is, but not while somebody types", async () => {
    await openSession("?t=100");
    await eventually(time).toBeGreaterThanOrEqual(100);
    await page.keyboard.press("k");
    const paused = await time();
    await page.keyboard.press("l");
    await eventually(time).toBeGreaterThanOrEqual(paused + 4.9);
    await page.keyboard.press("/");
    await page.keyboard.type("jjj");
    expect(await time()).toBeGreaterThanOrEqual(paused + 4.9);
    expect(await page.getByLabel("Filter what happened").inputValue()).toBe("jjj");
  });

  it("says so when it is deleted elsewhere", async () => {
    const { id } = await openSession();
    await listening();
    await eventually(() => server.calls.some((call) => call.includes("list=shop-web"))).toBe(true);
    server.remove(id);
    await eventually(() => page.getByRole("alert").textContent()).toBe("Could not find this session");
  });

  it("tells everything it knows, and plainly what was lost", async () => {
    await openSession();
    await page.keyboard.press("2");
    const details = page.locator("rt-details");
    const text = (await details.locator("p, dl").allTextContents()).join("\n");
    for (const part of [
      "12 events could not be recorded",
      "Europe/Stockholm",
      "1440 × 900",
      "Chrome 156 · macOS",
    ]) {
      expect(text).toContain(part);
    }
  });

  it("goes to the sessions beside it at [ and ]", async () => {
    await openSession();
    const [newer, , older] = server.sessions;
    await page.getByRole("link", { name: "Older session" }).waitFor();
    await page.keyboard.press("]");
    await eventually(() => page.url()).toContain(older?.id);
    await page.getByRole("link", { name: "Newer session" }).waitFor();
    await page.keyboard.press("[");
    await page.getByRole("heading", { level: 1, name: "Maja Lindqvist" }).waitFor();
    await page.keyboard.press("[");
    await eventually(() => page.url()).toContain(newer?.id);
  });

  it("shares a link to the moment", async () => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    const { id } = await openSession("?t=120");
    await eventually(current).toContain("Card number");
    await page.getByRole("button", { name: "Share" }).click();
    await page.getByRole("button", { name: "Link copied" }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `${server.origin}/sessions/${id}?t=120`,
    );
  });

  it("is deleted only when confirmed, and then leaves the list", async () => {
    const { id } = await openSession();
    await page.keyboard.press("2");
    await page.getByRole("button", { name: "Delete this session…" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect(server.calls.some((call) => call.startsWith("DELETE"))).toBe(false);
    await page.getByRole("button", { name: "Delete this session…" }).click();
    await page.getByRole("button", { name: "Delete session", exact: true }).click();
    await eventually(() => rows().count()).toBe(2);
    expect(server.calls).toContain(`DELETE /v1/sessions/${id}`);
  });

  it("becomes Ended by itself", async () => {
    const live = fabricate(now() - 60_000, { status: "live", lasted: 59_000 });
    server.sessions = [live];
    await open(`/sessions/${live.id}`);
    await page.locator("rt-session .pill.live").waitFor();
    await listening();
    await eventually(() => server.calls.some((call) => call.includes("list=shop-web"))).toBe(true);
    server.push({ ...live, status: "closed", reason: "stopped" });
    await page.locator("rt-session header").getByText("Ended").waitFor();
  });

  it("says when there is no such session", async () => {
    await open("/sessions/0190aaaa-aaaa-7aaa-8aaa-aaaaaaaaaaaa");
    await page.getByRole("alert").waitFor();
    expect(await page.getByRole("alert").textContent()).toBe("Could not find this session");
    await page.getByRole("link", { name: "All sessions" }).click();
    await eventually(() => page.url()).toBe(`${server.origin}/`);
  });
});

describe("every screen", () => {
  it("fits 390 px without scrolling sideways", async () => {
    const sideways = () =>
      page.evaluate(() => {
        const wide: string[] = [];
        const look = (root: Document | ShadowRoot): void => {
          for (const element of root.querySelectorAll("*")) {
            if (element.shadowRoot !== null && element.localName !== "reeltime-player")
              look(element.shadowRoot);
            const { right, width } = element.getBoundingClientRect();
            const clipped = element.closest(".clip, .said, svg") !== null;
            if (width > 0 && right > innerWidth + 0.5 && !clipped) wide.push(element.localName);
          }
        };
        look(document);
        return [document.documentElement.scrollWidth > innerWidth, wide];
      });
    server.sessions = fabricateList(now());
    for (const path of ["/", "/?q=shop&status=closed", "/?q=zebra", `/sessions/${server.sessions[0]?.id}`]) {
      await open(path, 390);
      await page.locator("rt-session-row, .none, rt-facts li").first().waitFor();
      expect(await sideways(), path).toEqual([false, []]);
    }
    await page.getByRole("tab", { name: "Details" }).click();
    expect(await sideways()).toEqual([false, []]);
    server.sessions = [];
    await open("/", 390);
    await page.getByLabel("Snippet").waitFor();
    expect(await sideways()).toEqual([false, []]);
  });

  it("follows the system's colours until the other ones are chosen, and remembers that", async () => {
    server.sessions = fabricateList(now());
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.emulateMedia({ colorScheme: "dark" });
    await open();
    expect(await ground()).toBe("rgb(12, 13, 16)");
    await page.getByRole("button", { name: "Use light colours" }).click();
    await eventually(ground).toBe("rgb(246, 246, 247)");
    await open();
    await eventually(ground).toBe("rgb(246, 246, 247)");
  });

  it("lists its keys at ?", async () => {
    server.sessions = fabricateList(now());
    await open();
    await rows().first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
  });
});

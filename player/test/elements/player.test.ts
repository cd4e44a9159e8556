import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ready, recordedText, usePlayers } from "../support/player-in-browser.js";
import { appendAll, type RawEvent, RecordedSession, START } from "../support/recorded-session.js";
import { checkout, click, moves, textChange } from "../support/synthetic.js";

const players = usePlayers();

/** A page whose line says which second it is. */
function counting(seconds: number, from = 0): readonly RawEvent[] {
  return Array.from({ length: seconds }, (_, index) => {
    const second = from + index;
    const atMs = START + second * 1_000;
    const own = [textChange(atMs + 10, `second ${second}`), moves(atMs + 500, 300), click(atMs + 600)];
    return second % 10 === 0 ? [...checkout(atMs, `second ${second}`), ...own] : own;
  }).flat();
}

function recorded(seconds = 30): RecordedSession {
  const session = new RecordedSession(START);
  session.codec = "deflate-raw";
  appendAll(session, counting(seconds));
  session.append({
    kind: "beat",
    firstMs: START + (seconds - 1) * 1_000 + 600,
    facts: [
      {
        type: "navigation",
        atMs: START + 1_000,
        text: "https://shop.example/cart",
        detail: { title: "Cart" },
      },
      { type: "click", atMs: START + 5_000, text: "Pay" },
      { type: "error", atMs: START + 12_000, text: "TypeError" },
    ],
  });
  return session;
}

const closed = (seconds = 30): RecordedSession => {
  const session = recorded(seconds);
  session.close();
  return session;
};

const text = (page: Page): Promise<string> => recordedText(page, "#line");
const line = (page: Page, wanted: string): Promise<unknown> => expect.poll(() => text(page)).toBe(wanted);
const state = (page: Page) => page.evaluate(() => window.player.store?.state);

describe("a finished session", () => {
  it("opens where it is asked to, and goes where the viewer goes", async () => {
    const { page, said, close } = await players.open({ session: closed(), attributes: 'start-at="12.5"' });
    await ready(page);
    await line(page, "second 12");
    for (const [second, words] of [
      [25.5, "second 25"],
      [3.2, "second 3"],
      [3.9, "second 3"],
      [0, "second 0"],
      [4.2, "second 4"],
    ] as const) {
      await page.evaluate((to) => {
        window.player.currentTime = to;
      }, second);
      await line(page, words);
    }
    expect(await page.evaluate(() => [window.troubles, window.player.paused])).toEqual([[], true]);
    expect(said).toEqual([]);
    await close();
  });

  it("goes forward over many changes and few as if it had opened there", async () => {
    const session = new RecordedSession(START);
    session.codec = "deflate-raw";
    appendAll(session, [
      ...checkout(START, "change 0"),
      ...Array.from({ length: 300 }, (_, index) => textChange(START + 100 * index + 50, `change ${index}`)),
    ]);
    session.close();
    const { page, said, close } = await players.open({ session, attributes: 'start-at="0"' });
    await ready(page);
    for (const [second, words] of [
      [1.5, "change 14"],
      [3.01, "change 29"],
      [25, "change 249"],
      [29.99, "change 299"],
      [12, "change 119"],
      [22, "change 219"],
    ] as const) {
      await page.evaluate((to) => {
        window.player.currentTime = to;
      }, second);
      await line(page, words);
    }
    expect(await page.evaluate(() => window.troubles)).toEqual([]);
    expect(said).toEqual([]);
    await close();
  });

  it("plays through checkouts to its end without a warning, like a media element", async () => {
    const session = closed(25);
    const { page, said, close } = await players.open({ session, attributes: 'start-at="0"' });
    await ready(page);
    const updates = await page.evaluate(async () => {
      let count = 0;
      window.player.addEventListener("timeupdate", () => {
        count += 1;
      });
      window.player.playbackRate = 16;
      window.player.play();
      await new Promise<void>((resolve) => {
        window.player.addEventListener("statechange", () => {
          if (window.player.store?.state.mode === "ended") resolve();
        });
      });
      return count;
    });
    await line(page, "second 24");
    expect(updates).toBeGreaterThan(2);
    expect(
      await page.evaluate(() => [window.player.duration, window.player.paused, window.troubles]),
    ).toEqual([24.6, true, []]);
    expect(said).toEqual([]);
    await close();
  });

  it("shows the page's own address, its size, and marks for what happened", async () => {
    const { page, close } = await players.open({ session: closed(), attributes: 'start-at="6"' });
    await ready(page);
    expect(await page.locator(".url").textContent()).toBe("shop.example/cart");
    expect(await page.locator(".size").textContent()).toBe("800 × 600");
    expect(await page.locator("reeltime-player-timeline .mark").count()).toBe(3);
    const slider = page.getByRole("slider", { name: "Timeline" });
    expect(await slider.getAttribute("aria-valuetext")).toBe("6 seconds of 29 seconds");
    await close();
  });

  it("is played by keys", async () => {
    const { page, close } = await players.open({ session: closed(), attributes: 'start-at="6"' });
    await ready(page);
    await page.locator("reeltime-player").focus();
    const time = async (): Promise<number> => Math.round((await state(page))?.currentTimeMs ?? 0);
    for (const [key, wanted] of [
      ["l", 11_000],
      ["ArrowLeft", 6_000],
      ["Shift+ArrowRight", 12_000],
      ["Shift+ArrowLeft", 5_000],
      ["Home", 0],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(time).toBe(wanted);
    }
    await page.keyboard.press("k");
    await expect.poll(async () => (await state(page))?.paused).toBe(false);
    await page.keyboard.press(">");
    await page.keyboard.press(">");
    await page.keyboard.press("s");
    await page.keyboard.press("Space");
    await expect.poll(() => state(page)).toMatchObject({ paused: true, playbackRate: 4, skipInactive: true });
    await page.keyboard.press("?");
    expect(await page.getByRole("dialog", { name: "Keys" }).isVisible()).toBe(true);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog", { name: "Keys" }).isVisible()).toBe(false);
    await close();
  });

  it("is scrubbed by dragging, and a mark is hit to the millisecond", async () => {
    const { page, close } = await players.open({ session: closed(), attributes: 'start-at="0"' });
    await ready(page);
    const box = await page.locator("reeltime-player-timeline").boundingBox();
    if (box === null) throw new Error("no timeline");
    const x = (second: number): number => box.x + (box.width * second) / 29.6;
    await page.mouse.move(x(20.4), box.y + 35);
    await page.mouse.down();
    await line(page, "second 20");
    await page.mouse.move(x(8.4), box.y + 35, { steps: 4 });
    await line(page, "second 8");
    await page.mouse.up();
    await page.mouse.move(x(12), box.y + 4);
    expect(await page.locator("reeltime-player-timeline .tip").textContent()).toContain("Error TypeError");
    await page.mouse.down();
    await page.mouse.up();
    await expect.poll(async () => (await state(page))?.currentTimeMs).toBe(12_000);
    await close();
  });

  it("says what is wrong and tries again", async () => {
    const session = closed();
    const stranger = new RecordedSession(START, 9);
    const { page, close } = await players.open({ session });
    await page.evaluate((id) => {
      window.player.sessionId = id;
    }, stranger.id);
    await page.getByText("There is no such session.").waitFor();
    await page.evaluate((id) => {
      window.player.sessionId = id;
    }, session.id);
    await ready(page);
    await line(page, "second 0");
    await close();
  });

  it("can be the page alone", async () => {
    const { page, close } = await players.open({ session: closed(), attributes: 'bare start-at="5.5"' });
    await ready(page);
    await line(page, "second 5");
    expect(await page.getByRole("button").count()).toBe(0);
    await close();
  });

  it("lets a page go and come back", async () => {
    const { page, close } = await players.open({ session: closed(), attributes: 'start-at="5.5"' });
    await ready(page);
    await page.evaluate(() => {
      const { player } = window;
      player.remove();
      document.body.append(player);
    });
    await ready(page);
    await line(page, "second 5");
    await close();
  });
});

describe("a running session", () => {
  it("is followed at its edge, scrubbed back while it runs, and returned to", async () => {
    const session = recorded(20);
    const { page, said, close } = await players.open({ session });
    await ready(page);
    await expect.poll(async () => (await state(page))?.mode).toBe("live");
    await page.getByText("Live", { exact: true }).first().waitFor();
    session.append({ events: [textChange(START + 21_000, "now")] });
    await line(page, "now");
    await page.evaluate(() => {
      window.player.currentTime = 4.5;
    });
    await line(page, "second 4");
    session.append({ events: [textChange(START + 22_000, "meanwhile")] });
    const jump = page.getByRole("button", { name: "Jump to live" });
    await jump.click();
    await line(page, "meanwhile");
    await expect.poll(async () => (await state(page))?.mode).toBe("live");
    expect(await jump.count()).toBe(0);
    appendAll(session, counting(3, 30));
    await line(page, "second 32");
    session.close();
    await page.getByText("Ended", { exact: true }).first().waitFor();
    expect(await page.evaluate(() => window.troubles)).toEqual([]);
    expect(said).toEqual([]);
    await close();
  });

  it("misses nothing when its connection breaks, and says so meanwhile", async () => {
    const session = recorded(12);
    const { page, server, close } = await players.open({ session });
    await ready(page);
    await expect.poll(async () => (await state(page))?.mode).toBe("live");
    server.cut();
    await expect.poll(async () => (await state(page))?.connection).not.toBe("open");
    expect((await state(page))?.mode).toBe("behind");
    session.append({ events: [textChange(START + 15_000, "missed")] });
    await line(page, "missed");
    await expect.poll(async () => (await state(page))?.mode).toBe("live");
    await close();
  });

  it("waits for its first frame, and shows it", async () => {
    const session = new RecordedSession(START);
    const { page, close } = await players.open({ session });
    await page.getByText("Waiting for the first frame").waitFor();
    session.append({ events: checkout(START + 100, "here I am") });
    await line(page, "here I am");
    await close();
  });

  it("late events are shown too, and nothing freezes after them", async () => {
    const session = recorded(12);
    const { page, close } = await players.open({ session });
    await ready(page);
    await expect.poll(async () => (await state(page))?.mode).toBe("live");
    session.append({ events: [textChange(START + 20_000, "new")] });
    await line(page, "new");
    session.append({ events: [textChange(START + 13_000, "late")] });
    await line(page, "late");
    session.append({ events: [textChange(START + 21_000, "newer")] });
    await line(page, "newer");
    await close();
  });
});

it("shows windows as tabs: it follows the one in use, and stays with the one chosen", async () => {
  const session = new RecordedSession(START);
  session.append({ events: [...checkout(START, "first window"), click(START + 100)] });
  session.append({
    window: "window-0002",
    writer: "writer-0002",
    events: [...checkout(START + 3_000, "second window"), click(START + 3_500)],
    facts: [
      {
        type: "navigation",
        atMs: START + 3_000,
        text: "https://shop.example/lamp",
        detail: { title: "Oak desk lamp" },
      },
    ],
  });
  session.append({ events: [textChange(START + 5_000, "in the background")] });
  session.close();
  const { page, close } = await players.open({ session, attributes: 'start-at="4.9"' });
  await ready(page);
  await line(page, "second window");
  const tabs = page.getByRole("tab");
  expect(await tabs.allTextContents()).toEqual(
    ["Window 1", "Oak desk lamp"].map((name) => expect.stringContaining(name)),
  );
  await tabs.first().click();
  await line(page, "first window");
  await page.getByRole("button", { name: "Follow the window in use" }).click();
  await line(page, "second window");
  await close();
});

it.each([
  ["a mouse", { viewport: { width: 1000, height: 700 } }, 28],
  ["a finger", { viewport: { width: 390, height: 700 }, hasTouch: true, isMobile: true }, 40],
] as const)(
  "every control has a name and room for %s, and nothing scrolls sideways",
  async (_name, context, least) => {
    const { page, close } = await players.open({
      session: recorded(12),
      attributes: 'start-at="3"',
      context,
    });
    await ready(page);
    const controls = page.locator("reeltime-player-controls").locator("button, select");
    for (const control of await controls.all()) {
      if (!(await control.isVisible())) continue;
      const box = await control.boundingBox();
      expect(Math.min(box?.width ?? 0, box?.height ?? 0), await control.innerHTML()).toBeGreaterThanOrEqual(
        least,
      );
    }
    const names = await page
      .getByRole("button")
      .evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? one.textContent));
    expect(names.every((name) => (name ?? "").trim() !== "")).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    const rows = (await page.locator("reeltime-player-controls").boundingBox())?.height ?? 0;
    expect(rows).toBeLessThan(least === 28 ? 44 : 96);
    await close();
  },
);

it("a recorded page's focus and dialogs never take the viewer's keys", async () => {
  const session = new RecordedSession(START);
  const dialog = {
    type: 2,
    id: 50,
    tagName: "dialog",
    attributes: { open: "", rr_open_mode: "modal" },
    childNodes: [{ type: 2, id: 51, tagName: "input", attributes: { autofocus: "" }, childNodes: [] }],
  };
  session.append({ events: [...checkout(START, "x", [dialog]), textChange(START + 60_000, "end")] });
  session.close();
  const { page, close } = await players.open({ session, attributes: 'start-at="1"' });
  await page.locator("reeltime-player").focus();
  await ready(page);
  await page.keyboard.press("l");
  await expect.poll(async () => (await state(page))?.currentTimeMs).toBe(6_000);
  await page.keyboard.press("l");
  await expect.poll(async () => (await state(page))?.currentTimeMs).toBe(11_000);
  await close();
});

import type { ScreenEvent } from "@reeltime/recorder/protocol";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { recordedText, usePlayers } from "../../support/player-in-browser.js";
import { type RecordedSession, START } from "../../support/recorded-session.js";
import {
  appendScreen,
  button,
  DrawnScreen,
  desktopSession,
  dice,
  key,
  pointer,
  recordDrawing,
  shownAt,
} from "../../support/screen-recording.js";
import { checkout, click } from "../../support/synthetic.js";
import { painted, pictureBoxes, pictureHashes, seekTo } from "./screen-page.js";

const players = usePlayers();

const troubles = (page: Page) => page.evaluate(() => window.troubles);

describe("a recorded screen", () => {
  it.each([
    [1366, 768],
    [801, 601],
    [640, 480],
  ])("of %d by %d pixels shows exactly what was captured, wherever one goes", async (width, height) => {
    const session = desktopSession();
    const shown = await recordDrawing(session, new DrawnScreen(width, height), { seconds: 14, seed: width });
    session.close();
    const { page, said, close } = await players.open({ session, attributes: 'start-at="0"' });
    await painted(page);
    expect(page.workers().map((worker) => new URL(worker.url()).pathname)).toEqual(["/decode-worker.js"]);
    const roll = dice(7);
    for (let round = 0; round < 8; round++) {
      const atMs = 20 + roll(13_900);
      await seekTo(page, atMs / 1000);
      expect(await pictureHashes(page), `at ${atMs}`).toEqual([shownAt(shown, START + atMs)]);
    }
    expect(await troubles(page)).toEqual([]);
    expect(said).toEqual([]);
    await close();
  });

  it("is exact while it plays, sixteen times as fast too", async () => {
    const session = desktopSession();
    const shown = await recordDrawing(session, new DrawnScreen(800, 600), { seconds: 16, seed: 5 });
    session.close();
    const { page, close } = await players.open({ session, attributes: 'start-at="0"' });
    await painted(page);
    for (const rate of [4, 16]) {
      await page.evaluate(async (speed) => {
        const { player } = window;
        const from = speed === 4 ? 1 : 5;
        player.currentTime = from;
        player.playbackRate = speed;
        player.play();
        while (player.currentTime < from + 3) await new Promise((resolve) => requestAnimationFrame(resolve));
        player.pause();
        await new Promise((resolve) => requestAnimationFrame(resolve));
      }, rate);
      await painted(page);
      const atMs = await page.evaluate(() => window.player.currentTime * 1_000);
      expect(await pictureHashes(page), `${rate} times, at ${atMs}`).toEqual([shownAt(shown, START + atMs)]);
    }
    await close();
  });

  it("takes another resolution on, and goes back to the one before", async () => {
    const session = desktopSession();
    const screen = new DrawnScreen(640, 480);
    const roll = dice(3);
    screen.draw({ x: 0, y: 0, width: 640, height: 480 }, roll);
    appendScreen(session, [screen.display(START), await screen.whole(START)]);
    const before = screen.hash;
    screen.resize(801, 601);
    screen.draw({ x: 100, y: 100, width: 600, height: 400 }, roll);
    const at = START + 2_000;
    appendScreen(session, [screen.display(at), await screen.whole(at)], { checkout: false });
    appendScreen(session, [pointer(START + 4_000, 1, 1)]);
    session.close();
    const { page, close } = await players.open({ session, attributes: 'start-at="1"' });
    await painted(page);
    expect(await pictureHashes(page)).toEqual([before]);
    expect(await page.locator(".size").textContent()).toBe("640 × 480");
    for (const [second, hash, size] of [
      [3, screen.hash, "801 × 601"],
      [1, before, "640 × 480"],
      [2.5, screen.hash, "801 × 601"],
    ] as const) {
      await seekTo(page, second);
      expect(await pictureHashes(page)).toEqual([hash]);
      expect(await page.locator(".size").textContent()).toBe(size);
    }
    await close();
  });

  it("is followed at its edge: what comes is painted, and what is wrong in it is left out and counted", async () => {
    const session = desktopSession();
    const screen = new DrawnScreen(320, 240);
    const roll = dice(11);
    appendScreen(session, [screen.display(START), await screen.whole(START)]);
    const { page, said, close } = await players.open({ session });
    await painted(page);
    for (let step = 1; step < 6; step++) {
      const area = { x: roll(200), y: roll(150), width: 60, height: 60 };
      screen.draw(area, roll);
      appendScreen(session, [await screen.paint(START + step * 300, [area])]);
      const { hash } = screen;
      await expect.poll(async () => (await pictureHashes(page))[0]).toBe(hash);
    }
    const good = await screen.encode({ x: 0, y: 0, width: 64, height: 64 });
    const png = await sharp({ create: { width: 64, height: 64, channels: 3, background: "#f00" } })
      .png()
      .toBuffer();
    // Its head is right, and nothing else of it.
    const garbled = good.image.slice();
    garbled.fill(0xa5, 26);
    const rectangles = [
      { ...good, image: new Uint8Array(png) },
      { ...good, width: 32 },
      { ...good, image: good.image.slice(0, 40) },
      { ...good, x: 288 },
      { ...good, image: garbled },
    ];
    appendScreen(session, [{ type: "paint", atMs: START + 3_000, whole: false, rectangles }]);
    screen.draw({ x: 64, y: 64, width: 64, height: 64 }, roll);
    appendScreen(session, [await screen.paint(START + 3_300, [{ x: 64, y: 64, width: 64, height: 64 }])]);
    await expect.poll(async () => (await pictureHashes(page))[0]).toBe(screen.hash);
    // One frame with three that are told by their heads, one that reaches out, and one that cannot be decoded.
    await page.getByText("3 damaged parts were left out").waitFor();
    expect((await troubles(page)).map(({ type }) => type)).toEqual(["refused", "refused"]);
    // However often they are sought.
    await seekTo(page, 0.1);
    await seekTo(page, 3.2);
    await page.getByText("3 damaged parts were left out").waitFor();
    expect(said).toEqual([]);
    await close();
  });

  it("lets nothing of what was there before through an image", async () => {
    const session = desktopSession();
    const screen = new DrawnScreen(128, 128);
    screen.draw({ x: 0, y: 0, width: 128, height: 128 }, dice(2));
    const glass = await sharp({
      create: { width: 128, height: 128, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
    })
      .webp({ lossless: true })
      .toBuffer();
    const image = { x: 0, y: 0, width: 128, height: 128, exact: true, image: new Uint8Array(glass) };
    appendScreen(session, [screen.display(START), await screen.whole(START)]);
    appendScreen(session, [{ type: "paint", atMs: START + 500, whole: false, rectangles: [image] }]);
    appendScreen(session, [pointer(START + 1_000, 1, 1)]);
    session.close();
    const { page, close } = await players.open({ session, attributes: 'start-at="0.2"' });
    await painted(page);
    await page.evaluate(() => {
      window.player.play();
    });
    const black = new DrawnScreen(128, 128);
    black.pixels.fill(0);
    await expect.poll(async () => (await pictureHashes(page))[0]).toBe(black.hash);
    await close();
  });
});

describe("several displays", () => {
  async function two(): Promise<{ session: RecordedSession; hashes: readonly string[] }> {
    const session = desktopSession();
    const left = new DrawnScreen(400, 300, { name: "Left", x: -400, y: 0 });
    const right = new DrawnScreen(1_200, 800, { name: "Right", x: 0, y: -100, scale: 2 });
    const roll = dice(9);
    left.draw({ x: 20, y: 20, width: 300, height: 200 }, roll);
    right.draw({ x: 200, y: 100, width: 700, height: 600 }, roll);
    for (const [screen, name] of [
      [left, "left"],
      [right, "right"],
    ] as const) {
      const request = { window: `display-${name}`, writer: `writer-${name}` };
      appendScreen(session, [screen.display(START), await screen.whole(START)], request);
    }
    const request = { window: "display-right", writer: "writer-right" };
    appendScreen(session, [pointer(START + 500, 600, 400), button(START + 600, 600, 400)], request);
    appendScreen(session, [pointer(START + 5_000, 600, 400)], request);
    session.close();
    return { session, hashes: [left.hash, right.hash] };
  }

  it("lie as they do on the desktop, with the pointer where it is", async () => {
    const { session, hashes } = await two();
    const { page, close } = await players.open({ session, attributes: 'start-at="0.7"' });
    await painted(page);
    await expect.poll(async () => new Set(await pictureHashes(page))).toEqual(new Set(hashes));
    const { view, left, right, pointers } = await pictureBoxes(page, ["display-left", "display-right"]);
    // On the desktop: 1000 points by 400.
    const point = view.width / 1_000;
    const near = (value: number): unknown => expect.closeTo(value, 0);
    expect(left).toEqual({
      x: near(0),
      y: near(100 * point),
      width: near(400 * point),
      height: near(300 * point),
    });
    expect(right).toEqual({
      x: near(400 * point),
      y: near(0),
      width: near(600 * point),
      height: near(400 * point),
    });
    // 300, 200 points into the right one; the arrow's tip is at its upper left.
    expect(pointers).toEqual([{ x: near((400 + 300) * point), y: near(200 * point) }]);
    expect(await page.locator(".ripple").count()).toBe(1);
    expect(await page.locator(".size").textContent()).toBe("2 displays");
    await close();
  });

  it("can be seen one by one", async () => {
    const { session, hashes } = await two();
    const { page, close } = await players.open({ session, attributes: 'start-at="0.7"' });
    await painted(page);
    const tabs = page.getByRole("tab");
    expect((await tabs.allTextContents()).map((name) => name.trim())).toEqual([
      "All displays",
      "Left",
      "Right",
    ]);
    await tabs.getByText("Right").click();
    await expect.poll(() => pictureHashes(page)).toEqual([hashes[1]]);
    expect(await page.locator(".size").textContent()).toBe("1200 × 800");
    expect(await page.getByRole("tab", { selected: true }).allTextContents()).toEqual([
      expect.stringContaining("Right"),
    ]);
    await tabs.getByText("All displays").click();
    await expect.poll(async () => (await pictureHashes(page)).length).toBe(2);
    await close();
  });
});

describe("what is drawn and said over a picture", () => {
  it.each([
    ["minimised", "window", "Minimised"],
    ["closed", "window", "Closed"],
    ["closed", "display", "Disconnected"],
    ["outside", "window", "Partly off the screen"],
    ["denied", "window", "Hidden"],
    ["paused", "display", "Recording paused"],
    ["unavailable", "display", "No picture"],
  ] as const)("a picture that is %s (a %s) says so over its last picture", async (state, source, words) => {
    const session = desktopSession();
    const screen = new DrawnScreen(640, 480, { source });
    screen.draw({ x: 0, y: 0, width: 640, height: 480 }, dice(4));
    appendScreen(session, [screen.display(START), await screen.whole(START)]);
    appendScreen(session, [screen.display(START + 1_000, { state })]);
    appendScreen(session, [
      screen.display(START + 2_000, { state: "shown" }),
      await screen.whole(START + 2_000),
    ]);
    session.close();
    const { page, close } = await players.open({ session, attributes: 'start-at="1.5"' });
    await painted(page);
    await page.getByText(words, { exact: true }).waitFor();
    expect(await pictureHashes(page)).toEqual([screen.hash]);
    await seekTo(page, 2);
    expect(await page.getByText(words, { exact: true }).count()).toBe(0);
    await close();
  });

  it("a screen recorded without pictures says so, and shows what was done", async () => {
    const session = desktopSession();
    const screen = new DrawnScreen(640, 480);
    const events: ScreenEvent[] = [
      screen.display(START),
      { type: "paint", atMs: START, whole: true, rectangles: [] },
      pointer(START + 10, 320, 240),
      key(START + 900, "Ctrl+S"),
    ];
    appendScreen(session, events, { checkout: true });
    session.close();
    const { page, close } = await players.open({ session, attributes: 'start-at="0.9"' });
    await painted(page);
    await page.getByText("No picture is recorded").waitFor();
    expect(await page.locator(".pointer:not([hidden])").count()).toBe(1);
    expect(await page.locator(".chord kbd").allTextContents()).toEqual(["Ctrl", "S"]);
    await close();
  });
});

it("shows a page beside a screen, each in its own way", async () => {
  const session = desktopSession();
  const screen = new DrawnScreen(320, 240);
  appendScreen(session, [screen.display(START), await screen.whole(START), button(START + 100, 9, 9)]);
  session.append({
    window: "page-in-app",
    writer: "writer-page",
    events: [...checkout(START + 10, "a page"), click(START + 3_000)],
  });
  appendScreen(session, [button(START + 6_000, 9, 9)]);
  session.close();
  const { page, said, close } = await players.open({ session, attributes: 'start-at="1"' });
  await painted(page);
  expect(await page.locator("iframe").count()).toBe(0);
  await page.evaluate(() => {
    window.player.currentTime = 4;
  });
  await expect.poll(() => recordedText(page, "#line")).toBe("a page");
  expect(await page.locator("canvas").count()).toBe(0);
  await seekTo(page, 6);
  await expect.poll(() => pictureHashes(page)).toEqual([screen.hash]);
  expect(said).toEqual([]);
  await close();
});

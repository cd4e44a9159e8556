/*
 * Cause: what changes a picture's size, and the paint that comes with it, were made ready one by one. So while the paint was
 * being decoded the picture stood there black, and was said to have none: a window whose edge is dragged flickered.
 */
import { expect, it } from "vitest";
import { usePlayers } from "../support/player-in-browser.js";
import { START } from "../support/recorded-session.js";
import { appendScreen, DrawnScreen, desktopSession } from "../support/screen-recording.js";
import { painted, pictureHashes } from "../surfaces/screen/screen-page.js";

const players = usePlayers();

declare global {
  interface Window {
    /** Pictures of the browser's own in which the recorded one was black, or was said to be missing. */
    flickers: number;
  }
}

const watchForFlicker = (): void => {
  window.flickers = 0;
  const look = (): void => {
    const stage = window.player.shadowRoot?.querySelector("reeltime-player-stage")?.shadowRoot;
    const canvas = stage?.querySelector<HTMLCanvasElement>(".picture canvas.exact");
    const words = stage?.querySelector<HTMLElement>(".picture .words");
    const [red = 0] = canvas?.getContext("2d")?.getImageData(9, 9, 1, 1).data ?? [];
    if (red < 0x80 || words?.hidden === false) window.flickers += 1;
    requestAnimationFrame(look);
  };
  look();
};

it.each(["as it happens", "afterwards"])("is never black in between, seen %s", async (when) => {
  const session = desktopSession();
  const screen = new DrawnScreen(900, 700, { source: "window" });
  const resize = async (step: number): Promise<void> => {
    const atMs = START + step * 150;
    screen.resize(900 + step * 16, 700 + step * 9);
    screen.pixels.fill(0xd0 + step);
    appendScreen(session, [screen.display(atMs), await screen.whole(atMs)]);
  };
  const steps = 12;
  await resize(0);
  if (when === "afterwards") {
    for (let step = 1; step < steps; step++) await resize(step);
    session.close();
  }
  const attributes = when === "afterwards" ? 'start-at="0"' : "";
  const { page, close } = await players.open({ session, attributes });
  await painted(page);
  await page.evaluate(watchForFlicker);
  if (when === "afterwards") await page.evaluate(() => window.player.play());
  else
    for (let step = 1; step < steps; step++) {
      await resize(step);
      await page.waitForTimeout(100);
    }
  await expect.poll(async () => (await pictureHashes(page))[0], { timeout: 20_000 }).toBe(screen.hash);
  expect(await page.evaluate(() => window.flickers)).toBe(0);
  await close();
});

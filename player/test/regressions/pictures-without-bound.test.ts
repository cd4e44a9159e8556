/*
 * Cause: each picture was bounded, but not how many are shown at once. A recording of a few hundred bytes with a dozen displays
 * of one colour each took gigabytes of whoever watched it, and stopped their page for a minute.
 */
import sharp from "sharp";
import { expect, it } from "vitest";
import { MAX_DISPLAYS_AT_ONCE } from "../../src/store/limits.js";
import { MAX_SHOWN_PIXELS } from "../../src/surfaces/screen/limits.js";
import { usePlayers } from "../support/player-in-browser.js";
import { START } from "../support/recorded-session.js";
import { appendScreen, desktopSession, pointer } from "../support/screen-recording.js";
import { painted } from "../surfaces/screen/screen-page.js";

const SIDE = 4_000;
const players = usePlayers();

it("many huge displays at once take no more than a few, and each can be seen alone", async () => {
  const session = desktopSession();
  const create = { width: SIDE, height: SIDE, channels: 3, background: "#48c" } as const;
  const image = new Uint8Array(await sharp({ create }).webp({ lossless: true }).toBuffer());
  const rectangle = { x: 0, y: 0, width: SIDE, height: SIDE, exact: true, image };
  for (let count = 0; count < 20; count++) {
    const display = {
      type: "display",
      atMs: START + count,
      width: SIDE,
      height: SIDE,
      x: count * SIDE,
    } as const;
    const more = { y: 0, scale: 1, source: "display", name: `Wall ${count}`, state: "shown" } as const;
    const paint = { type: "paint", atMs: START + count, whole: true, rectangles: [rectangle] } as const;
    const of = { window: `display-${1_000 + count}`, writer: `writer-${1_000 + count}` };
    appendScreen(session, [{ ...display, ...more }, paint], of);
  }
  const own = { window: "display-1000", writer: "writer-1000" };
  appendScreen(session, [pointer(START + 3_000, 1, 1)], own);
  session.close();
  const { page, said, close } = await players.open({ session, attributes: 'start-at="1"' });
  await painted(page);
  const sizes = (): Promise<readonly number[]> =>
    page.evaluate(() => {
      const stage = window.player.shadowRoot?.querySelector("reeltime-player-stage")?.shadowRoot;
      const canvases = stage?.querySelectorAll<HTMLCanvasElement>(".picture canvas.exact") ?? [];
      return [...canvases].map(({ width, height }) => width * height);
    });
  const together = await sizes();
  expect(together).toHaveLength(MAX_DISPLAYS_AT_ONCE);
  expect(together.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MAX_SHOWN_PIXELS);
  expect(await page.getByText("Too large", { exact: true }).count()).toBe(MAX_DISPLAYS_AT_ONCE);
  await page.getByRole("tab", { name: "Wall 19" }).click();
  await expect.poll(sizes).toEqual([SIDE * SIDE]);
  expect(await page.getByText("Too large", { exact: true }).count()).toBe(0);
  expect(said).toEqual([]);
  await close();
});

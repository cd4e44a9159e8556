/*
 * Cause: an image that cannot be decoded was told by the time of the last change painted with it, which is another wherever one
 * goes to. So each seek past it counted one more damaged part.
 */
import { it } from "vitest";
import { usePlayers } from "../support/player-in-browser.js";
import { START } from "../support/recorded-session.js";
import { appendScreen, DrawnScreen, desktopSession, dice } from "../support/screen-recording.js";
import { painted, seekTo } from "../surfaces/screen/screen-page.js";

const players = usePlayers();

it("one damaged image is one, wherever one goes", async () => {
  const session = desktopSession();
  const screen = new DrawnScreen(320, 240);
  const roll = dice(5);
  appendScreen(session, [screen.display(START), await screen.whole(START)]);
  const good = await screen.encode({ x: 256, y: 128, width: 64, height: 64 });
  const garbled = good.image.slice();
  garbled.fill(0xa5, 26);
  const rectangles = [{ ...good, image: garbled }];
  appendScreen(session, [{ type: "paint", atMs: START + 1_000, whole: false, rectangles }]);
  for (let second = 2; second < 6; second++) {
    const area = { x: 0, y: 0, width: 60, height: 60 };
    screen.draw(area, roll);
    appendScreen(session, [await screen.paint(START + second * 1_000, [area])]);
  }
  session.close();
  const { page, close } = await players.open({ session, attributes: 'start-at="0"' });
  await painted(page);
  for (const second of [1.5, 3.5, 2.5, 4.5, 0.5, 5]) await seekTo(page, second);
  await page.getByText("1 damaged part was left out").waitFor();
  await close();
});

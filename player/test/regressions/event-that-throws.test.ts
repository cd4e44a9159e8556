/**
 * Cause: what had happened up to where a session was opened was applied in one go, so that one event a replayer throws
 * at (of a kind it does not know, say) took all the others with it: only the page as it was loaded was shown.
 */
import { expect, it } from "vitest";
import { ready, recordedText, usePlayers } from "../support/player-in-browser.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { checkout, textChange } from "../support/synthetic.js";

const INTERACTION = 2;
const NO_KIND = 99;
const players = usePlayers();

it("an event that cannot be applied is one event not shown", async () => {
  const session = new RecordedSession(START);
  session.append({
    events: [
      ...checkout(START + 100, "loaded"),
      textChange(START + 200, "before"),
      { type: 3, timestamp: START + 300, data: { source: INTERACTION, type: NO_KIND, id: 6, x: 1, y: 1 } },
      textChange(START + 400, "after"),
      textChange(START + 3_000, "later"),
    ],
  });
  session.close();
  const player = await players.open({ session, attributes: 'start-at="1"' });
  await ready(player.page);
  expect(await recordedText(player.page, "#line")).toBe("after");
  expect(await player.page.evaluate(() => window.troubles.length)).toBe(1);
  await player.close();
});

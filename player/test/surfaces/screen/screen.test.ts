import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPlayers } from "../../support/player-in-browser.js";
import { RecordedSession } from "../../support/recorded-session.js";
import { DrawnScreen, dice, recordDrawing, shownAt } from "../../support/screen-recording.js";
import { painted, pictureHashes, seekTo } from "./screen-page.js";

const START = 1_795_000_000_000;
let players: Awaited<ReturnType<typeof startPlayers>>;

beforeAll(async () => {
  players = await startPlayers();
});
afterAll(() => players.close());

function desktop(): RecordedSession {
  const session = new RecordedSession(START);
  session.sdk = "desktop/0.1.0";
  return session;
}

describe("a recorded screen", () => {
  it.each([
    [1366, 768],
    [801, 601],
    [640, 480],
  ])("of %d by %d pixels shows exactly what was captured, wherever one goes", async (width, height) => {
    const session = desktop();
    const shown = await recordDrawing(session, new DrawnScreen(width, height), { seconds: 14, seed: width });
    session.close();
    const { page, said, close } = await players.open({ session, attributes: 'start-at="0"' });
    await painted(page);
    const roll = dice(7);
    for (let round = 0; round < 8; round++) {
      const atMs = 20 + roll(13_900);
      await seekTo(page, atMs / 1000);
      expect(await pictureHashes(page), `at ${atMs}`).toEqual([shownAt(shown, START + atMs)]);
    }
    expect(await page.evaluate(() => window.troubles)).toEqual([]);
    expect(said).toEqual([]);
    await close();
  });
});

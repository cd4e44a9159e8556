import { afterAll, beforeAll, expect, it } from "vitest";
import { type Outside, startOutside } from "../support/outside.js";
import { type PlayerInBrowser, ready, recordedText, usePlayers } from "../support/player-in-browser.js";
import { RecordedSession, START } from "../support/recorded-session.js";
import { hostileEvents } from "./hostile-recording.js";

const players = usePlayers();
let outside: Outside;

beforeAll(async () => {
  outside = await startOutside();
});

afterAll(async () => {
  await outside.close();
});

/** Plays the hostile recording from before its middle to its end. */
async function play(csp?: false): Promise<PlayerInBrowser> {
  const session = new RecordedSession(START);
  const player = await players.open({
    session,
    attributes: 'start-at="1"',
    ...(csp === false ? { csp } : {}),
  });
  // The recording names the player's own origin, which is known only now.
  session.append({ events: hostileEvents(START + 100, outside.url, player.server.url) });
  session.close();
  await player.page.reload();
  await ready(player.page);
  await player.page.evaluate(() => window.player.play());
  await player.page.waitForFunction(() => window.player.store?.state.mode === "ended");
  // Once more from the start, and back: applied at once over the virtual DOM.
  for (const second of [0, 3.5]) {
    await player.page.evaluate((to) => {
      window.player.currentTime = to;
    }, second);
    await ready(player.page);
  }
  await player.page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 300))),
      ),
  );
  return player;
}

const OWN =
  /^(?:GET \/|GET \/player\.js|GET \/v1\/sessions\/[\w-]+(?:\/frames\?.*)?|GET \/v1\/live\?.*|GET \/favicon\.ico)$/;

it.each([
  ["under the page's policy", undefined],
  ["even without the policy", false],
] as const)("a hostile recording runs nothing and asks nobody for anything, %s", async (_name, csp) => {
  outside.hits.length = 0;
  const player = await play(csp);
  expect(await player.page.evaluate(() => window.troubles)).toEqual([]);
  expect(await recordedText(player.page, "#line")).not.toBe("");
  expect(await recordedText(player.page, "#target-added1")).toBe("target");
  expect(outside.hits).toEqual([]);
  expect(player.server.hits.filter((hit) => !OWN.test(hit))).toEqual([]);
  expect(await player.page.evaluate(() => (window as unknown as { canary?: string }).canary)).toBeUndefined();
  // What the policy had to stop, the sanitiser had let through.
  expect(player.said.filter((line) => /Content Security|Refused|violat/i.test(line))).toEqual([]);
  expect(player.page.url()).toBe(`${player.server.url}/`);
  expect(await player.page.evaluate(() => document.activeElement === document.body)).toBe(true);
  await player.close();
});

it("what is recorded outside is seen to be asked for when nothing stops it", async () => {
  outside.hits.length = 0;
  const session = new RecordedSession(START);
  session.close();
  const player = await players.open({ session, csp: false });
  await player.page.evaluate((origin) => {
    const image = new Image();
    image.src = `${origin}/control`;
    document.body.append(image);
  }, outside.url);
  await expect.poll(() => outside.hits).toEqual(["/control"]);
  await player.close();
});

/**
 * `stop()` let go of the page at once, its `pagehide` too: a visitor who was stopped and sent on in one breath (a
 * log-out) lost what was just recorded, and the session stayed open until it was idle.
 */
import { expect, it } from "vitest";
import { type Reeltime, stage, useStage } from "../browser/stage.js";

useStage();

it("stop, and away in the same breath: the end arrives and the session is closed", async () => {
  // An upload that is not answered, which the stop has to wait for.
  stage.site.head = `<script>const real = fetch; window.state = "open";
    fetch = (url, init) => {
      if (state === "open" || !url.endsWith("/frames")) return real(url, init);
      state = "held";
      return new Promise(() => {});
    }</script>`;
  const page = await stage.open(await stage.visitor());
  await stage.recording();
  const { collector } = stage;
  await page.evaluate(() => {
    (window as unknown as { state: string }).state = "hold";
    document.body.append("the last words");
  });
  await page.waitForFunction(() => (window as unknown as { state: string }).state === "held");
  await page.evaluate(() => document.body.append("and these"));
  await page.evaluate(() => {
    (window as unknown as { reeltime: Reeltime }).reeltime("stop");
    location.href = "/out";
  });
  await page.waitForURL("**/out");
  await collector.until("closed", () => collector.closed.size === 1);
  expect(JSON.stringify(collector.frames.map(({ list }) => list))).toContain("the last words");
  expect(JSON.stringify(collector.frames.map(({ list }) => list))).toContain("and these");
  expect(collector.frames.at(-1)?.kind).toBe("close");
});

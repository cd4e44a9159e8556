/**
 * The next checkout waited for a time of day: a clock that was set back by an hour put it off by an hour, and where one
 * was needed (after a loss, in a new session) everything until then was dropped.
 */
import { it } from "vitest";
import { stage, useStage } from "../browser/stage.js";

useStage();

it("takes a checkout soon after the clock was set back by an hour", async () => {
  stage.site.head =
    "<script>const real = Date.now; window.backMs = 0; Date.now = () => real() - window.backMs</script>";
  const page = await stage.open(await stage.visitor());
  await stage.recording();
  const { collector } = stage;
  // The second, whose cost says when the next may be taken; asked for no more, and some time for one asked for already.
  const ask = { checkout: collector.frames.map(({ window }) => window) };
  collector.ack = ask;
  await page.evaluate(() => document.body.append("asks for one"));
  await stage.recording(2);
  collector.ack = {};
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 4000)));
  const before = collector.frames.filter(({ checkout }) => checkout).length;
  collector.ack = ask;
  await page.evaluate(() => {
    (window as unknown as { backMs: number }).backMs = 3_600_000;
    document.body.append("asks for another");
  });
  await stage.recording(before + 1);
});

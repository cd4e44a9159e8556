/**
 * Recording that waits for a person, since its session was closed while nobody was there, began again with their first
 * input also when the page had said `pause()` meanwhile.
 */
import { expect, it } from "vitest";
import { call, stage, useStage } from "../browser/stage.js";

useStage();

it("stays paused when a person comes back to a session that was closed", async () => {
  const page = await stage.open(await stage.visitor());
  await stage.recording();
  const { collector } = stage;
  const uploads = (): number => collector.requests.filter(({ url }) => url.endsWith("/frames")).length;
  collector.closed.set(collector.opened[0]?.sessionId ?? "", "idle");
  const before = uploads();
  await page.evaluate(() => document.body.append("an animation"));
  await collector.until("a refusal", () => uploads() > before);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)));
  await call(page, "pause");
  await page.mouse.move(9, 9);
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1500)));
  expect(collector.opened).toHaveLength(1);
  await call(page, "resume");
  await stage.recording(2);
  expect(collector.opened).toHaveLength(2);
});

/**
 * Where a browser denies a page its storage, it denies it Web Locks too: the request for the lock was refused, so no
 * session was ever opened, and the recorder tried for ever.
 */
import { expect, it } from "vitest";
import { stage, useStage } from "../browser/stage.js";

useStage();

it("records where the browser denies storage and locks", async () => {
  // What a page without an origin of its own gets, and one whose visitor blocks all cookies.
  stage.site.headers = { "content-security-policy": "sandbox allow-scripts" };
  const page = await stage.open(await stage.visitor());
  const denied = await page.evaluate(() =>
    navigator.locks?.request("any", () => undefined).catch(({ name }: Error) => name),
  );
  // `undefined`: the page is no secure context, and has no locks at all.
  expect(["SecurityError", undefined]).toContain(denied);
  await stage.recording();
  expect(stage.collector.opened).toHaveLength(1);
  expect(stage.errors).toEqual([]);
});

/**
 * What several pages could not send may be more than `sessionStorage` takes. Then nothing was kept: not what the last
 * page left, none of what the pages before it left, and not that the window's id is free.
 */
import { expect, it } from "vitest";
import { stage, useStage } from "../browser/stage.js";

useStage();

it("keeps what the newest pages left, and the window, when storage does not take all", async () => {
  const page = await stage.open(await stage.visitor(), "/0");
  await stage.recording();
  const { collector } = stage;
  const windows = new Set(collector.frames.map(({ window }) => window));
  collector.fault = (url) => (url === "/recorder.js" ? undefined : { status: 503 });
  for (let load = 1; load < 5; load++) {
    await page.evaluate(async () => {
      for (let part = 0; part < 8; part++) {
        const bytes = crypto.getRandomValues(new Uint8Array(34_000));
        const node = document.createElement("p");
        node.textContent = `part ${part}: ${Array.from(bytes, (byte) => byte.toString(16)).join("")}`;
        document.body.append(node);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      document.body.append(`the end of ${location.pathname}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    await page.goto(`${stage.origin}/${load}`);
    await page.waitForFunction(() => (window as { reeltime?: { ready?: boolean } }).reeltime?.ready);
  }
  collector.fault = undefined;
  await collector.until("what the newest page left", () =>
    collector.frames.some(({ list }) => JSON.stringify(list).includes("the end of /3.")),
  );
  expect(new Set(collector.frames.map(({ window }) => window))).toEqual(windows);
});

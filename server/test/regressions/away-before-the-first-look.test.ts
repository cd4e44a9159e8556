/**
 * The catalog told that a session went away only when it had looked at it once while it was live. One that was told
 * of as live and went away before the first look stayed live for whoever watched the list.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Bench, startBench, until } from "../catalog/support/bench.js";
import { open } from "../catalog/support/frames.js";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

it("a session that goes away before the first look at it is told of", async () => {
  const recorder = bench.recorder();
  let nowMs = Date.now();
  const catalog = await bench.catalog({ recorder, clock: () => nowMs, tickMs: 300 });
  await catalog.ready();
  const told: string[] = [];
  const heard = new Promise<string>((resolve) => {
    catalog.onChange((changed) => {
      for (const item of changed) told.push(item.status);
      // At once, and so before the next look.
      if (told.length === 1) nowMs += 60_000;
      resolve(told[0] ?? "");
    });
  });
  await open(recorder);
  expect(await heard).toBe("live");
  await until(() => told.at(-1) === "away");
});

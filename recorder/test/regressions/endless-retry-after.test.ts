/*
 * Cause: a `retry-after` was believed whatever it said. A timer takes no more than 2^31 ms: what is longer it takes for 1 ms,
 * so that a collector that wanted to be left alone for months was asked a thousand times a second.
 */
import { expect, it } from "vitest";
import { createWorld } from "../uploader/world.js";

it("a retry-after counts for an hour at the most", async () => {
  const world = createWorld();
  let refusals = 0;
  world.fate = () => (refusals++ === 0 ? { status: 429, retryAfter: "9999999" } : "answer");
  const label = world.push({ checkout: true });
  await world.run(3_500_000);
  expect(refusals).toBe(1);
  await world.run(200_000);
  expect(world.kept.map((frame) => frame.label)).toContain(label);
});

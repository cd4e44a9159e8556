/**
 * What a leaving page had over the limit of what is kept was told as lost under a number that, when the page came back
 * from the back-forward cache, went to a frame of its own. Once the next page had sent that loss, the frame was taken for
 * sent, those after it followed a loss without a checkout, or nothing was ever taken as acknowledged again.
 */
import { expect, it } from "vitest";
import { MAX_FRAMES_PER_UPLOAD } from "../../src/protocol/index.js";
import { MAX_LEFTOVER_BYTES } from "../../src/uploader/index.js";
import { expectConsistent } from "../uploader/consistency.js";
import { createWorld } from "../uploader/world.js";

for (const [what, count, bytes] of [
  ["frames", MAX_FRAMES_PER_UPLOAD + 20, 10],
  ["bytes", 5, MAX_LEFTOVER_BYTES / 4],
] as const) {
  it(`a page that comes back after the next told its loss goes on, with more ${what} than are kept`, async () => {
    const world = createWorld({ maxQueueBytes: 10 * MAX_LEFTOVER_BYTES });
    world.push({ checkout: true });
    await world.run(1000);
    world.fate = () => "lost request";
    for (let frame = 0; frame < count; frame++) world.push({ bytes });
    const left = world.uploader.leave();
    const page = world.next();
    page.fate = () => "answer";
    if (left) void page.uploader.resend(left);
    await world.run(1000);
    world.fate = () => "answer";
    world.checkoutBytes = 50;
    world.uploader.wake();
    await world.run(100_000);
    const sent = world.push({ checkout: true });
    await world.run(10_000);
    expect(world.kept.at(-1)?.label).toBe(sent);
    expectConsistent(world);
  });
}

it("sends a frame again byte for byte, also when its body was made smaller meanwhile", async () => {
  let deflated = (_body: Uint8Array): void => {};
  const world = createWorld({
    deflate: () =>
      new Promise((resolve) => {
        deflated = resolve;
      }),
  });
  world.push({ checkout: true, bytes: 50 });
  await world.run(1000);
  world.fate = () => "lost request";
  world.push({ bytes: 500 });
  const left = world.uploader.leave();
  deflated(new Uint8Array(20));
  await world.run(1000);
  expect(left?.frames).toHaveLength(1);
  expect(world.uploader.leave()?.frames).toEqual(left?.frames);
});

import { describe, expect, it } from "vitest";
import { KEEPALIVE_BYTES, MAX_LEFTOVER_BYTES } from "../../src/uploader/index.js";
import { expectConsistent } from "./consistency.js";
import { createWorld, type World } from "./world.js";

describe("a page that goes away", () => {
  it("sends again what is in flight, and the next load's copy is no second one", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    world.travelMs = () => 400;
    world.push();
    await world.run(100);
    world.push();
    world.travelMs = () => 10;
    const left = world.uploader.leave();
    world.uploader.end();
    await world.run(1000);
    expect(world.kept.map(({ number }) => number)).toEqual([0, 1, 2]);
    const page = world.next();
    if (left) expect(await settle(world, page.uploader.resend(left))).toBe(true);
    expect(world.kept.map(({ number }) => number)).toEqual([0, 1, 2]);
  });

  it("spends no more than the keepalive budget, counted over all requests", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    for (let frame = 0; frame < 20; frame++) world.push({ bytes: 10_000 });
    world.travelMs = () => 5_000;
    world.uploader.leave();
    world.uploader.leave();
    await world.run(1);
    await world.run(20_000);
    const outliving = world.requests.filter(({ keepalive }) => keepalive);
    expect(outliving.map(({ numbers }) => numbers.length)).toEqual([6]);
    expect(6 * 10_000).toBeLessThan(KEEPALIVE_BYTES);
  });

  it("leaves what is over the budget to the next load, under the old writer and numbers", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    const sent = Array.from({ length: 20 }, () => world.push({ bytes: 10_000 }));
    const left = world.uploader.leave();
    world.uploader.end();
    await world.run(1000);
    const page = world.next();
    page.push({ checkout: true });
    if (left) await settle(world, page.uploader.resend(left));
    await world.run(1000);
    const [writer] = world.kept.map((frame) => frame.writer);
    const old = world.kept.filter((frame) => frame.writer === writer);
    expect(old.map(({ label }) => label).slice(1)).toEqual(sent);
    expect(old.map(({ number }) => number)).toEqual(old.map((_, index) => index));
  });

  it("tells as lost what is over the limit of what is kept", async () => {
    const world = createWorld({ maxQueueBytes: 10 * MAX_LEFTOVER_BYTES });
    world.push({ checkout: true });
    await world.run(1000);
    world.fate = () => "lost request";
    for (let frame = 0; frame < 5; frame++) world.push({ bytes: MAX_LEFTOVER_BYTES / 4 });
    const left = world.uploader.leave();
    world.uploader.end();
    const bytes = left?.frames.reduce((sum, frame) => sum + frame.length, 0) ?? 0;
    expect(bytes).toBeLessThan(MAX_LEFTOVER_BYTES + 1000);
    world.fate = () => "answer";
    const page = world.next();
    if (left) await settle(world, page.uploader.resend(left));
    expect(world.kept.at(-1)?.lost).toMatchObject({ reason: "storage", events: 2 });
  });

  it("tells the same when the page comes back, and goes on with a checkout", async () => {
    const world = createWorld({ maxQueueBytes: 10 * MAX_LEFTOVER_BYTES });
    world.push({ checkout: true });
    await world.run(1000);
    world.fate = () => "lost request";
    for (let frame = 0; frame < 5; frame++) world.push({ bytes: MAX_LEFTOVER_BYTES / 4 });
    world.uploader.leave();
    expect(world.asked).toBe(1);
    const sent = world.push({ checkout: true });
    world.fate = () => "answer";
    world.uploader.wake();
    await world.run(10_000);
    expectConsistent(world);
    expect(world.kept.at(-2)?.lost).toMatchObject({ reason: "storage", events: 2 });
    expect(world.kept.at(-1)).toMatchObject({ label: sent, number: 5 });
  });

  it("keeps what an outage holds back until it is over", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    world.push();
    const left = world.uploader.leave();
    const page = world.next();
    page.fate = () => ({ status: 503 });
    expect(left && (await settle(world, page.uploader.resend(left)))).toBe(false);
  });

  it("lets small requests outlive a page that cannot be seen", async () => {
    const world = createWorld();
    world.uploader.setUnseen(true);
    world.push({ checkout: true });
    await world.run(1000);
    world.uploader.setUnseen(false);
    world.push();
    await world.run(1000);
    expect(world.requests.map(({ keepalive }) => keepalive)).toEqual([true, false]);
  });
});

/** Lets time pass until a promise is settled. */
async function settle<Value>(world: World, promise: Promise<Value>): Promise<Value> {
  let done = false;
  void promise.finally(() => {
    done = true;
  });
  for (let turn = 0; turn < 100 && !done; turn++) await world.run(100);
  return promise;
}

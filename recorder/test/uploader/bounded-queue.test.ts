import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../../src/protocol/index.js";
import { expectConsistent } from "./consistency.js";
import { createWorld, labelsOf, type World } from "./world.js";

describe("the bounded queue", () => {
  const offline = (maxQueueBytes: number): World => {
    const world = createWorld({ maxQueueBytes });
    world.fate = () => "lost request";
    return world;
  };

  it("keeps what fits through an outage", async () => {
    const world = offline(20_000);
    const sent = [world.push({ checkout: true }), world.push({ bytes: 10_000 })];
    await world.run(30_000);
    world.fate = () => "answer";
    await world.run(60_000);
    expect(labelsOf(world)).toEqual(sent);
  });

  it("drops whole runs, tells how much, and goes on with a checkout", async () => {
    const world = offline(20_000);
    world.checkoutBytes = 1000;
    world.push({ checkout: true, bytes: 1000 });
    for (let frame = 0; frame < 30; frame++) {
      world.push({ bytes: 3000 });
      await world.run(100);
    }
    world.fate = () => "answer";
    await world.run(100_000);
    expectConsistent(world);
    expect(world.kept.some(({ lost }) => lost?.reason === "overflow")).toBe(true);
  });

  it("takes a checkout that is larger than the bound", async () => {
    const world = offline(20_000);
    const sent = world.push({ checkout: true, bytes: 50_000 });
    world.fate = () => "answer";
    await world.run(10_000);
    expect(labelsOf(world)).toEqual([sent]);
  });

  it("does not hold what is past the format's limit, and asks for a checkout", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    world.push({ rawBytes: MAX_BODY_BYTES });
    expect(world.asked).toBe(0);
    world.push({ rawBytes: MAX_BODY_BYTES + 1 });
    expect(world.asked).toBe(1);
    world.push({ checkout: true });
    await world.run(1000);
    expect(world.kept.map(({ lost }) => lost?.reason)).toEqual([
      undefined,
      undefined,
      "too_large",
      undefined,
    ]);
  });
});

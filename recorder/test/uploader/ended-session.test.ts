import { describe, expect, it } from "vitest";
import { createWorld } from "./world.js";

describe("a session that takes nothing more", () => {
  for (const reason of ["idle", "limit"] as const) {
    it(`is followed by a linked one that begins with a checkout when it was closed for ${reason}`, async () => {
      const world = createWorld();
      world.checkoutBytes = 500;
      world.push({ checkout: true });
      await world.run(1000);
      const [first] = world.opened;
      if (first) world.closed.set(first.sessionId, reason);
      world.push({ facts: [{ type: "click", atMs: world.now(), text: "Pay" }] });
      await world.run(10_000);
      expect(world.opened[1]?.after).toBe(`token ${first?.sessionId}`);
      const then = world.kept.filter(({ session }) => session === world.opened[1]?.sessionId);
      expect(then.map(({ kind, checkout }) => [kind, checkout])).toEqual([
        ["lost", false],
        ["dom", true],
      ]);
      expect(then[0]?.lost).toMatchObject({ events: 1, reason: "rate" });
      expect(then[0]?.facts).toMatchObject([{ text: "Pay" }]);
      expect(then[0]?.number).toBe(0);
    });
  }

  it("loses nothing when the frames that wait begin with a checkout", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    const [first] = world.opened;
    if (first) world.closed.set(first.sessionId, "idle");
    const page = world.next();
    const sent = [page.push({ checkout: true }), page.push()];
    await world.run(10_000);
    const then = world.kept.filter(({ session }) => session !== first?.sessionId);
    expect(then.map(({ label, number }) => [label, number])).toEqual(
      sent.map((label, index) => [label, index]),
    );
  });

  for (const why of ["missing", "expired", "erased"] as const) {
    it(`is followed by one that is not linked when it is ${why}`, async () => {
      const world = createWorld();
      world.checkoutBytes = 500;
      world.push({ checkout: true });
      await world.run(1000);
      const [first] = world.opened;
      if (first) world.closed.set(first.sessionId, why);
      world.push();
      await world.run(10_000);
      expect(world.opened.map(({ after }) => after)).toEqual([undefined, undefined]);
      expect(world.kept.at(-1)).toMatchObject({ checkout: true, session: world.opened[1]?.sessionId });
    });
  }

  it("ends everything when it was stopped", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    const [first] = world.opened;
    if (first) world.closed.set(first.sessionId, "stopped");
    world.push();
    await world.run(10_000);
    world.push({ checkout: true });
    await world.run(10_000);
    expect(world.ended).toEqual(["stopped"]);
    expect(world.opened).toHaveLength(1);
    expect(world.kept).toHaveLength(1);
  });

  it("is not followed before something is pushed when the SDK says so", async () => {
    const world = createWorld();
    world.goOn = false;
    world.push({ checkout: true });
    await world.run(1000);
    const [first] = world.opened;
    if (first) world.closed.set(first.sessionId, "idle");
    world.push();
    await world.run(120_000);
    expect(world.opened).toHaveLength(1);
    world.push({ checkout: true });
    await world.run(1000);
    expect(world.opened).toHaveLength(2);
    expect(world.kept.at(-1)).toMatchObject({ checkout: true, number: 0 });
  });

  it("is followed by the one that another tab opened", async () => {
    const world = createWorld();
    world.checkoutBytes = 300;
    world.push({ checkout: true });
    await world.run(1000);
    const [first] = world.opened;
    if (first) world.closed.set(first.sessionId, "idle");
    const tab = world.next();
    tab.push({ checkout: true });
    await world.run(1000);
    world.push();
    await world.run(5000);
    expect(world.opened).toHaveLength(2);
    expect(new Set(world.kept.slice(1).map(({ session }) => session))).toEqual(
      new Set([world.opened[1]?.sessionId]),
    );
    expect(world.kept.at(-1)?.checkout).toBe(true);
  });
});

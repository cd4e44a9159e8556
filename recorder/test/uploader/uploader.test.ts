import { describe, expect, it } from "vitest";
import { MAX_BATCH_FRAMES } from "../../src/uploader/index.js";
import { createWorld, labelsOf } from "./world.js";

describe("an uploader", () => {
  it("opens a session and brings frames in order, numbered from 0", async () => {
    const world = createWorld();
    const sent = [world.push({ checkout: true }), world.push(), world.push()];
    await world.run(1000);
    expect(labelsOf(world)).toEqual(sent);
    expect(world.kept.map(({ number }) => number)).toEqual([0, 1, 2]);
    expect(world.opened).toHaveLength(1);
  });

  it("has one request in flight and puts into the next what waited meanwhile", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(15);
    world.push();
    world.push();
    await world.run(1000);
    expect(world.requests.map(({ numbers }) => numbers)).toEqual([[0], [1, 2]]);
  });

  it("puts at most so many frames into one request", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    for (let frame = 0; frame < MAX_BATCH_FRAMES + 1; frame++) world.push({ bytes: 10 });
    await world.run(1000);
    expect(world.requests.map(({ numbers }) => numbers.length)).toEqual([MAX_BATCH_FRAMES, 2]);
  });

  it("sends again under the same numbers what was not acknowledged, waiting twice as long each time", async () => {
    const world = createWorld();
    const times: number[] = [];
    world.fate = (path) => {
      if (path !== "") times.push(world.now());
      return path === "" || times.length > 4 ? "answer" : "lost request";
    };
    world.push({ checkout: true });
    world.push();
    await world.run(60_000);
    expect(world.kept.map(({ number }) => number)).toEqual([0, 1]);
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0) - 10);
    expect(waits).toEqual([750, 1500, 3000, 6000]);
  });

  it("does not store a frame twice when its acknowledgement was lost", async () => {
    const world = createWorld();
    let lost = 0;
    world.fate = (path) => (path !== "" && lost++ < 2 ? "lost answer" : "answer");
    const sent = [world.push({ checkout: true }), world.push()];
    await world.run(30_000);
    expect(labelsOf(world)).toEqual(sent);
  });

  it("waits as long as Retry-After says", async () => {
    const world = createWorld();
    let refused = 0;
    world.fate = (path) => (path !== "" && refused++ === 0 ? { status: 429, retryAfter: "20" } : "answer");
    world.push({ checkout: true });
    await world.run(19_000);
    expect(world.kept).toHaveLength(0);
    await world.run(3_000);
    expect(world.kept).toHaveLength(1);
  });

  it("tries at once when it is woken", async () => {
    const world = createWorld();
    let up = false;
    world.fate = () => (up ? "answer" : "lost request");
    world.push({ checkout: true });
    await world.run(40_000);
    up = true;
    world.uploader.wake();
    await world.run(100);
    expect(world.kept).toHaveLength(1);
  });

  it("beats after 15 s of quiet, while it should", async () => {
    const world = createWorld();
    world.beats = true;
    world.push({ checkout: true });
    await world.run(46_000);
    expect(world.kept.map(({ kind }) => kind)).toEqual(["dom", "beat", "beat", "beat"]);
    world.beats = false;
    await world.run(60_000);
    expect(world.kept).toHaveLength(4);
  });

  it("keeps the token that an acknowledgement renews", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    world.acks = { token: "a newer one" };
    await world.run(1000);
    expect(world.session()?.token).toBe("a newer one");
  });

  it("stops: what waits, then a close, to the stop address; nothing after", async () => {
    const world = createWorld();
    world.push({ checkout: true });
    await world.run(1000);
    world.push();
    world.uploader.stop(world.close());
    world.push();
    await world.run(60_000);
    expect(world.kept.map(({ kind }) => kind)).toEqual(["dom", "dom", "close"]);
    expect(world.requests.at(-1)?.path).toMatch(/\/stop$/);
    expect(world.ended).toEqual(["stopped"]);
    expect([...world.closed.values()]).toEqual(["stopped"]);
  });
});

describe("what is refused", () => {
  for (const [status, reason] of [
    [400, "error"],
    [403, "rate"],
    [413, "too_large"],
  ] as const) {
    it(`with ${status} is told as lost under its own number, and the rest arrives`, async () => {
      const plain = createWorld();
      plain.push({ checkout: true });
      await plain.run(1000);
      const bad = plain.push({ bytes: 5000 });
      const good = plain.push();
      let refusals = 0;
      const isBad = (): boolean => !plain.kept.some(({ lost }) => lost) && refusals < 20;
      // The model refuses any upload that holds the bad frame.
      plain.refuse = (frames) => {
        const holds = isBad() && frames.some(({ body }) => new TextDecoder().decode(body).startsWith(bad));
        if (holds) refusals += 1;
        return holds ? status : undefined;
      };
      await plain.run(20_000);
      expect(plain.kept.map(({ number, label, lost }) => [number, lost ? lost.reason : label])).toEqual([
        [0, plain.pushed[0]?.label],
        [1, reason],
        [2, good],
      ]);
      expect(plain.asked).toBeGreaterThan(0);
    });
  }

  it("ends recording when nothing of it is the frames' fault", async () => {
    const world = createWorld();
    world.fate = (path) => (path === "" ? "answer" : { status: 403 });
    world.push({ checkout: true });
    await world.run(20_000);
    expect(world.ended).toEqual(["refused"]);
    expect(world.requests).toHaveLength(0);
  });

  it("ends recording when no session may be opened", async () => {
    const world = createWorld();
    world.fate = () => ({ status: 401 });
    world.push({ checkout: true });
    await world.run(60_000);
    expect(world.ended).toEqual(["refused"]);
  });
});

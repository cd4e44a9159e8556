import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES } from "../../src/protocol/index.js";
import { KEEPALIVE_BYTES, MAX_BATCH_FRAMES, MAX_LEFTOVER_BYTES } from "../../src/uploader/index.js";
import { expectConsistent } from "./consistency.js";
import { createWorld, type World } from "./world.js";

const labels = (world: World): readonly string[] =>
  world.kept.map(({ kind, label }) => (kind === "dom" ? label : kind));

describe("an uploader", () => {
  it("opens a session and brings frames in order, numbered from 0", async () => {
    const world = createWorld();
    const sent = [world.push({ checkout: true }), world.push(), world.push()];
    await world.run(1000);
    expect(labels(world)).toEqual(sent);
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
    expect(labels(world)).toEqual(sent);
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
    expect(labels(world)).toEqual(sent);
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
    expect(labels(world)).toEqual([sent]);
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

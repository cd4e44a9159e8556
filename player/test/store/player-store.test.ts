import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/client/index.js";
import { idle } from "../support/manual-clock.js";
import { minute, open } from "../support/opened-store.js";
import { appendAll, RecordedSession, START } from "../support/recorded-session.js";
import { checkout, textChange } from "../support/synthetic.js";

describe("opening", () => {
  it("opens at the nearest checkout with one request for frames", async () => {
    const session = minute();
    session.close();
    const { store, port, clock } = open(session, { startAtMs: 35_500 });
    await store.start();
    await clock.pass(50);
    expect(store.state.phase).toBe("ready");
    expect(store.state.currentTimeMs).toBe(35_500);
    expect(session.requests[0]).toBe(`at=${START + 35_500}`);
    expect(port.openings).toHaveLength(1);
    expect(port.openings[0]?.events[0]?.timestamp).toBe(START + 30_000);
    expect(port.openings[0]?.events.at(-1)?.timestamp).toBe(START + 35_010);
  });

  it("tells its surface to get ready once everything is asked for, and before it comes", async () => {
    const session = minute();
    session.close();
    const { store, port, api } = open(session, { startAtMs: 35_500 });
    const started = store.start();
    expect(port.prepared).toBe(0);
    expect(api.asked).toEqual(["frames", "session"]);
    await Promise.resolve();
    expect(port.prepared).toBe(1);
    expect(port.openings).toEqual([]);
    await started;
  });

  it("draws what was opened before it reads on", async () => {
    const session = minute();
    session.pageBytes = 4_000;
    session.close();
    const { store, port, clock } = open(session, { startAtMs: 500 });
    await store.start();
    await idle();
    expect(port.openings).toHaveLength(1);
    expect(store.state).toMatchObject({ phase: "ready", waiting: false });
    const asked = session.requests.length;
    await clock.pass(1);
    expect(session.requests).toHaveLength(asked);
    await clock.pass(20);
    expect(session.requests.length).toBeGreaterThan(asked);
  });

  it("shows the first snapshot when asked for a time before it", async () => {
    const session = new RecordedSession(START);
    appendAll(session, [...checkout(START + 700), textChange(START + 900, "later")]);
    session.close();
    const { store, port, clock } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    expect(store.state.currentTimeMs).toBe(0);
    expect(port.events.map(({ type }) => type).slice(0, 2)).toEqual([4, 2]);
  });

  it("starts a closed session at its start, paused, and a running one at its edge, playing", async () => {
    const closed = minute(20);
    closed.close();
    const replay = open(closed);
    await replay.store.start();
    await replay.clock.pass(50);
    expect(replay.store.state).toMatchObject({ mode: "replay", paused: true, currentTimeMs: 0 });

    const running = open(minute(20));
    await running.store.start();
    await running.clock.pass(50);
    expect(running.store.state).toMatchObject({ mode: "live", paused: false, behindMs: 0 });
  });

  it("says what went wrong, and plays after a retry", async () => {
    const session = minute(10);
    session.close();
    const { store, api, clock } = open(session);
    api.fail = new ApiError("unavailable", "not ready");
    await store.start();
    await clock.pass(50);
    expect(store.state).toMatchObject({ phase: "error", error: { code: "unavailable" } });
    api.fail = undefined;
    store.retry();
    await clock.pass(100);
    expect(store.state).toMatchObject({ phase: "ready", error: undefined });
  });

  it("is empty until the first checkout comes, then shows it by itself", async () => {
    const session = new RecordedSession(START);
    const { store, clock, port } = open(session);
    await store.start();
    await clock.pass(100);
    expect(store.state.phase).toBe("empty");
    session.append({ events: checkout(START + 200) });
    await clock.pass(100);
    expect(store.state).toMatchObject({ phase: "ready", mode: "live" });
    expect(port.events.some(({ type }) => type === 2)).toBe(true);
  });

  it("passes over a checkout that holds no snapshot", async () => {
    const session = minute(15);
    session.append({ events: [], firstMs: START + 15_000 });
    const broken = session.append({ events: checkout(START + 15_100), body: new Uint8Array([1, 2, 3]) });
    session.append({ events: [textChange(START + 15_200, "on")] });
    session.close();
    const { store, port, clock } = open(session, { startAtMs: 15_150 });
    await store.start();
    await clock.pass(50);
    expect(store.state.phase).toBe("ready");
    expect(port.openings.at(-1)?.events[0]?.timestamp).toBe(START + 10_000);
    expect(store.state.damaged).toBe(1);
    expect(broken.seqNum).toBeGreaterThan(0);
  });
});

describe("playing", () => {
  it("moves with the clock and the speed, and ends paused", async () => {
    const session = minute(20);
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    store.play();
    await clock.pass(2_000);
    expect(store.state.currentTimeMs).toBeGreaterThan(1_900);
    expect(store.state.currentTimeMs).toBeLessThanOrEqual(2_000);
    expect(port.rate).toBe(1);
    store.setRate(4);
    const before = store.state.currentTimeMs;
    await clock.pass(1_000);
    expect(store.state.currentTimeMs - before).toBeGreaterThan(3_800);
    await clock.pass(6_000);
    expect(store.state).toMatchObject({ mode: "ended", paused: true });
    expect(store.state.currentTimeMs).toBe(store.state.durationMs);
    store.play();
    await clock.pass(200);
    expect(store.state.mode).toBe("replay");
    expect(store.state.currentTimeMs).toBeLessThan(1_000);
  });

  it.each([
    [0.1, 0.5],
    [2.9, 2],
    [12.5, 16],
    [17, 16],
    [Number.NaN, 1],
  ])("asked for a speed of %d it plays at %d", async (asked, got) => {
    const session = minute(5);
    session.close();
    const { store, clock } = open(session);
    await store.start();
    store.setRate(asked);
    await clock.pass(50);
    expect(store.state.playbackRate).toBe(got);
  });

  it("stands and says that it waits while what comes next is not loaded", async () => {
    const session = minute(60);
    session.pageBytes = 1;
    session.close();
    const { store, clock, api } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    let release = (): void => {};
    api.hold = new Promise((resolve) => {
      release = resolve;
    });
    store.setRate(16);
    store.play();
    await clock.pass(5_000);
    expect(store.state.waiting).toBe(true);
    const stood = store.state.currentTimeMs;
    await clock.pass(1_000);
    expect(store.state.currentTimeMs).toBe(stood);
    api.hold = undefined;
    release();
    await clock.pass(2_000);
    expect(store.state.currentTimeMs).toBeGreaterThan(stood);
  });

  it("a page that was hidden goes on where it was", async () => {
    const session = minute(60);
    session.close();
    const { store, clock } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    store.play();
    await clock.pass(100);
    const before = store.state.currentTimeMs;
    clock.skip(20_000);
    await clock.pass(16);
    expect(store.state.currentTimeMs - before).toBeLessThan(300);
  });

  it("loads on in pages and keeps its buffer within its bound", async () => {
    const session = minute(600);
    session.pageBytes = 4_000;
    session.close();
    const { store, clock } = open(session, { startAtMs: 0, maxBufferBytes: 30_000 });
    await store.start();
    store.setRate(16);
    store.play();
    let most = 0;
    while (store.state.mode !== "ended") {
      await clock.pass(500);
      const bytes = store.state.buffered.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
      most = Math.max(most, bytes);
    }
    expect(store.state.currentTimeMs).toBe(store.state.durationMs);
    expect(most).toBeLessThan(300_000);
  });
});

it("lets everything go when it is closed", async () => {
  const session = minute(10);
  const { store, clock, port } = open(session);
  await store.start();
  await clock.pass(100);
  store.close();
  const asked = session.requests.length;
  const fed = port.events.length;
  session.append({ events: [textChange(START + 11_000, "after")] });
  await clock.pass(1_000);
  expect(port.cleared).toBe(true);
  expect(port.events).toHaveLength(fed);
  expect(session.requests).toHaveLength(asked);
});

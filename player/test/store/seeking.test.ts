import { describe, expect, it } from "vitest";
import { MAX_FORWARD_EVENTS } from "../../src/store/limits.js";
import { idle } from "../support/manual-clock.js";
import { minute, open } from "../support/opened-store.js";
import { appendAll, RecordedSession, START } from "../support/recorded-session.js";
import { RecordingPort } from "../support/recording-port.js";
import { checkout, click, textChange } from "../support/synthetic.js";

describe("seeking", () => {
  it("within the buffer asks nobody", async () => {
    const session = minute(60);
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(200);
    const asked = session.requests.length;
    store.seek(42_000);
    await clock.pass(50);
    store.seek(12_000);
    await clock.pass(50);
    expect(session.requests).toHaveLength(asked);
    expect(port.openings.at(-1)?.events[0]?.timestamp).toBe(START + 10_000);
    expect(port.atMs).toBe(START + 12_000);
  });

  it.each([
    [MAX_FORWARD_EVENTS, 1, 1],
    [MAX_FORWARD_EVENTS + 1, 2, 0],
  ])("over %i events it goes on, or opens anew", async (count, openings, forwards) => {
    const session = new RecordedSession(START);
    const changes = Array.from({ length: count }, (_, index) => textChange(START + 5_000 + index, "change"));
    appendAll(session, [...checkout(START, "start"), ...changes, textChange(START + 9_000, "end")]);
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(200);
    store.seek(8_000);
    await clock.pass(50);
    expect(port.openings).toHaveLength(openings);
    expect(port.forwards).toHaveLength(forwards);
    expect(port.shown()).toHaveLength(2 + count);
  });

  it("goes on from its picture when it has begun where a new one would, and only then", async () => {
    const session = minute(60);
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(200);
    store.seek(8_000);
    await clock.pass(50);
    expect(port.openings).toHaveLength(1);
    expect(port.forwards.map(({ atMs }) => atMs)).toEqual([START + 8_000]);
    expect(port.shown()).toHaveLength(10);
    for (const [toMs, openings] of [
      [5_000, 2],
      [12_000, 3],
    ] as const) {
      store.seek(toMs);
      await clock.pass(50);
      expect(port.openings).toHaveLength(openings);
    }
    expect(port.forwards).toHaveLength(1);
  });

  it("a surface that was attached meanwhile is given all of it", async () => {
    const session = minute(60);
    session.close();
    const { store, clock } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(200);
    const another = new RecordingPort();
    store.seek(8_000);
    store.attach(another);
    await clock.pass(50);
    expect(another.forwards).toEqual([]);
    expect(another.openings[0]?.events[0]?.timestamp).toBe(START);
    expect(another.atMs).toBe(START + 8_000);
  });

  it("outside the buffer asks by time", async () => {
    const session = minute(600);
    session.pageBytes = 2_000;
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    store.seek(505_000);
    await clock.pass(50);
    expect(session.requests).toContain(`at=${START + 505_000}`);
    expect(port.openings.at(-1)?.events[0]?.timestamp).toBe(START + 500_000);
    expect(store.state.buffered.length).toBeGreaterThan(1);
  });

  it("of many wanted at once only the last is fetched to the end", async () => {
    const session = minute(600);
    session.pageBytes = 2_000;
    session.close();
    const { store, clock, api, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    api.hold = new Promise(() => {});
    for (const toMs of [100_000, 200_000, 300_000]) {
      store.seek(toMs);
      await idle();
    }
    api.hold = undefined;
    store.seek(400_500);
    await clock.pass(50);
    expect(api.aborted).toBe(3);
    expect(store.state.currentTimeMs).toBe(400_500);
    expect(port.atMs).toBe(START + 400_500);
  });

  it("stays within the session's bounds, whatever is asked", async () => {
    const session = minute(20);
    session.close();
    const { store, clock } = open(session);
    await store.start();
    await clock.pass(50);
    for (const [asked, got] of [
      [-5, 0],
      [1e9, store.state.durationMs],
      [Number.NaN, 0],
    ] as const) {
      store.seek(asked);
      await clock.pass(50);
      expect(store.state.currentTimeMs).toBe(got);
    }
  });

  it("goes from fact to fact", async () => {
    const session = minute(30);
    session.append({
      kind: "beat",
      firstMs: START + 30_000,
      facts: [5_000, 12_000, 20_000].map((atMs) => ({
        type: "click",
        atMs: START + atMs,
        text: `at ${atMs}`,
      })),
    });
    session.close();
    const { store, clock } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    const went: number[] = [];
    for (const go of ["nextFact", "nextFact", "nextFact", "nextFact", "prevFact", "prevFact"] as const) {
      store[go]();
      await clock.pass(50);
      went.push(store.state.currentTimeMs);
    }
    expect(went).toEqual([5_000, 12_000, 20_000, 20_000, 12_000, 5_000]);
  });
});

describe("idle stretches", () => {
  function quiet(): RecordedSession {
    const session = new RecordedSession(START);
    session.append({ events: [...checkout(START), click(START + 1_000)] });
    for (let second = 2; second < 60; second += 2)
      session.append({ events: [textChange(START + second * 1_000, "tick")] });
    session.append({ events: [click(START + 60_000)] });
    session.append({ events: [textChange(START + 62_000, "end")] });
    session.close();
    return session;
  }

  it("are gone through fast when wanted, with everything in them, up to the next input", async () => {
    const session = quiet();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    store.setSkipInactive(true);
    store.play();
    await clock.pass(2_200);
    expect(store.state.skipping).toBe(true);
    await clock.pass(2_800);
    expect(store.state.currentTimeMs).toBeGreaterThan(58_900);
    expect(store.state.skipping).toBe(false);
    expect(port.shown()).toHaveLength(2 + 1 + 29 + (store.state.currentTimeMs >= 60_000 ? 1 : 0));
  });

  it("play at the usual speed when not", async () => {
    const { store, clock } = open(quiet(), { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    store.play();
    await clock.pass(5_000);
    expect(store.state.currentTimeMs).toBeLessThan(5_100);
    expect(store.state.skipping).toBe(false);
  });
});

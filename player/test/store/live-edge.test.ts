import { describe, expect, it } from "vitest";
import { minute, open } from "../support/opened-store.js";
import { appendAll, START } from "../support/recorded-session.js";
import { idOf } from "../support/recording-port.js";
import { checkout, textChange } from "../support/synthetic.js";

describe("live", () => {
  it("shows what comes within two pictures, however long nothing came", async () => {
    const session = minute(10);
    const { store, clock, port } = open(session);
    await store.start();
    await clock.pass(100);
    for (const gapMs of [200, 5_000, 20_000]) {
      await clock.pass(gapMs);
      const event = textChange(START + 10_000 + gapMs, `after ${gapMs}`);
      session.append({ events: [event] });
      await clock.pass(32);
      expect(port.shown()).toContain(idOf({ ...event, data: event.data }));
      expect(store.state.mode).toBe("live");
    }
  });

  it("plays a batch out over about its own length", async () => {
    const session = minute(10);
    const { store, clock, port } = open(session);
    await store.start();
    await clock.pass(100);
    const atMs = START + 12_000;
    const events = Array.from({ length: 10 }, (_, index) => textChange(atMs + index * 10, `${index}`));
    session.append({ events });
    await clock.pass(16);
    const first = port.shown().length;
    await clock.pass(150);
    expect(port.shown().length).toBeGreaterThan(first);
    expect(port.shown()).toContain(idOf(events.at(-1) ?? events[0] ?? textChange(0, "")));
    expect(store.state.mode).toBe("live");
  });

  it("scrubs back while it runs, says by how much it is behind, and returns to the edge", async () => {
    const session = minute(60);
    const { store, clock, port } = open(session);
    await store.start();
    await clock.pass(100);
    expect(store.state.mode).toBe("live");
    store.seek(21_000);
    await clock.pass(100);
    expect(store.state.mode).toBe("behind");
    expect(store.state.behindMs).toBeGreaterThan(37_000);
    expect(port.openings.at(-1)?.events[0]?.timestamp).toBe(START + 20_000);
    const late = textChange(START + 61_000, "while behind");
    session.append({ events: [late] });
    await clock.pass(100);
    expect(port.shown(Number.POSITIVE_INFINITY)).not.toContain(idOf(late));
    expect(store.state.durationMs).toBeGreaterThanOrEqual(61_000);
    store.toLive();
    await clock.pass(100);
    expect(store.state).toMatchObject({ mode: "live", behindMs: 0, paused: false });
    expect(port.shown()).toContain(idOf(late));
  });

  it("becomes live again when faster playback reaches the edge", async () => {
    const session = minute(30);
    const { store, clock } = open(session, { startAtMs: 20_000 });
    await store.start();
    store.setRate(16);
    store.play();
    await clock.pass(2_000);
    expect(store.state).toMatchObject({ mode: "live", playbackRate: 1 });
  });

  it("is never called live without a connection that has given everything", async () => {
    const session = minute(10);
    const { store, clock, live } = open(session);
    await store.start();
    await clock.pass(100);
    live.cut();
    await clock.pass(50);
    expect(store.state).toMatchObject({ mode: "behind", connection: "waiting" });
    const missed = textChange(START + 10_500, "missed");
    session.append({ events: [missed] });
    await clock.pass(100);
    live.connect();
    await clock.pass(100);
    expect(store.state.mode).toBe("live");
  });

  it("says that its visitor is away after 45 seconds of silence, and not before", async () => {
    const session = minute(10);
    const { store, clock } = open(session);
    await store.start();
    await clock.pass(100);
    session.append({ kind: "beat", firstMs: START + 10_000 });
    await clock.pass(44_000);
    expect(store.state.presence).toBe("live");
    await clock.pass(1_100);
    expect(store.state.presence).toBe("away");
    session.append({ kind: "beat", firstMs: START + 56_000 });
    await clock.pass(50);
    expect(store.state.presence).toBe("live");
  });

  it("an edge that stands still moves with the clock, and never back", async () => {
    const session = minute(10);
    const { store, clock } = open(session);
    await store.start();
    await clock.pass(50);
    session.append({ kind: "beat", firstMs: START + 10_000 });
    await clock.pass(50);
    const seen: number[] = [];
    for (let step = 0; step < 20; step++) {
      await clock.pass(500);
      if (step % 5 === 4) session.append({ kind: "beat", firstMs: START + 10_000 + step * 490 });
      seen.push(store.state.durationMs);
    }
    expect([...seen].sort((a, b) => a - b)).toEqual(seen);
    expect((seen.at(-1) ?? 0) - (seen[0] ?? 0)).toBeGreaterThan(8_000);
  });

  it("plays to the end when its session is closed, with every last frame, and says that it ended", async () => {
    const session = minute(10);
    const { store, clock, port, live } = open(session);
    await store.start();
    await clock.pass(100);
    live.cut();
    const last = textChange(START + 10_400, "last words");
    session.append({ events: [last] });
    session.close();
    live.connect();
    live.status.set({ state: "open" });
    await clock.pass(50);
    session.listen(() => {});
    session.close();
    await clock.pass(3_000);
    expect(store.state).toMatchObject({ mode: "ended", presence: "closed" });
    expect(port.shown()).toContain(idOf(last));
  });

  it("opens anew at the edge rather than play through a long backlog", async () => {
    const session = minute(10);
    const { store, clock, live, port } = open(session);
    await store.start();
    await clock.pass(100);
    live.cut();
    const later = Array.from({ length: 60 }, (_, second) => [
      ...(second % 10 === 0 ? checkout(START + 11_000 + second * 1_000) : []),
      textChange(START + 11_000 + second * 1_000, `${second}`),
    ]);
    appendAll(session, later.flat());
    live.connect();
    const opened = port.openings.length;
    await clock.pass(200);
    expect(port.openings.length).toBe(opened + 1);
    expect(port.openings.at(-1)?.events[0]?.timestamp).toBe(START + 61_000);
    expect(store.state.mode).toBe("live");
  });

  it("pausing at the edge falls behind from there", async () => {
    const session = minute(10);
    const { store, clock } = open(session);
    await store.start();
    await clock.pass(100);
    session.append({ kind: "beat", firstMs: START + 10_000 });
    await clock.pass(1_000);
    const at = store.state.currentTimeMs;
    store.pause();
    await clock.pass(2_000);
    expect(store.state).toMatchObject({ mode: "behind", paused: true, currentTimeMs: at });
    expect(store.state.behindMs).toBeGreaterThan(1_900);
  });
});

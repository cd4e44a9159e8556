import type { WindowId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../src/client/index.js";
import { PlayerStore, type PlayerStoreOptions } from "../../src/store/index.js";
import { MAX_FORWARD_EVENTS } from "../../src/store/limits.js";
import { idle, ManualClock } from "../support/manual-clock.js";
import { appendAll, RecordedSession } from "../support/recorded-session.js";
import { idOf, RecordingPort } from "../support/recording-port.js";
import { SessionApi, SessionLive } from "../support/session-api.js";
import { checkout, click, textChange } from "../support/synthetic.js";

const START = 1_795_000_000_000;
const FIRST = "window-0001" as WindowId;
const SECOND = "window-0002" as WindowId;

/** A minute of text that counts the seconds, with a checkout each ten. */
function minute(seconds = 60): RecordedSession {
  const session = new RecordedSession(START);
  const events = Array.from({ length: seconds }, (_, second) => {
    const atMs = START + second * 1_000;
    const text = textChange(atMs + 10, `second ${second}`);
    return second % 10 === 0 ? [...checkout(atMs, `second ${second}`), text] : [text];
  });
  appendAll(session, events.flat());
  return session;
}

function open(session: RecordedSession, options: Partial<PlayerStoreOptions> = {}) {
  const clock = new ManualClock();
  const api = new SessionApi(session);
  const live = new SessionLive(session);
  const port = new RecordingPort();
  const store = new PlayerStore({ api: api.api, live, session: session.id, clock, ...options });
  store.attach(port);
  return { clock, api, live, port, store };
}

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

describe("windows", () => {
  function two(): RecordedSession {
    const session = new RecordedSession(START);
    const one = { window: FIRST, writer: "writer-0001" };
    const other = { window: SECOND, writer: "writer-0002" };
    session.append({ ...one, events: [...checkout(START), click(START + 500)] });
    session.append({ ...other, events: [...checkout(START + 5_000), click(START + 6_000)] });
    session.append({ ...one, events: [textChange(START + 7_000, "in the background")] });
    session.append({ ...one, events: [click(START + 10_000)] });
    session.append({ ...other, events: [textChange(START + 12_000, "x")] });
    session.close();
    return session;
  }

  it("follows the window its user is in", async () => {
    const { store, clock, port } = open(two(), { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    store.play();
    const seen: (string | undefined)[] = [];
    for (let second = 0; second < 12; second++) {
      seen.push(port.window);
      await clock.pass(1_000);
    }
    expect(seen.slice(0, 5)).toEqual(Array(5).fill(FIRST));
    expect(seen.slice(6, 10)).toEqual(Array(4).fill(SECOND));
    expect(seen.at(-1)).toBe(FIRST);
    expect(store.state.windows.map(({ id }) => id)).toEqual([FIRST, SECOND]);
  });

  it("stays with the one the viewer chose, until it is followed again", async () => {
    const { store, clock, port } = open(two(), { startAtMs: 8_000 });
    await store.start();
    await clock.pass(50);
    expect(port.window).toBe(SECOND);
    store.selectWindow(FIRST);
    await clock.pass(50);
    expect(store.state).toMatchObject({ activeWindow: FIRST, windowChosen: true });
    expect(port.events.some(({ timestamp }) => timestamp === START + 7_000)).toBe(true);
    store.selectWindow(undefined);
    await clock.pass(50);
    expect(store.state).toMatchObject({ activeWindow: SECOND, windowChosen: false });
  });

  it("a window that opened later is shown where it begins", async () => {
    const { store, clock, port } = open(two(), { startAtMs: 1_000 });
    await store.start();
    await clock.pass(50);
    store.selectWindow(SECOND);
    await clock.pass(50);
    expect(store.state.currentTimeMs).toBe(5_000);
    expect(port.window).toBe(SECOND);
  });
});

describe("flaws", () => {
  it("a damaged frame is left out, counted once, and playback goes on", async () => {
    const session = minute(5);
    session.append({ events: [textChange(START + 5_000, "lost")], body: new Uint8Array([9, 9, 9]) });
    session.appendBytes(new Uint8Array([0xc1, 1, 2]), START + 5_100);
    const after = textChange(START + 5_500, "after");
    session.append({ events: [after] });
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 4_000 });
    await store.start();
    store.play();
    await clock.pass(3_000);
    expect(store.state.mode).toBe("ended");
    expect(store.state.damaged).toBe(2);
    expect(port.shown()).toContain(idOf(after));
    store.seek(4_500);
    await clock.pass(100);
    expect(store.state.damaged).toBe(2);
  });

  it("says where something was dropped, and how much", async () => {
    const session = minute(5);
    session.append({
      firstMs: START + 5_000,
      lost: { events: 42, bytes: 9_000, reason: "overflow", fromMs: START + 5_000, toMs: START + 6_000 },
    });
    appendAll(session, checkout(START + 6_100));
    session.close();
    const { store, clock } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(100);
    expect(store.state.gaps).toEqual([{ fromMs: 5_000, toMs: 6_000, events: 42, reason: "overflow" }]);
  });

  it("counts what is sealed as not playable here", async () => {
    const session = minute(5);
    session.append({ events: [textChange(START + 5_000, "sealed")], keyId: "key-1" });
    session.close();
    const { store, clock } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(100);
    expect(store.state).toMatchObject({ unplayable: 1, damaged: 0 });
  });

  it("a clock that is an hour ahead still plays on the server's", async () => {
    const session = new RecordedSession(START);
    session.offsetMs = -3_600_000;
    const client = START + 3_600_000;
    appendAll(session, [...checkout(client + 100), textChange(client + 2_000, "x")]);
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 2_500 });
    await store.start();
    await clock.pass(50);
    expect(store.state.durationMs).toBe(2_000);
    expect(port.events.at(-1)?.timestamp).toBe(START + 2_000);
  });

  it("puts a frame that came late into its place", async () => {
    const session = new RecordedSession(START);
    session.append({ events: checkout(START) });
    session.append({ events: [textChange(START + 10_000, "first to come")] });
    const late = textChange(START + 3_000, "late");
    session.append({ writer: "writer-0002", events: [late] });
    session.append({ events: [textChange(START + 12_000, "end")] });
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    store.play();
    await clock.pass(14_000);
    const times = port.events.map(({ timestamp }) => timestamp);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(port.shown()).toContain(idOf(late));
    store.seek(4_000);
    await clock.pass(50);
    expect(port.shown()).toContain(idOf(late));
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

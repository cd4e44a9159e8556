import { describe, expect, it } from "vitest";
import { FIRST, minute, open, SECOND } from "../support/opened-store.js";
import { appendAll, RecordedSession, START } from "../support/recorded-session.js";
import { idOf } from "../support/recording-port.js";
import { checkout, click, textChange } from "../support/synthetic.js";

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

import type { ScreenEvent, WindowId } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { ALL_DISPLAYS, type ScreenPlayEvent } from "../../src/store/index.js";
import { open } from "../support/opened-store.js";
import { type RecordedSession, START } from "../support/recorded-session.js";
import type { RecordingPort } from "../support/recording-port.js";
import {
  appendScreen,
  button,
  type DisplayOptions,
  DrawnScreen,
  desktopSession,
  key,
  pointer,
} from "../support/screen-recording.js";
import { checkout, click } from "../support/synthetic.js";

const LEFT = "display-left" as WindowId;
const RIGHT = "display-right" as WindowId;
const APP = "window-of-app" as WindowId;
const PAGE = "page-in-app" as WindowId;
const WRITERS = {
  [LEFT]: "writer-left",
  [RIGHT]: "writer-right",
  [APP]: "writer-app1",
  [PAGE]: "writer-page",
};

const of = (window: WindowId) => ({ window, writer: WRITERS[window] ?? "writer-0001" });

/** A checkout of a picture: what it is, all of it, and what else there is. */
async function start(
  session: RecordedSession,
  window: WindowId,
  afterMs: number,
  options: DisplayOptions = {},
  more: readonly ScreenEvent[] = [],
): Promise<DrawnScreen> {
  const screen = new DrawnScreen(64, 64, options);
  const atMs = START + afterMs;
  appendScreen(session, [screen.display(atMs), await screen.whole(atMs), ...more], of(window));
  return screen;
}

const windowsShown = (port: RecordingPort): readonly string[] | undefined => port.openings.at(-1)?.windows;
const windowsOf = (port: RecordingPort): readonly string[] => [
  ...new Set(port.events.map((event) => (event as ScreenPlayEvent).window)),
];

describe("a desktop's displays", () => {
  async function both(): Promise<RecordedSession> {
    const session = desktopSession();
    await start(session, LEFT, 0, { name: "DP-1" });
    await start(session, RIGHT, 10, { name: "DP-2", x: 64 });
    appendScreen(session, [pointer(START + 1_000, 5, 5), button(START + 1_200, 5, 5)], of(LEFT));
    appendScreen(session, [pointer(START + 3_000, 9, 9)], of(RIGHT));
    appendScreen(session, [key(START + 9_000, "Enter")], of(LEFT));
    session.close();
    return session;
  }

  it("are shown all at once, on one clock, whichever its user is in", async () => {
    const { store, clock, port } = open(await both(), { startAtMs: 500 });
    await store.start();
    await clock.pass(50);
    expect(new Set(windowsShown(port))).toEqual(new Set([LEFT, RIGHT]));
    expect(port.openings.at(-1)?.kind).toBe("screen");
    store.play();
    await clock.pass(10_000);
    expect(port.openings).toHaveLength(1);
    expect(port.shown(START + 9_000)).toHaveLength(8);
    expect(store.state).toMatchObject({ mode: "ended", damaged: 0, unplayable: 0 });
    expect(store.state.windows).toMatchObject([
      { id: LEFT, kind: "screen", display: true, title: "DP-1" },
      { id: RIGHT, kind: "screen", display: true, title: "DP-2" },
    ]);
    const times = port.events.map(({ timestamp }) => timestamp);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it("can be seen one by one, and all together again", async () => {
    const { store, clock, port } = open(await both(), { startAtMs: 2_000 });
    await store.start();
    await clock.pass(50);
    store.selectWindow(RIGHT);
    await clock.pass(50);
    expect(windowsShown(port)).toEqual([RIGHT]);
    expect(windowsOf(port)).toEqual([RIGHT]);
    expect(store.state).toMatchObject({ activeWindow: RIGHT, shownWindows: [RIGHT], windowChosen: true });
    store.selectWindow(ALL_DISPLAYS);
    await clock.pass(50);
    expect(new Set(windowsShown(port))).toEqual(new Set([LEFT, RIGHT]));
    store.selectWindow(LEFT);
    await clock.pass(50);
    store.selectWindow(undefined);
    await clock.pass(50);
    expect(windowsShown(port)).toHaveLength(2);
    expect(store.state.windowChosen).toBe(false);
  });

  it("one that comes later is shown from then on", async () => {
    const session = desktopSession();
    await start(session, LEFT, 0);
    await start(session, RIGHT, 5_000, { x: 64 });
    appendScreen(session, [pointer(START + 8_000, 1, 1)], of(LEFT));
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    await clock.pass(50);
    expect(windowsShown(port)).toEqual([LEFT]);
    store.play();
    await clock.pass(5_500);
    expect(new Set(windowsShown(port))).toEqual(new Set([LEFT, RIGHT]));
    const opened = port.openings.length;
    await clock.pass(2_000);
    expect(port.openings).toHaveLength(opened);
  });

  it("one that comes while they are watched is shown too", async () => {
    const session = desktopSession();
    await start(session, LEFT, 0);
    const { store, clock, port } = open(session);
    await store.start();
    await clock.pass(100);
    expect(store.state.mode).toBe("live");
    await start(session, RIGHT, 2_000, { x: 64 });
    await clock.pass(100);
    expect(new Set(windowsShown(port))).toEqual(new Set([LEFT, RIGHT]));
    appendScreen(session, [pointer(START + 2_500, 3, 3)], of(RIGHT));
    await clock.pass(100);
    expect(port.events.at(-1)).toMatchObject({ window: RIGHT, data: { type: "pointer", x: 3 } });
    expect(store.state.mode).toBe("live");
  });

  it("go on from where they are when a seek is a little ahead, and open anew when it is not", async () => {
    const { store, clock, port } = open(await both(), { startAtMs: 500 });
    await store.start();
    await clock.pass(50);
    store.seek(8_000);
    await clock.pass(50);
    expect(port.forwards).toHaveLength(1);
    store.seek(700);
    await clock.pass(50);
    expect(port.openings).toHaveLength(2);
    expect(windowsShown(port)).toHaveLength(2);
  });
});

describe("other windows beside them", () => {
  it("an app's window is shown alone, and so is a page, each while its user is in it", async () => {
    const session = desktopSession();
    await start(session, LEFT, 0);
    await start(session, RIGHT, 0, { x: 64 });
    await start(session, APP, 0, { source: "window", name: "Ledger" });
    session.append({ ...of(PAGE), events: checkout(START + 20) });
    appendScreen(session, [pointer(START + 1_000, 1, 1)], of(LEFT));
    appendScreen(session, [button(START + 2_000, 1, 1)], of(APP));
    session.append({ ...of(PAGE), events: [click(START + 4_000)] });
    appendScreen(session, [button(START + 6_000, 1, 1)], of(RIGHT));
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 1_100 });
    await store.start();
    await clock.pass(50);
    const seen: unknown[] = [];
    for (const second of [1.5, 2.5, 4.5, 6]) {
      store.seek(second * 1_000);
      await clock.pass(100);
      seen.push([port.openings.at(-1)?.kind, new Set(windowsShown(port))]);
    }
    expect(seen).toEqual([
      ["screen", new Set([LEFT, RIGHT])],
      ["screen", new Set([APP])],
      ["dom", new Set([PAGE])],
      ["screen", new Set([LEFT, RIGHT])],
    ]);
    expect(store.state.windows.find(({ id }) => id === APP)).toMatchObject({
      title: "Ledger",
      display: false,
    });
    store.selectWindow(ALL_DISPLAYS);
    store.seek(4_500);
    await clock.pass(100);
    expect(new Set(windowsShown(port))).toEqual(new Set([LEFT, RIGHT]));
  });

  it("a surface is told what to get ready for", async () => {
    const session = desktopSession();
    await start(session, LEFT, 0);
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0, detail: session.detail() });
    const kinds: unknown[] = [];
    port.prepare = (kind?: unknown) => {
      kinds.push(kind);
    };
    await store.start();
    await clock.pass(50);
    expect(kinds).toEqual(["screen"]);
  });
});

describe("flaws", () => {
  it("a body that cannot be read, or is another kind's, is damage and no more", async () => {
    const session = desktopSession();
    await start(session, LEFT, 0);
    session.append({
      ...of(LEFT),
      kind: "screen",
      codec: "screen",
      firstMs: START + 1_000,
      body: new Uint8Array([1, 2]),
    });
    session.append({ ...of(LEFT), kind: "screen", codec: "json", firstMs: START + 2_000 });
    session.append({ ...of(LEFT), kind: "dom", codec: "screen", firstMs: START + 2_500 });
    appendScreen(session, [pointer(START + 3_000, 7, 7)], of(LEFT));
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 0 });
    await store.start();
    store.play();
    await clock.pass(3_500);
    expect(port.events.at(-1)).toMatchObject({ data: { type: "pointer", x: 7 } });
    expect(store.state).toMatchObject({ mode: "ended", damaged: 2 });
  });

  it("a page's frames under a picture's name play no part in it", async () => {
    const session = desktopSession();
    await start(session, LEFT, 0);
    const alike = { type: 3, timestamp: START + 500, data: { type: "paint", rectangles: "none" } };
    session.append({ ...of(LEFT), events: [alike] });
    appendScreen(session, [pointer(START + 1_000, 7, 7)], of(LEFT));
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 900 });
    await store.start();
    await clock.pass(50);
    expect(port.events.some(({ timestamp }) => timestamp === START + 500)).toBe(false);
  });

  it("a picture without pixels still shows what its user does", async () => {
    const session = desktopSession();
    const screen = new DrawnScreen(64, 64);
    appendScreen(session, [screen.display(START), pointer(START + 100, 1, 1)], {
      ...of(LEFT),
      checkout: true,
    });
    appendScreen(session, [pointer(START + 2_000, 2, 2)], of(LEFT));
    session.close();
    const { store, clock, port } = open(session, { startAtMs: 1_000 });
    await store.start();
    await clock.pass(50);
    expect(store.state.phase).toBe("ready");
    expect(port.openings.at(-1)?.events).toHaveLength(2);
  });
});

it("what a user does on a screen is input: what lies between is idle, and skipped", async () => {
  const session = desktopSession();
  await start(session, LEFT, 0, {}, [button(START + 100, 1, 1)]);
  appendScreen(session, [key(START + 60_000, "Enter")], of(LEFT));
  appendScreen(session, [pointer(START + 61_000, 1, 1)], of(LEFT));
  session.close();
  const { store, clock } = open(session, { startAtMs: 0 });
  await store.start();
  await clock.pass(50);
  expect(store.state.idle).toMatchObject([{ toMs: 60_000 }]);
  store.setSkipInactive(true);
  store.play();
  await clock.pass(6_000);
  expect(store.state.currentTimeMs).toBeGreaterThan(59_000);
});

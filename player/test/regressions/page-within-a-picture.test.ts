/*
 * Cause: where an app's page and the screen it is on are recorded together, each of its user's moves is an input of both, told
 * by both about once a second. Whichever told last was shown: the player went from one to the other twice a second.
 */
import type { WindowId } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { open } from "../support/opened-store.js";
import { type RecordedSession, START } from "../support/recorded-session.js";
import { appendScreen, DrawnScreen, desktopSession, pointer } from "../support/screen-recording.js";
import { checkout, click } from "../support/synthetic.js";

const SCREEN = { window: "display-left", writer: "writer-left" } as const;
const PAGE = { window: "page-in-app", writer: "writer-page" } as const;
const MOVES = Array.from({ length: 20 }, (_, step) => step * 50);

async function begun(): Promise<RecordedSession> {
  const session = desktopSession();
  const screen = new DrawnScreen(64, 64);
  appendScreen(session, [screen.display(START), await screen.whole(START)], SCREEN);
  session.append({ ...PAGE, events: checkout(START + 10, "a page") });
  return session;
}

it("stays with the picture while a page and the screen it is on have the same input", async () => {
  const session = await begun();
  for (let second = 1; second < 20; second++) {
    const atMs = START + second * 1_000;
    const positions = MOVES.map((step) => ({ x: step, y: step, id: 1, timeOffset: step - 1_000 }));
    session.append({ ...PAGE, events: [{ type: 3, timestamp: atMs, data: { source: 1, positions } }] });
    appendScreen(
      session,
      MOVES.map((step) => pointer(atMs - 400 + step, step, step)),
      SCREEN,
    );
  }
  session.close();
  const { store, clock, port } = open(session, { startAtMs: 0 });
  await store.start();
  await clock.pass(50);
  store.play();
  await clock.pass(20_000);
  expect(port.openings.map(({ kind }) => kind)).toEqual(["screen"]);
  // Wherever one goes, too.
  for (const toMs of [3_100, 12_700, 7_400]) {
    store.seek(toMs);
    await clock.pass(50);
    expect(port.openings.at(-1)?.kind).toBe("screen");
  }
});

it("goes to the page that is used alone", async () => {
  const session = await begun();
  appendScreen(session, [pointer(START + 1_000, 1, 1)], SCREEN);
  session.append({ ...PAGE, events: [click(START + 5_000)] });
  session.append({ ...PAGE, events: [click(START + 9_000)] });
  session.close();
  const { store, clock, port } = open(session, { startAtMs: 2_000 });
  await store.start();
  await clock.pass(50);
  expect(port.window).toBe(SCREEN.window as WindowId);
  store.play();
  await clock.pass(5_000);
  expect(port.window).toBe(PAGE.window as WindowId);
});

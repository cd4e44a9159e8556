/*
 * Cause: the buffer was brought within its bound only after a page had been loaded ahead, which never happens at the live
 * edge. And it kept what any window had ever begun with, so that one display that was unplugged held all that came after it.
 */
import type { WindowId } from "@reeltime/recorder/protocol";
import { expect, it } from "vitest";
import { open } from "../support/opened-store.js";
import { type RecordedSession, START } from "../support/recorded-session.js";
import { appendScreen, DrawnScreen, desktopSession } from "../support/screen-recording.js";

const SECONDS = 600;
const FRAME_BYTES = 20_000;
const MAX_BYTES = 2_000_000;
interface Of {
  readonly window: string;
  readonly writer: string;
}
const LEFT: Of = { window: "display-left", writer: "writer-left" };
const RIGHT: Of = { window: "display-right", writer: "writer-right" };

/** A screen of which a lot changes, as one frame a second with a checkout each twenty. */
async function busyScreen(): Promise<(session: RecordedSession, second: number, of?: Of) => void> {
  const screen = new DrawnScreen(64, 64);
  const rectangle = await screen.encode({ x: 0, y: 0, width: 64, height: 64 });
  // What follows an image in its bytes is not looked at.
  const image = new Uint8Array(FRAME_BYTES);
  image.set(rectangle.image);
  return (session, second, of = LEFT) => {
    const atMs = START + second * 1_000;
    const whole = second % 20 === 0;
    const paint = { type: "paint", atMs, whole, rectangles: [{ ...rectangle, image }] } as const;
    appendScreen(session, whole ? [screen.display(atMs), paint] : [paint], of);
  };
}

const bufferedMs = ({ buffered }: ReturnType<typeof open>["store"]["state"]): number =>
  buffered.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

async function live(before: (session: RecordedSession) => Promise<void> = async () => {}) {
  const session = desktopSession();
  const append = await busyScreen();
  await before(session);
  append(session, 0);
  const opened = open(session, { maxBufferBytes: MAX_BYTES });
  await opened.store.start();
  await opened.clock.pass(100);
  const goOn = async (from: number, to: number): Promise<void> => {
    for (let second = from; second < to; second++) {
      append(session, second);
      await opened.clock.pass(50);
    }
  };
  return { ...opened, session, goOn };
}

it("a screen that is watched for long does not fill the memory", async () => {
  const { store, clock, port, goOn } = await live();
  await goOn(1, SECONDS);
  expect(store.state.mode).toBe("live");
  expect(port.openings).toHaveLength(1);
  expect(bufferedMs(store.state)).toBeLessThan(150_000);
  // What was let go is asked for again.
  store.seek(30_000);
  await clock.pass(200);
  expect(port.openings).toHaveLength(2);
  expect(port.events.at(-1)?.timestamp).toBeGreaterThanOrEqual(START + 30_000);
});

it("nor does one beside a display that was unplugged long ago", async () => {
  const { store, goOn } = await live(async (session) => {
    const other = new DrawnScreen(64, 64, { name: "unplugged" });
    appendScreen(session, [other.display(START), await other.whole(START)], RIGHT);
  });
  await goOn(1, SECONDS);
  expect(bufferedMs(store.state)).toBeLessThan(150_000);
});

it("nor does one that goes on while its viewer stands still behind it", async () => {
  const { store, clock, port, goOn } = await live();
  await goOn(1, 100);
  store.pause();
  await goOn(100, SECONDS);
  expect(bufferedMs(store.state)).toBeLessThan(250_000);
  store.toLive();
  await clock.pass(200);
  await goOn(SECONDS, SECONDS + 5);
  expect(store.state).toMatchObject({ mode: "live", error: undefined });
  expect(port.window).toBe(LEFT.window as WindowId);
  expect(port.events.at(-1)?.timestamp).toBe(START + (SECONDS + 4) * 1_000);
});

it("nor does one whose recorder never sends a checkout again", async () => {
  const session = desktopSession();
  const append = await busyScreen();
  append(session, 0);
  const { store, clock } = open(session, { maxBufferBytes: MAX_BYTES });
  await store.start();
  await clock.pass(100);
  for (let second = 1; second < SECONDS; second++) {
    append(session, second - (second % 20 === 0 ? 0.5 : 0));
    await clock.pass(50);
  }
  expect(bufferedMs(store.state)).toBeLessThan(250_000);
});

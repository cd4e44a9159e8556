import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Envelope,
  LATE_AFTER_MS,
  type SessionRef,
  STATE_EVERY_RECORDS,
  type WindowId,
  type WriterId,
} from "../src/protocol/index.js";
import type { AppendOutcome, Recorder, StartPoint } from "../src/types.js";
import { appending, frame, WINDOW } from "./support/frames.js";
import { upTo } from "./support/reading.js";
import { CLIENT, PROJECT, startTestS2, type TestS2 } from "./support/s2.js";
import { seeded } from "./support/seeded.js";
import { counting } from "./support/wrap-port.js";

let s2: TestS2;
beforeAll(async () => {
  s2 = await startTestS2();
});
afterAll(() => s2.close());

const HOUR_MS = 3_600_000;

/** A frame as it was captured and where it ended up. */
interface Told {
  readonly envelope: Envelope;
  readonly seqNum: number;
  readonly nextSeqNum: number;
}

/** Opens a session an hour ago, so that all its times are past for S2 too. */
async function openThen(
  recorder: Recorder,
): Promise<{ readonly session: SessionRef; readonly openedMs: number }> {
  const { sessionId, openedMs } = await recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 });
  return { session: { project: PROJECT, sessionId }, openedMs };
}

/**
 * A session of under two minutes: every window but the first is offline for a while and then sends what it kept;
 * the last one sends a checkout and then stays idle.
 */
async function writeRandom(
  recorder: Recorder,
  session: SessionRef,
  openedMs: number,
  random: () => number,
): Promise<readonly Told[]> {
  const told: Told[] = [];
  const stop = recorder.listen({
    appended: (_, frames) =>
      told.push(...frames.map(({ envelope, seqNum, nextSeqNum }) => ({ envelope, seqNum, nextSeqNum }))),
  });
  const windows = 2 + Math.floor(random() * 3);
  const sends: { readonly arrivesMs: number; readonly envelope: Parameters<typeof frame>[0] }[] = [];
  for (const index of upTo(windows)) {
    const idle = index === windows - 1;
    const offlineFrom = index === 0 ? Number.POSITIVE_INFINITY : openedMs + random() * 60_000;
    const offlineTo = offlineFrom + random() * 50_000;
    const startsMs = openedMs + random() * (index === 0 ? 500 : 40_000);
    for (let atMs = startsMs, number = 0; atMs < openedMs + 110_000; number++) {
      const lastMs = atMs + random() * 900;
      const arrives = lastMs + 20 + random() * 1_500;
      const late = arrives > offlineFrom && arrives < offlineTo;
      sends.push({
        arrivesMs: late ? offlineTo + number : arrives,
        envelope: {
          writer: `writer-${index}` as WriterId,
          window: `window-${index}` as WindowId,
          number,
          firstMs: atMs,
          lastMs,
          kind: idle && number > 0 ? "beat" : "dom",
          events: idle && number > 0 ? 0 : 3,
          checkout: number === 0 || (!idle && random() < 0.02),
        },
      });
      atMs = lastMs + random() * (idle ? 15_000 : 700);
    }
  }
  // Within one writer numbers arrive in order, whatever the network does.
  sends.sort((a, b) => a.arrivesMs - b.arrivesMs || a.envelope.number - b.envelope.number);
  const next = new Map<unknown, number>();
  const waiting = [...sends];
  const outcomes: Promise<AppendOutcome>[] = [];
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ envelope }) => envelope.number === (next.get(envelope.writer) ?? 0));
    const [send] = waiting.splice(at, 1);
    if (send === undefined) break;
    next.set(send.envelope.writer, send.envelope.number + 1);
    const arrived = Math.ceil(Math.max(send.arrivesMs, (send.envelope.lastMs ?? 0) + 1));
    const sent = { sentAtMs: arrived, receivedAtMs: arrived };
    outcomes.push(recorder.append(appending(session, [frame(send.envelope)], sent)));
    if (outcomes.length % 50 === 0) await outcomes.at(-1);
  }
  for (const outcome of await Promise.all(outcomes)) expect(outcome.type).toBe("appended");
  stop();
  return told;
}

/** What playback at a time needs: of each window everything since its newest checkout by then. */
function needed(told: readonly Told[], atMs: number): readonly Told[] {
  const windows = new Set(told.map(({ envelope }) => envelope.window));
  return [...windows].flatMap((window) => {
    const own = told.filter(({ envelope }) => envelope.window === window && envelope.firstMs <= atMs);
    const checkouts = own.filter(({ envelope }) => envelope.checkout).map(({ envelope }) => envelope.firstMs);
    const sinceMs = Math.max(...checkouts);
    return own.filter(({ envelope }) => envelope.events > 0 && envelope.firstMs >= sinceMs);
  });
}

const covers = ({ fromSeqNum, throughSeqNum, late }: StartPoint, { seqNum, nextSeqNum }: Told): boolean =>
  (seqNum >= fromSeqNum && nextSeqNum <= throughSeqNum) ||
  late.some((run) => seqNum >= run.fromSeqNum && nextSeqNum <= run.toSeqNum);

describe("seeking", () => {
  it.each([1, 2, 3, 4, 5])(
    "finds all that playback at a time needs, in a random session (%i)",
    async (seed) => {
      const random = seeded(seed);
      const recorder = s2.recorder({ clock: () => Date.now() - HOUR_MS });
      const { session, openedMs } = await openThen(recorder);
      const told = await writeRandom(recorder, session, openedMs, random);
      expect(told.length).toBeGreaterThan(150);
      const late = (await recorder.state(session))?.lateRuns.length ?? 0;
      expect(late).toBeGreaterThan(0);
      const times = [openedMs - 1_000, openedMs, ...upTo(15).map(() => openedMs + random() * 115_000)];
      const count = { calls: 0, records: 0 };
      const reader = s2.recorder({ wrapPort: counting(count) });
      const check = async (atMs: number): Promise<void> => {
        count.calls = 0;
        count.records = 0;
        const start = await reader.locate(session, { atMs });
        expect(count.calls).toBeLessThanOrEqual(8);
        expect(count.records).toBeLessThanOrEqual(STATE_EVERY_RECORDS + 8);
        if (start === undefined) throw new Error("there is no such session");
        const missed = needed(told, atMs).filter((one) => !covers(start, one));
        expect(missed).toEqual([]);
      };
      for (const atMs of times) await check(atMs);
      await recorder.close(session, "stopped");
      for (const atMs of times) await check(atMs);
      const end = await reader.locate(session, "end");
      const lastMs = Math.max(...told.map(({ envelope }) => envelope.lastMs));
      expect(needed(told, lastMs).filter((one) => end === undefined || !covers(end, one))).toEqual([]);
      expect(end?.throughSeqNum).toBe(told.at(-1)?.nextSeqNum);
    },
  );

  it("costs the same in a long session as in a short one", async () => {
    const recorder = s2.recorder({ clock: () => Date.now() - HOUR_MS });
    const { session, openedMs } = await openThen(recorder);
    const count = { calls: 0, records: 0 };
    const reader = s2.recorder({ wrapPort: counting(count) });
    const costs: number[] = [];
    for (const minute of upTo(10)) {
      const frames = upTo(200).map((index) => {
        const firstMs = openedMs + minute * 60_000 + index * 300;
        return frame({ number: minute * 200 + index, firstMs, checkout: index === 0 });
      });
      const arrived = openedMs + (minute + 1) * 60_000;
      await recorder.append(appending(session, frames, { sentAtMs: arrived, receivedAtMs: arrived }));
      count.records = 0;
      const start = await reader.locate(session, { atMs: openedMs + minute * 60_000 + 30_000 });
      costs.push(count.records);
      expect(start?.fromSeqNum).toBe(2 + minute * 200);
      expect(start?.throughSeqNum).toBe(2 + minute * 200 + Math.floor((30_000 + LATE_AFTER_MS) / 300) + 1);
    }
    expect(Math.max(...costs)).toBeLessThanOrEqual(STATE_EVERY_RECORDS + 8);
  });

  it("before the first checkout starts at the first frame", async () => {
    const recorder = s2.recorder();
    const { session } = await openThen(recorder);
    await recorder.append(appending(session, [frame({ number: 0 }), frame({ number: 1 })]));
    expect(await recorder.locate(session, "end")).toEqual({ fromSeqNum: 2, late: [], throughSeqNum: 4 });
    expect(await recorder.locate(session, { atMs: Date.now() - HOUR_MS })).toMatchObject({ fromSeqNum: 2 });
  });

  it("replays a page whose clock is an hour ahead on the right clock", async () => {
    const recorder = s2.recorder({ clock: () => Date.now() - 2 * HOUR_MS });
    const { sessionId, openedMs } = await recorder.open({
      project: PROJECT,
      client: CLIENT,
      offsetMs: -HOUR_MS,
    });
    const session = { project: PROJECT, sessionId };
    for (const number of upTo(10)) {
      const trueMs = openedMs + number * 1_000;
      const wrongMs = trueMs + HOUR_MS;
      await recorder.append(
        appending(session, [frame({ number, firstMs: wrongMs, checkout: number % 5 === 0 })], {
          sentAtMs: wrongMs + 100,
          receivedAtMs: trueMs + 150,
        }),
      );
    }
    const start = await recorder.locate(session, { atMs: openedMs + 7_500 });
    expect(start).toEqual({ fromSeqNum: 7, late: [], throughSeqNum: 12 });
    const page = await recorder.read(session, { fromSeqNum: 7 });
    expect(page?.frames.map(({ timestampMs, offsetMs }) => [timestampMs - openedMs, offsetMs])).toEqual(
      [5, 6, 7, 8, 9].map((second) => [second * 1_000, -HOUR_MS]),
    );
  });

  it("pulls impossible times to the session's opening and to their arrival", async () => {
    const recorder = s2.recorder({ clock: () => Date.now() - HOUR_MS });
    const { session, openedMs } = await openThen(recorder);
    const sent = { sentAtMs: openedMs + 10_000, receivedAtMs: openedMs + 10_000 };
    await recorder.append(appending(session, [frame({ number: 0, firstMs: openedMs - 5_000 })], sent));
    await recorder.append(appending(session, [frame({ number: 1, firstMs: openedMs + 3 * HOUR_MS })], sent));
    await recorder.append(appending(session, [frame({ number: 2, firstMs: openedMs + 9_000 })], sent));
    const page = await recorder.read(session, { fromSeqNum: 2 });
    // S2 raises what would go backwards; the envelopes keep the true times.
    expect(page?.frames.map(({ timestampMs }) => timestampMs - openedMs)).toEqual([0, 10_000, 10_000]);
    expect(page?.frames.map(({ offsetMs }) => offsetMs)).toEqual([0, 10_000 - 3 * HOUR_MS, 0]);
    const state = await recorder.state(session);
    expect(state?.totals.lastMs).toBe(openedMs + 10_000);
    expect(state?.windows.map(({ window }) => window)).not.toContain(WINDOW);
  });
});

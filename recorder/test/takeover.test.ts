import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_SETTLE_RECORDS } from "../src/limits.js";
import {
  createSessionId,
  decodeFrame,
  HEADER_BACK,
  HEADER_STATE,
  type SessionRef,
  STATE_EVERY_RECORDS,
  sessionStreamName,
  type WriterId,
} from "../src/protocol/index.js";
import { createRecorder } from "../src/recorder.js";
import { frameRecord } from "../src/records.js";
import { createS2Port } from "../src/s2.js";
import type { Recorder } from "../src/types.js";
import { appending, frame, WRITER } from "./support/frames.js";
import { numbersByWriter, readAll, upTo } from "./support/reading.js";
import { CLIENT, PROJECT, startTestS2, type TestS2 } from "./support/s2.js";
import { seeded } from "./support/seeded.js";
import { counting, type Fate, faulty } from "./support/wrap-port.js";

let s2: TestS2;
beforeAll(async () => {
  s2 = await startTestS2();
});
afterAll(() => s2.close());

const openOn = async (recorder: Recorder): Promise<SessionRef> => {
  const { sessionId } = await recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 });
  return { project: PROJECT, sessionId };
};

describe("taking over", () => {
  it("goes on where another server stopped, without loss or doubles", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    await first.append(appending(session, [frame({ number: 0, checkout: true }), frame({ number: 1 })]));
    const second = s2.recorder();
    const outcome = await second.append(appending(session, [frame({ number: 1 }), frame({ number: 2 })]));
    expect(outcome).toEqual({ type: "appended", acked: 2, checkout: [] });
    expect(await first.append(appending(session, [frame({ number: 3 })]))).toMatchObject({ acked: 3 });
    expect(numbersByWriter(await readAll(first, session)).get(WRITER)).toEqual([0, 1, 2, 3]);
    expect(await first.state(session)).toEqual(await s2.recorder().state(session));
  });

  it("reads no further back than the last state header, however long the session is", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    const count = { calls: 0, records: 0 };
    for (const batch of upTo(20)) {
      const frames = upTo(50).map((index) =>
        frame({ number: batch * 50 + index, checkout: batch + index === 0 }),
      );
      await first.append(appending(session, frames));
      count.records = 0;
      const outcome = await s2
        .recorder({ wrapPort: counting(count) })
        .append(appending(session, [frame({ number: batch * 50 + 49 })]));
      expect(outcome).toMatchObject({ type: "duplicate", acked: batch * 50 + 49 });
      expect(count.records).toBeLessThanOrEqual(STATE_EVERY_RECORDS + 1);
    }
  });

  it("comes to the same state as the server that wrote it", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    const now = Date.now();
    for (const number of upTo(300)) {
      const writer = `writer-${number % 3}` as WriterId;
      await first.append(
        appending(
          session,
          [
            frame({
              writer,
              number: Math.floor(number / 3),
              firstMs: now + 30_000 + number * 10 - (number % 7) * 3_000,
              checkout: number % 90 === 0,
              inputMs: now + 30_000 + number,
            }),
          ],
          { sentAtMs: now + 60_000, receivedAtMs: now + 60_000 },
        ),
      );
    }
    const state = first.held().get(session.sessionId)?.state;
    expect(state?.lateRuns.length).toBeGreaterThan(0);
    const second = s2.recorder();
    await second.append(appending(session, [frame({ writer: "writer-0" as WriterId, number: 99 })]));
    expect(second.held().get(session.sessionId)?.state).toEqual(state);
  });

  it("marks every record with the way to the nearest state", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    const body = new Uint8Array(2_500_000);
    for (const number of upTo(12)) {
      await first.append(
        appending(session, [frame({ number: number * 2, body }), frame({ number: number * 2 + 1 })]),
      );
    }
    await first.close(session, "stopped");
    const port = createS2Port(s2.access, 5_000);
    const carriers = new Set<number>();
    let next = 1;
    for (;;) {
      const records = await port.read(sessionStreamName(session), { seqNum: next });
      if (records.length === 0) break;
      for (const { seqNum, headers } of records) {
        next = seqNum + 1;
        const names = new Map(headers.map(([name, value]) => [name, new TextDecoder().decode(value)]));
        if (names.has("")) continue;
        if (names.has(HEADER_STATE)) carriers.add(seqNum);
        else expect(carriers.has(seqNum - Number(names.get(HEADER_BACK)))).toBe(true);
      }
    }
    // The opened record, one for every four megabytes of frames, and the closing record.
    expect(carriers.size).toBeGreaterThan(5);
  });

  it("passes over the parts of a frame that its server never finished, and takes it again", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    await first.append(appending(session, [frame({ number: 0 })]));
    const large = frame({ number: 1, checkout: true, body: new Uint8Array(3_000_000).fill(7) });
    const port = createS2Port(s2.access, 5_000);
    // What a server leaves that dies between two batches: the first two of four parts.
    const parts = [0, 1].map((index) =>
      frameRecord(
        large.bytes.subarray(index * 983_040, (index + 1) * 983_040),
        Date.now(),
        0,
        { index, count: 4 },
        { back: index + 2 },
      ),
    );
    for (const [index, record] of parts.entries()) {
      await port.append(sessionStreamName(session), { records: [record], matchSeqNum: 3 + index });
    }
    const before = await first.read(session, { fromSeqNum: 2 });
    expect(before).toMatchObject({ next: 3, tail: 3, dropped: 0 });
    const second = s2.recorder();
    expect(await second.append(appending(session, [large, frame({ number: 2 })]))).toMatchObject({
      type: "appended",
      acked: 2,
    });
    const after = await first.read(session, { fromSeqNum: 3, maxBytes: 4_000_000 });
    expect(after?.dropped).toBe(2);
    expect(after?.frames.map(({ seqNum, bytes }) => [seqNum, decodeFrame(bytes).number])).toEqual([
      [5, 1],
      [9, 2],
    ]);
    expect(Buffer.compare(after?.frames[0]?.bytes ?? new Uint8Array(), large.bytes)).toBe(0);
    expect(numbersByWriter(await readAll(second, session)).get(WRITER)).toEqual([0, 1, 2]);
  });

  it("counts a frame whose last parts arrive after it was taken over", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    const large = frame({ number: 0, checkout: true, body: new Uint8Array(3_000_000).fill(7) });
    const port = createS2Port(s2.access, 5_000);
    const send = (index: number): Promise<unknown> => {
      const bytes = large.bytes.subarray(index * 983_040, (index + 1) * 983_040);
      const record = frameRecord(bytes, Date.now(), 0, { index, count: 4 }, { back: index + 1 });
      return port.append(sessionStreamName(session), { records: [record], matchSeqNum: 2 + index });
    };
    await send(0);
    await send(1);
    const second = s2.recorder();
    const gap = await second.append(appending(session, [frame({ number: 1 })]));
    expect(gap).toEqual({ type: "gap", expected: 0, acked: -1 });
    await send(2);
    await send(3);
    expect(await second.append(appending(session, [large, frame({ number: 1 })]))).toMatchObject({
      acked: 1,
    });
    expect(numbersByWriter(await readAll(second, session)).get(WRITER)).toEqual([0, 1]);
  });

  it("takes the newest state when another server has written more than it would read one by one", async () => {
    const first = s2.recorder();
    const session = await openOn(first);
    await first.append(appending(session, [frame({ number: 0, checkout: true })]));
    const second = s2.recorder();
    const other = "writer-b" as WriterId;
    for (const batch of upTo(6)) {
      const frames = upTo(200).map((index) => frame({ writer: other, number: batch * 200 + index }));
      await second.append(appending(session, frames));
    }
    expect(6 * 200).toBeGreaterThan(MAX_SETTLE_RECORDS);
    expect(await first.append(appending(session, [frame({ number: 1 })]))).toMatchObject({ acked: 1 });
    expect(first.lastNumber(session, other)).toBe(1199);
    // Its own summary has a hole now, so closing reads the stream.
    await first.close(session, "stopped");
    expect((await first.summary(session))?.summary.totals.frames).toBe(1202);
  });
});

describe("two servers on one session at once", () => {
  it("write every number exactly once and in order, whatever is repeated and shuffled", async () => {
    const random = seeded(20_260_101);
    const fate = (): Fate => {
      const roll = random();
      return roll < 0.9 ? "through" : roll < 0.95 ? "ack lost" : "never sent";
    };
    const servers = [
      s2.recorder({ wrapPort: faulty(fate), limits: { maxBackoffMs: 100 } }),
      s2.recorder({ wrapPort: faulty(fate), limits: { maxBackoffMs: 100 } }),
    ];
    const session = await openOn(s2.recorder());
    const FRAMES = 60;
    /** A writer as an SDK is one: it sends what is not acked, sometimes more than once and to both servers at once. */
    const write = async (writer: WriterId): Promise<void> => {
      const frames = upTo(FRAMES).map((number) => frame({ writer, number, checkout: number === 0 }));
      let acked = -1;
      while (acked < FRAMES - 1) {
        const from = Math.max(0, acked + 1 - Math.floor(random() * 3));
        const upload = frames.slice(from, acked + 2 + Math.floor(random() * 5));
        const to = random() < 0.2 ? servers : [servers[random() < 0.5 ? 0 : 1]];
        const outcomes = await Promise.all(
          to.map((server) => server?.append(appending(session, upload)).catch(() => undefined)),
        );
        for (const outcome of outcomes) {
          if (outcome === undefined) continue;
          if (!("acked" in outcome)) throw new Error(outcome.type);
          acked = Math.max(acked, outcome.acked);
        }
      }
    };
    await Promise.all(["writer-a", "writer-b", "writer-c", "writer-d"].map((id) => write(id as WriterId)));
    const numbers = numbersByWriter(await readAll(s2.recorder(), session));
    expect([...numbers.keys()].sort()).toEqual(["writer-a", "writer-b", "writer-c", "writer-d"]);
    for (const written of numbers.values()) expect(written).toEqual(upTo(FRAMES));
    expect(await servers[0]?.close(session, "stopped")).toBe("closed");
    expect((await servers[1]?.summary(session))?.summary.totals.frames).toBe(4 * FRAMES);
  }, 60_000);
});

describe("an append whose outcome is unknown", () => {
  it("is settled without doubles when only the ack was lost", async () => {
    let lose = false;
    const recorder = s2.recorder({ wrapPort: faulty(() => (lose ? "ack lost" : "through")) });
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    lose = true;
    const heard: number[] = [];
    recorder.listen({
      appended: (_, frames) => heard.push(...frames.map(({ envelope }) => envelope.number)),
    });
    const outcome = await recorder.append(appending(session, [frame({ number: 1 }), frame({ number: 2 })]));
    expect(outcome).toMatchObject({ type: "appended", acked: 2 });
    lose = false;
    await recorder.append(appending(session, [frame({ number: 3 })]));
    expect(numbersByWriter(await readAll(recorder, session)).get(WRITER)).toEqual([0, 1, 2, 3]);
    expect(heard).toEqual([1, 2, 3]);
  });

  it("is sent again when it never arrived", async () => {
    const fates: Fate[] = ["through", "through", "never sent", "never sent", "through"];
    const recorder = s2.recorder({ wrapPort: faulty(() => fates.shift() ?? "through") });
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    expect(await recorder.append(appending(session, [frame({ number: 1 })]))).toMatchObject({ acked: 1 });
    expect(numbersByWriter(await readAll(recorder, session)).get(WRITER)).toEqual([0, 1]);
  });

  it("heals a large frame that broke off between its batches", async () => {
    const fates: Fate[] = ["through", "through", "through", "ack lost"];
    const recorder = s2.recorder({ wrapPort: faulty(() => fates.shift() ?? "through") });
    const session = await openOn(recorder);
    const large = frame({ number: 0, checkout: true, body: new Uint8Array(4_000_000).fill(3) });
    expect(await recorder.append(appending(session, [large]))).toMatchObject({ acked: 0 });
    await recorder.append(appending(session, [frame({ number: 1 })]));
    expect(numbersByWriter(await readAll(recorder, session)).get(WRITER)).toEqual([0, 1]);
    const end = await recorder.locate(session, "end");
    const page = await recorder.read(session, { fromSeqNum: end?.fromSeqNum ?? 0, maxBytes: 8_000_000 });
    expect(page?.frames.map(({ bytes }) => bytes.length)[0]).toBe(large.bytes.length);
  });

  it("becomes `unavailable` when S2 stays away, and the SDK's retry settles it", async () => {
    let broken = false;
    const recorder = s2.recorder({
      wrapPort: faulty(() => (broken ? "ack lost" : "through")),
      limits: { retryForMs: -1 },
    });
    const session = await openOn(recorder);
    broken = true;
    await expect(recorder.append(appending(session, [frame({ number: 0 })]))).rejects.toMatchObject({
      code: "unavailable",
    });
    broken = false;
    const again = s2.recorder();
    expect(await again.append(appending(session, [frame({ number: 0 })]))).toMatchObject({
      type: "duplicate",
    });
  });

  it("does not wait for ever for an S2 that has gone silent", async () => {
    const silent = createServer().listen(0, "127.0.0.1");
    await once(silent, "listening");
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const recorder = createRecorder({
      s2: { ...s2.access, accountEndpoint: endpoint, basinEndpoint: endpoint },
      serverId: "alone",
      limits: { ackTimeoutMs: 50, retryForMs: 100, maxBackoffMs: 10 },
    });
    const sessionId = createSessionId(Date.now(), new Uint8Array(10));
    const session = { project: PROJECT, sessionId };
    const unavailable = { code: "unavailable" };
    await expect(recorder.status(session)).rejects.toMatchObject(unavailable);
    await expect(recorder.append(appending(session, [frame({ number: 0 })]))).rejects.toMatchObject(
      unavailable,
    );
    await expect(recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 })).rejects.toMatchObject(
      unavailable,
    );
    await recorder.drain();
    silent.close();
  });

  it("goes on when S2 is restarted under it", async () => {
    const recorder = s2.recorder({ limits: { maxBackoffMs: 200 } });
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    const followed: number[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const found of recorder.follow(session, 2, stop.signal)) {
        if (found.type === "frame") followed.push(found.frame.envelope.number);
        if (followed.length === 3) stop.abort();
      }
    })();
    let waiting: Promise<unknown> = Promise.resolve();
    await s2.restart(async () => {
      waiting = recorder.append(appending(session, [frame({ number: 1 })]));
    });
    expect(await waiting).toMatchObject({ type: "appended", acked: 1 });
    expect(await recorder.append(appending(session, [frame({ number: 2 })]))).toMatchObject({ acked: 2 });
    await following;
    expect(followed).toEqual([0, 1, 2]);
  });
});

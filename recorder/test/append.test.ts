import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_WAITING_APPENDS } from "../src/limits.js";
import {
  decodeFrame,
  MAX_FRAME_BYTES,
  type SessionId,
  type SessionRef,
  type WindowId,
  type WriterId,
} from "../src/protocol/index.js";
import type { Batch } from "../src/s2-port.js";
import type { AppendedFrame, Recorder } from "../src/types.js";
import { appending, frame, WINDOW, WRITER } from "./support/frames.js";
import { numbersByWriter, readAll, upTo } from "./support/reading.js";
import { CLIENT, PROJECT, startTestS2, type TestS2 } from "./support/s2.js";

let s2: TestS2;
let recorder: Recorder;
beforeAll(async () => {
  s2 = await startTestS2();
  recorder = s2.recorder();
});
afterAll(() => s2.close());

const openSession = async (): Promise<SessionRef> => {
  const { sessionId } = await recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 });
  return { project: PROJECT, sessionId };
};

describe("appending", () => {
  it("acks what is durable, drops what repeats, and names the gap", async () => {
    const session = await openSession();
    expect(await recorder.append(appending(session, [frame({ number: 0, checkout: true })]))).toEqual({
      type: "appended",
      acked: 0,
      checkout: [],
    });
    const zero = frame({ number: 0 });
    expect(await recorder.append(appending(session, [zero]))).toMatchObject({ type: "duplicate", acked: 0 });
    expect(await recorder.append(appending(session, [zero, frame({ number: 1 })]))).toMatchObject({
      type: "appended",
      acked: 1,
    });
    expect(await recorder.append(appending(session, [frame({ number: 3 })]))).toEqual({
      type: "gap",
      expected: 2,
      acked: 1,
    });
    expect(numbersByWriter(await readAll(recorder, session)).get(WRITER)).toEqual([0, 1]);
    expect(recorder.lastNumber(session, WRITER)).toBe(1);
  });

  it("expects a writer it does not know to begin at 0", async () => {
    const session = await openSession();
    expect(await recorder.append(appending(session, [frame({ number: 4 })]))).toEqual({
      type: "gap",
      expected: 0,
      acked: -1,
    });
  });

  it("takes an upload up to the hole within it", async () => {
    const session = await openSession();
    const outcome = await recorder.append(appending(session, [frame({ number: 0 }), frame({ number: 2 })]));
    expect(outcome).toMatchObject({ type: "appended", acked: 0 });
    expect(numbersByWriter(await readAll(recorder, session)).get(WRITER)).toEqual([0]);
  });

  it("keeps the order of requests that come at once, and coalesces them", async () => {
    const session = await openSession();
    const outcomes = await Promise.all(
      upTo(100).map((number) => recorder.append(appending(session, [frame({ number })]))),
    );
    expect(outcomes.map((outcome) => "acked" in outcome && outcome.acked)).toEqual(upTo(100));
    expect(numbersByWriter(await readAll(recorder, session)).get(WRITER)).toEqual(upTo(100));
  });

  it("is fenced and matched, batch by batch, so that no other writer can come between", async () => {
    const batches: Batch[] = [];
    const careful = s2.recorder({
      wrapPort: (port) => ({
        ...port,
        openAppends: (stream) => {
          const channel = port.openAppends(stream);
          return {
            ...channel,
            submit: (batch) => {
              batches.push(batch);
              return channel.submit(batch);
            },
          };
        },
      }),
    });
    const { sessionId } = await careful.open({ project: PROJECT, client: CLIENT, offsetMs: 0 });
    const session = { project: PROJECT, sessionId };
    const large = frame({ number: 1, body: new Uint8Array(2_000_000) });
    await careful.append(appending(session, [frame({ number: 0 }), large]));
    await careful.close(session, "stopped");
    expect(batches.length).toBeGreaterThan(3);
    expect(batches.slice(1).every(({ fencingToken }) => fencingToken === "open")).toBe(true);
    let tail = 0;
    for (const { matchSeqNum, records } of batches) {
      expect(matchSeqNum).toBe(tail);
      tail += records.length;
    }
  });

  it("refuses one append more than may wait", async () => {
    const session = await openSession();
    const outcomes = await Promise.allSettled(
      upTo(MAX_WAITING_APPENDS + 8).map((number) => recorder.append(appending(session, [frame({ number })]))),
    );
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]).toMatchObject({ reason: { code: "unavailable" } });
    const numbers = numbersByWriter(await readAll(recorder, session)).get(WRITER);
    expect(numbers).toEqual(upTo(numbers?.length ?? 0));
  });

  it("stores a frame of the largest size in parts and reads it back alone", async () => {
    const session = await openSession();
    const overhead = frame({ number: 1, body: new Uint8Array(70_000) }).bytes.length - 70_000;
    const body = new Uint8Array(MAX_FRAME_BYTES - overhead).map((_, index) => index % 251);
    const large = frame({ number: 1, checkout: true, body });
    expect(large.bytes.length).toBe(MAX_FRAME_BYTES);
    await recorder.append(appending(session, [frame({ number: 0 }), large, frame({ number: 2 })]));
    const first = await recorder.read(session, { fromSeqNum: 2 });
    expect(first?.frames.length).toBe(1);
    const second = await recorder.read(session, { fromSeqNum: first?.next ?? 0 });
    expect(second?.frames.map(({ seqNum, bytes }) => [seqNum, bytes.length])).toEqual([[3, MAX_FRAME_BYTES]]);
    expect(Buffer.compare(second?.frames[0]?.bytes ?? new Uint8Array(), large.bytes)).toBe(0);
    const third = await recorder.read(session, { fromSeqNum: second?.next ?? 0 });
    expect(third?.frames.map(({ bytes }) => decodeFrame(bytes).number)).toEqual([2]);
    expect(third).toMatchObject({ dropped: 0, closed: false });
  }, 60_000);

  it("reads a range: from, up to and at most so many bytes", async () => {
    const session = await openSession();
    const frames = upTo(10).map((number) =>
      frame({ number, body: new Uint8Array(number === 5 ? 2_000_000 : 100) }),
    );
    await recorder.append(appending(session, frames));
    const numbers = async (range: Parameters<Recorder["read"]>[1]): Promise<readonly unknown[]> => {
      const page = await recorder.read(session, range);
      return [...(page?.frames.map(({ bytes }) => decodeFrame(bytes).number) ?? []), `next ${page?.next}`];
    };
    expect(await numbers({ fromSeqNum: 0, toSeqNum: 4 })).toEqual([0, 1, "next 4"]);
    expect(await numbers({ fromSeqNum: 4, toSeqNum: 4 })).toEqual(["next 4"]);
    // The sixth lies in the records 7, 8 and 9: an end within it does not cut it.
    expect(await numbers({ fromSeqNum: 6, toSeqNum: 8, maxBytes: 4_000_000 })).toEqual([4, 5, "next 10"]);
    expect(await numbers({ fromSeqNum: 6, toSeqNum: 7 })).toEqual([4, "next 7"]);
    expect(await numbers({ fromSeqNum: 2, maxBytes: 500 })).toEqual([0, 1, 2, "next 5"]);
    expect(await numbers({ fromSeqNum: 2, maxBytes: 1 })).toEqual([0, "next 3"]);
    // One that starts within the sixth frame counts the parts it cannot use.
    expect(await recorder.read(session, { fromSeqNum: 8 })).toMatchObject({ dropped: 2, next: 14, tail: 14 });
  });

  it("knows no session that was never opened", async () => {
    const sessionId = "01890000-0000-7000-8000-000000000000" as SessionId;
    const session = { project: PROJECT, sessionId };
    expect(await recorder.append(appending(session, [frame({ number: 0 })]))).toEqual({ type: "missing" });
    expect(await recorder.close(session, "stopped")).toBe("missing");
    expect(await recorder.status(session)).toEqual({ type: "missing" });
    expect(await recorder.read(session, { fromSeqNum: 0 })).toBeUndefined();
    expect(await recorder.locate(session, "end")).toBeUndefined();
    expect(await recorder.locate(session, { atMs: Date.now() })).toBeUndefined();
    expect(await recorder.state(session)).toBeUndefined();
    expect(await recorder.opened(session)).toBeUndefined();
    expect(await recorder.summary(session)).toBeUndefined();
    expect(await recorder.erase(session)).toBe("missing");
    const followed = recorder.follow(session, 2, new AbortController().signal);
    for await (const found of followed) expect(found).toEqual({ type: "missing" });
  });

  it("tells listeners after durability, in the order of the stream", async () => {
    const heard: AppendedFrame[] = [];
    const stop = recorder.listen({ appended: (_, frames) => heard.push(...frames) });
    const session = await openSession();
    await Promise.all(upTo(20).map((number) => recorder.append(appending(session, [frame({ number })]))));
    stop();
    await recorder.append(appending(session, [frame({ number: 20 })]));
    expect(heard.map(({ envelope }) => envelope.number)).toEqual(upTo(20));
    const page = await recorder.read(session, { fromSeqNum: 2 });
    expect(
      heard.map(({ seqNum, timestampMs, bytes }) => ({ seqNum, timestampMs, bytes: [...bytes] })),
    ).toEqual(
      page?.frames
        .slice(0, 20)
        .map(({ seqNum, timestampMs, bytes }) => ({ seqNum, timestampMs, bytes: [...bytes] })),
    );
    expect(heard.map(({ nextSeqNum }) => nextSeqNum)).toEqual(upTo(20).map((index) => index + 3));
  });

  it("asks a window that has sent no checkout for one, until it comes", async () => {
    const session = await openSession();
    const asked = async (over: Parameters<typeof frame>[0]): Promise<readonly WindowId[]> => {
      const outcome = await recorder.append(appending(session, [frame(over)]));
      return outcome.type === "appended" ? outcome.checkout : [];
    };
    expect(await asked({ number: 0 })).toEqual([WINDOW]);
    expect(await asked({ number: 1, kind: "beat", events: 0 })).toEqual([WINDOW]);
    expect(await asked({ number: 2, checkout: true })).toEqual([]);
    const now = Date.now();
    const lost = { events: 3, bytes: 9, reason: "overflow", fromMs: now, toMs: now } as const;
    expect(await asked({ number: 3, kind: "lost", events: 0, lost })).toEqual([WINDOW]);
    expect(await asked({ number: 4, checkout: true })).toEqual([]);
    // The session's bytes pass a multiple of the checkouts: the idle window is asked at its next beat.
    const other = { writer: "writer-b" as WriterId, window: "window-b" as WindowId };
    expect(await asked({ ...other, number: 0, checkout: true })).toEqual([]);
    expect(await asked({ number: 5, body: new Uint8Array(1_100_000) })).toEqual([WINDOW, other.window]);
    expect(await asked({ number: 6, checkout: true })).toEqual([other.window]);
    expect(await asked({ ...other, number: 1, checkout: true })).toEqual([]);
  });
});

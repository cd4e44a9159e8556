import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Fact,
  FENCE_OPEN,
  MAX_SUMMARY_FACTS,
  MAX_SUMMARY_RECORD_BYTES,
  type SessionRef,
  sessionStreamName,
  type WindowId,
  type WriterId,
} from "../src/protocol/index.js";
import { createS2Port } from "../src/s2.js";
import type { Recorder } from "../src/types.js";
import { appending, frame, WRITER } from "./support/frames.js";
import { numbersByWriter, readAll, upTo } from "./support/reading.js";
import { CLIENT, PROJECT, startTestS2, type TestS2 } from "./support/s2.js";
import { type Fate, faulty } from "./support/wrap-port.js";

let s2: TestS2;
beforeAll(async () => {
  s2 = await startTestS2();
});
afterAll(() => s2.close());

const openOn = async (recorder: Recorder): Promise<SessionRef> => {
  const { sessionId } = await recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 });
  return { project: PROJECT, sessionId };
};

/** Writes a session with two windows, facts, a loss and checkouts. */
async function writeSome(recorder: Recorder, session: SessionRef): Promise<void> {
  const now = Date.now();
  for (const number of upTo(40)) {
    const window = `window-${number % 2}` as WindowId;
    const facts: Fact[] = [
      { type: "click", atMs: now + number, text: `Pay ${number}`, detail: { n: number } },
    ];
    const lost = { events: 5, bytes: 50, reason: "overflow", fromMs: now, toMs: now } as const;
    const over = number === 20 ? ({ kind: "lost", lost, events: 0 } as const) : {};
    await recorder.append(
      appending(session, [frame({ number, window, facts, checkout: number % 10 < 2, ...over })]),
    );
  }
}

describe("closing", () => {
  it("ends the stream with the summary, the fence and the closing record", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    await writeSome(recorder, session);
    expect(await recorder.close(session, "stopped")).toBe("closed");
    const found = await recorder.summary(session);
    const status = await recorder.status(session);
    expect(status).toEqual({ type: "closed", closed: found?.closed, tail: 45 });
    expect(found).toMatchObject({
      tail: 45,
      closed: { reason: "stopped", summaryRecords: 1 },
      summary: {
        totals: { frames: 40, events: 39 },
        lostEvents: 5,
        factsCut: 0,
        factCounts: { click: 40 },
        opened: { sessionId: session.sessionId, client: CLIENT },
      },
    });
    expect(found?.summary.checkouts.map(({ seqNum }) => seqNum)).toEqual([2, 3, 12, 13, 22, 23, 32, 33]);
    expect(found?.summary.facts[3]).toMatchObject({ text: "Pay 3", seqNum: 5, window: "window-1" });
    expect(found?.summary.windows.map(({ events }) => events)).toEqual([19, 20]);
    expect(found?.summary.activity.counts.reduce((sum, count) => sum + count, 0)).toBe(39);
    const page = await recorder.read(session, { fromSeqNum: 2 });
    expect(page).toMatchObject({ next: 45, tail: 45, closed: true });
    expect(page?.frames.length).toBe(40);
    expect(await recorder.state(session)).toMatchObject({ totals: { frames: 40 } });
  });

  it("makes the same summary from memory and from the stream", async () => {
    const summaries = [];
    for (const limits of [{}, { maxHeldSummaryBytes: 0 }]) {
      const recorder = s2.recorder({ limits });
      const session = await openOn(recorder);
      // Some times lie before the opening, some late, and one frame comes with a large body.
      const { openedMs } = (await recorder.opened(session)) ?? { openedMs: 0 };
      const facts: Fact[] = [{ type: "click", atMs: openedMs - 50, text: "x" }];
      const sent = { sentAtMs: openedMs + 60_000, receivedAtMs: openedMs + 60_000 };
      for (const number of upTo(30)) {
        const firstMs = openedMs - 10 + (number % 3 === 0 ? number * 1_500 : 100);
        const writer = `writer-${number % 3}` as WriterId;
        const window = `window-${number % 3}` as WindowId;
        const over = {
          number: Math.floor(number / 3),
          writer,
          window,
          firstMs,
          facts,
          checkout: number % 6 === 0,
        };
        const body = new Uint8Array(number === 5 ? 2_000_000 : 2);
        await recorder.append(appending(session, [frame({ ...over, body })], sent));
      }
      await recorder.close(session, "idle");
      const found = await recorder.summary(session);
      expect(found?.summary.lateRuns.length).toBeGreaterThan(0);
      const { opened: _, ...rest } = found?.summary ?? {};
      summaries.push(
        JSON.parse(JSON.stringify(rest).replaceAll(/1\d{12}/g, (ms) => String(Number(ms) - openedMs))),
      );
    }
    expect(summaries[0]).toEqual(summaries[1]);
  });

  it("writes a summary of several records, and cuts facts past the limit", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    const text = "a button with quite a long caption that says what it is about, as buttons do".repeat(3);
    for (const number of upTo(101)) {
      const facts = upTo(100).map(
        (index): Fact => ({ type: "click", atMs: Date.now(), text: `${text}${index}` }),
      );
      await recorder.append(appending(session, [frame({ number, facts })]));
    }
    await recorder.close(session, "stopped");
    const found = await recorder.summary(session);
    expect(found?.closed.summaryRecords).toBeGreaterThan(2_000_000 / MAX_SUMMARY_RECORD_BYTES);
    expect(found?.summary.facts.length).toBe(MAX_SUMMARY_FACTS);
    expect(found?.summary.factsCut).toBe(100);
    expect(found?.summary.factCounts).toEqual({ click: MAX_SUMMARY_FACTS + 100 });
    expect((await recorder.locate(session, "end"))?.throughSeqNum).toBe(103);
  });

  it("is final: later appends, closes and other servers change nothing", async () => {
    const recorder = s2.recorder();
    const other = s2.recorder();
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    await other.append(appending(session, [frame({ number: 1 })]));
    expect(await recorder.close(session, "stopped")).toBe("closed");
    const before = await recorder.status(session);
    for (const server of [recorder, other, s2.recorder()]) {
      expect(await server.append(appending(session, [frame({ number: 2 })]))).toEqual({
        type: "closed",
        reason: "stopped",
      });
      expect(await server.close(session, "idle")).toBe("already-closed");
    }
    // Not even one that knows the tail: the fence refuses it.
    const port = createS2Port(s2.access, 5_000);
    const record = { timestampMs: Date.now(), headers: [], body: new Uint8Array() };
    await expect(
      port.append(sessionStreamName(session), { records: [record], fencingToken: FENCE_OPEN }),
    ).rejects.toMatchObject({ kind: "fenced" });
    expect(await recorder.status(session)).toEqual(before);
  });

  it("races an append: what was acked is in the stream, what was refused is not", async () => {
    const servers = [s2.recorder(), s2.recorder()];
    const session = await openOn(s2.recorder());
    let acked = -1;
    const write = async (): Promise<string> => {
      for (let number = 0; ; number++) {
        const outcome = await servers[0]?.append(appending(session, [frame({ number })]));
        if (outcome?.type !== "appended") return outcome?.type ?? "";
        acked = number;
        if (number === 5) closing = servers[1]?.close(session, "limit");
      }
    };
    let closing: Promise<string> | undefined;
    expect(await write()).toBe("closed");
    expect(await closing).toBe("closed");
    const numbers = numbersByWriter(await readAll(s2.recorder(), session)).get(WRITER);
    expect(numbers).toEqual(upTo(acked + 1));
    expect((await servers[0]?.summary(session))?.summary.totals.frames).toBe(acked + 1);
  });

  it("is done once when two servers close at once", async () => {
    const servers = [s2.recorder(), s2.recorder()];
    const session = await openOn(s2.recorder());
    await servers[0]?.append(appending(session, [frame({ number: 0 })]));
    const outcomes = await Promise.all(servers.map((server) => server.close(session, "idle")));
    expect(outcomes.sort()).toEqual(["already-closed", "closed"]);
  });

  it("knows its own closing record when the ack was lost", async () => {
    let lose = false;
    const fate = (): Fate => (lose ? "ack lost" : "through");
    const recorder = s2.recorder({ wrapPort: faulty(fate) });
    const session = await openOn(recorder);
    await recorder.append(appending(session, [frame({ number: 0 })]));
    let told = 0;
    recorder.listen({ closed: () => told++ });
    lose = true;
    expect(await recorder.close(session, "stopped")).toBe("closed");
    expect(told).toBe(1);
    expect((await recorder.status(session)).type).toBe("closed");
  });

  it("of a session without frames says so", async () => {
    const recorder = s2.recorder();
    const session = await openOn(recorder);
    expect(await s2.recorder().close(session, "idle")).toBe("closed");
    expect((await recorder.summary(session))?.summary).toMatchObject({
      totals: { frames: 0 },
      checkouts: [],
    });
    expect(await recorder.read(session, { fromSeqNum: 0 })).toMatchObject({
      frames: [],
      closed: true,
      next: 5,
    });
    expect(await recorder.locate(session, "end")).toEqual({ fromSeqNum: 2, late: [], throughSeqNum: 2 });
  });
});

import { AppendInput, AppendRecord, S2, type S2Error } from "@s2-dev/streamstore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  decodeFrame,
  FENCE_OPEN,
  type Frame,
  MAX_PART_BYTES,
  type SessionRef,
  sessionStreamName,
  splitParts,
  type WindowId,
  type WriterId,
} from "../src/protocol/index.js";
import { S2Failure, type S2Port } from "../src/s2-port.js";
import type { IndexEntry, Recorder } from "../src/types.js";
import { appending, frame } from "./support/frames.js";
import { CLIENT, PROJECT, startTestS2, type TestS2 } from "./support/s2.js";

/** Scenarios over several servers, clocks and failures that lie between the modules. */

let s2: TestS2;
beforeAll(async () => {
  s2 = await startTestS2();
});
afterAll(() => s2.close());

async function open(recorder: Recorder): Promise<SessionRef> {
  const { project, sessionId } = await recorder.open({ project: PROJECT, client: CLIENT, offsetMs: 0 });
  return { project, sessionId };
}
/** The session's stream, as S2's own SDK has it. */
const rawStream = (session: SessionRef) =>
  new S2({
    accessToken: s2.access.accessToken,
    endpoints: { account: s2.access.accountEndpoint ?? "", basin: s2.access.basinEndpoint ?? "" },
  })
    .basin(s2.access.basin)
    .stream(sessionStreamName(session));

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const OTHER = { writer: "writer-b" as WriterId, window: "window-b" as WindowId };

describe("two servers", () => {
  it("say the same state of a session that moved from one to the other", async () => {
    const [a, b] = [s2.recorder(), s2.recorder()];
    const session = await open(a);
    await a.append(appending(session, [frame({ number: 0, checkout: true })]));
    await b.append(appending(session, [frame({ number: 1 }), frame({ number: 2 })]));
    expect((await b.state(session))?.totals.frames).toBe(3);
    expect((await a.state(session))?.totals.frames).toBe(3);
  });

  it("that have stepped in on each other without a frame between do not make a session missing", async () => {
    const session = await open(s2.recorder());
    const fences = Array.from({ length: 4 }, () => AppendRecord.fence(FENCE_OPEN, new Date()));
    await rawStream(session).append(AppendInput.create(fences, { fencingToken: FENCE_OPEN }));
    const late = s2.recorder();
    expect((await late.status(session)).type).toBe("open");
    expect(await late.append(appending(session, [frame({ number: 0, checkout: true })]))).toMatchObject({
      type: "appended",
      acked: 0,
    });
  });

  it("whose frames of two writers meet lose and double none", async () => {
    const servers = [s2.recorder(), s2.recorder()];
    const [first] = servers as [Recorder, Recorder];
    const session = await open(first);
    const send = async (over: Partial<Frame>, turn: number): Promise<void> => {
      for (let number = 0; number < 40; number++) {
        const recorder = servers[(number + turn) % 2] as Recorder;
        const size = number % 10 === 3 ? 2 * MAX_PART_BYTES + 7 : 20;
        const body = new Uint8Array(size).fill(number);
        const outcome = await recorder.append(appending(session, [frame({ ...over, number, body })]));
        expect(outcome).toMatchObject({ acked: number });
      }
    };
    await Promise.all([send({}, 0), send(OTHER, 1)]);
    const found = new Map<string, number[]>();
    let next = 0;
    for (;;) {
      const page = await first.read(session, { fromSeqNum: next });
      if (page === undefined) throw new Error("it is there");
      for (const { bytes } of page.frames) {
        const { writer, number, body } = decodeFrame(bytes);
        expect(body.every((byte) => byte === number)).toBe(true);
        found.set(writer, [...(found.get(writer) ?? []), number]);
      }
      if (page.next === page.tail) break;
      next = page.next;
    }
    const all = Array.from({ length: 40 }, (_, number) => number);
    expect([...found.values()]).toEqual([all, all]);
  });
});

describe("erasing", () => {
  it("that broke off halfway is told to other servers once it is done", async () => {
    let broken = true;
    const wrapPort = (port: S2Port): S2Port => ({
      ...port,
      deleteStream: async (name) => {
        if (broken && name.startsWith("notes/")) throw new S2Failure("unavailable", "broken");
        return port.deleteStream(name);
      },
    });
    const a = s2.recorder({ wrapPort });
    const session = await open(a);
    await expect(a.erase(session)).rejects.toMatchObject({ code: "unavailable" });
    broken = false;
    // It is asked for again only when S2 has carried the first half out altogether.
    const code = (): Promise<unknown> =>
      rawStream(session)
        .checkTail()
        .then(
          () => undefined,
          (error: S2Error) => error.code,
        );
    while ((await code()) !== "stream_not_found") await new Promise((resolve) => setTimeout(resolve, 5));
    await a.erase(session);
    await a.drain();
    const b = s2.recorder();
    const entries: IndexEntry[] = [];
    const stop = new AbortController();
    for await (const item of b.followIndex(0, stop.signal)) {
      if ("entry" in item) entries.push(item.entry);
      else if (item.type === "caught-up") break;
    }
    stop.abort();
    const erased = entries.filter((entry) => entry.type === "erased").map((entry) => entry.session.sessionId);
    expect(erased).toContain(session.sessionId);
  });
});

describe("clocks", () => {
  it("of a server that are ahead of S2's do not move where a seek begins", async () => {
    const now = (): number => Date.now() + 5_000;
    const recorder = s2.recorder({ clock: now });
    const session = await open(recorder);
    const startMs = now();
    const send = (number: number, atMs: number): Promise<unknown> =>
      recorder.append({
        session,
        frames: [frame({ number, firstMs: atMs, checkout: number !== 1 })],
        sentAtMs: atMs,
        receivedAtMs: atMs,
      });
    await send(0, startMs);
    await send(1, startMs + 10);
    await send(2, startMs + 30);
    // The second checkout begins after the time that is asked for: playback has to begin at the first.
    expect((await recorder.locate(session, { atMs: startMs + 15 }))?.fromSeqNum).toBe(2);
  });

  it("are believed by uploads, not by how often S2 had to be asked", async () => {
    let failures = 4;
    const wrapPort = (port: S2Port): S2Port => ({
      ...port,
      openAppends: (stream) => {
        const channel = port.openAppends(stream);
        return {
          ...channel,
          submit: async (batch) => {
            if (batch.matchSeqNum !== undefined && batch.matchSeqNum > 2 && failures-- > 0) {
              throw new S2Failure("unavailable", "broken");
            }
            return channel.submit(batch);
          },
        };
      },
    });
    const recorder = s2.recorder({ wrapPort });
    const session = await open(recorder);
    const at = Date.now();
    await recorder.append(appending(session, [frame({ number: 0, firstMs: at - 60_000, checkout: true })]));
    // One upload that took half a minute on its way.
    const slow = frame({ number: 1, firstMs: at - 50_000 });
    await recorder.append({ session, frames: [slow], sentAtMs: at - 30_000, receivedAtMs: at });
    const page = await recorder.read(session, { fromSeqNum: 2 });
    expect(page?.frames.map(({ offsetMs }) => Math.abs(offsetMs) < 2_000)).toEqual([true, true]);
  });
});

describe("a page", () => {
  it("never says that it is the end while a frame before the end is missing", async () => {
    let released: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      released = resolve;
    });
    let reached: () => void = () => {};
    const atTail = new Promise<void>((resolve) => {
      reached = resolve;
    });
    // Of the two reads that a page makes, the one of the last record comes later than the one of the frames.
    const wrapPort = (port: S2Port): S2Port => ({
      ...port,
      read: async (stream, start, count) => {
        if ("tailOffset" in start) await closed;
        const records = await port.read(stream, start, count);
        if (records.length === 0) reached();
        return records;
      },
    });
    const writing = s2.recorder();
    const session = await open(writing);
    await writing.append(appending(session, [frame({ number: 0, checkout: true })]));
    const large = frame({ number: 0, ...OTHER, body: new Uint8Array(MAX_PART_BYTES + 100) });
    const part = async (index: number): Promise<void> => {
      const headers = Object.entries({ k: "p", p: `${index}/2`, o: "0", b: String(index + 1) });
      await rawStream(session).append(
        AppendInput.create(
          [
            AppendRecord.bytes({
              body: splitParts(large.bytes)[index] ?? new Uint8Array(0),
              headers: headers.map(([name, value]) => [utf8(name), utf8(value)]),
              timestamp: new Date(),
            }),
          ],
          { fencingToken: FENCE_OPEN },
        ),
      );
    };
    await part(0);
    const reading = s2.recorder({ wrapPort }).read(session, { fromSeqNum: 0 });
    await atTail;
    await part(1);
    await s2.recorder().close(session, "stopped");
    released();
    const page = await reading;
    expect(page?.frames).toHaveLength(1);
    expect(page?.closed && page.next === page.tail).toBe(false);
  });
});

describe("facts", () => {
  it("from the future are pulled to their frame, as events are", async () => {
    const recorder = s2.recorder();
    const session = await open(recorder);
    const at = Date.now();
    const facts = [{ type: "click", atMs: at + 365 * 86_400_000, text: "Pay" }] as const;
    await recorder.append(appending(session, [frame({ number: 0, firstMs: at, checkout: true, facts })]));
    await recorder.close(session, "stopped");
    const found = await recorder.summary(session);
    expect(found?.summary.facts[0]?.atMs).toBeLessThanOrEqual(Date.now());
  });
});

describe("retention", () => {
  it("that has taken a session's first records leaves one that can still be asked about", async () => {
    const recorder = s2.recorder();
    const session = await open(recorder);
    await recorder.append(appending(session, [frame({ number: 0, checkout: true })]));
    await recorder.append(appending(session, [frame({ number: 1, checkout: true })]));
    const stream = rawStream(session);
    await recorder.close(session, "stopped");
    await stream.append(AppendInput.create([AppendRecord.trim(3, new Date())]));
    let first = 0;
    while (first < 3) {
      const batch = await stream.read({ start: { from: { seqNum: 0 } }, stop: { limits: { count: 1 } } });
      first = batch.records[0]?.seqNum ?? 3;
    }
    expect((await recorder.status(session)).type).toMatch(/closed|missing/);
    expect(await recorder.opened(session)).toBeUndefined();
  });
});

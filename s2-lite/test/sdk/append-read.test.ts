import {
  AppendInput,
  AppendRecord,
  FencingTokenMismatchError,
  RangeNotSatisfiableError,
  S2Error,
  SeqNumMismatchError,
} from "@s2-dev/streamstore";
import { describe, expect, it } from "vitest";
import { BASIN, eventually, sdk, startWithBasin } from "../support/server.js";

const text = (body: string, timestamp?: number) =>
  AppendRecord.string(timestamp === undefined ? { body } : { body, timestamp });
const one = (body: string, options = {}) => AppendInput.create([text(body)], options);

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function startWithStream(name = "stream/one", options = {}) {
  const started = await startWithBasin(options);
  await started.basin.streams.create({ stream: name });
  return { ...started, stream: started.basin.stream(name) };
}

describe("unary calls through the SDK", () => {
  it("append and read strings with headers (JSON)", async () => {
    const { stream } = await startWithStream();
    const ack = await stream.append(
      AppendInput.create([
        AppendRecord.string({ body: "héllo", headers: [["kind", "greeting"]] }),
        AppendRecord.string({ body: "" }),
      ]),
    );
    expect([ack.start.seqNum, ack.end.seqNum, ack.tail.seqNum]).toEqual([0, 2, 2]);
    const { records } = await stream.read({ start: { from: { seqNum: 0 } } });
    expect(records.map(({ seqNum, body, headers }) => ({ seqNum, body, headers }))).toEqual([
      { seqNum: 0, body: "héllo", headers: [["kind", "greeting"]] },
      { seqNum: 1, body: "", headers: [] },
    ]);
    expect(records[0]?.timestamp.getTime()).toBe(ack.start.timestamp.getTime());
  });

  it("append and read bytes (protobuf), every byte unchanged", async () => {
    const { stream } = await startWithStream();
    const body = Uint8Array.from({ length: 256 }, (_, index) => index);
    const name = Uint8Array.of(0xff, 0);
    await stream.append(AppendInput.create([AppendRecord.bytes({ body, headers: [[name, body]] })]));
    const { records } = await stream.read({ start: { from: { seqNum: 0 } } }, { as: "bytes" });
    expect(records[0]?.body).toEqual(body);
    expect(records[0]?.headers).toEqual([[name, body]]);
  });

  it("check the tail, of an empty stream too", async () => {
    const { stream } = await startWithStream();
    expect((await stream.checkTail()).tail).toEqual({ seqNum: 0, timestamp: new Date(0) });
    const ack = await stream.append(one("a"));
    expect((await stream.checkTail()).tail).toEqual(ack.tail);
  });

  it("append twenty at once without a gap", async () => {
    const { stream } = await startWithStream();
    const acks = await Promise.all(Array.from({ length: 20 }, (_, index) => stream.append(one(`${index}`))));
    expect(acks.map((ack) => ack.start.seqNum).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i),
    );
    const { records } = await stream.read({ start: { from: { seqNum: 0 } } });
    for (const [index, ack] of acks.entries()) expect(records[ack.start.seqNum]?.body).toBe(`${index}`);
  });

  it("refuse a wrong sequence number with the right one, and a stale fence with the current one", async () => {
    const { stream } = await startWithStream();
    await stream.append(one("a", { matchSeqNum: 0 }));
    const wrong = await rejection(stream.append(one("b", { matchSeqNum: 0 })));
    expect(wrong).toBeInstanceOf(SeqNumMismatchError);
    expect((wrong as SeqNumMismatchError).expectedSeqNum).toBe(1);
    await stream.append(AppendInput.create([AppendRecord.fence("open")]));
    const stale = await rejection(stream.append(one("c", { fencingToken: "other", matchSeqNum: 99 })));
    expect(stale).toBeInstanceOf(FencingTokenMismatchError);
    expect((stale as FencingTokenMismatchError).expectedFencingToken).toBe("open");
    await stream.append(one("d", { fencingToken: "open", matchSeqNum: 2 }));
    expect((await stream.checkTail()).tail.seqNum).toBe(3);
  });

  it("read by number, timestamp and offset, within limits", async () => {
    const { stream } = await startWithStream();
    const records = [10, 20, 20, 30].map((timestamp) => text(`t${timestamp}`, timestamp));
    await stream.append(AppendInput.create(records.slice(0, 2)));
    await stream.append(AppendInput.create(records.slice(2)));
    const numbers = async (...args: Parameters<typeof stream.read>) =>
      (await stream.read(...args)).records.map((record) => record.seqNum);
    expect(await numbers({ start: { from: { timestamp: 20 } } })).toEqual([1, 2, 3]);
    expect(await numbers({ start: { from: { timestamp: 11 } }, stop: { limits: { count: 1 } } })).toEqual([
      1,
    ]);
    expect(await numbers({ start: { from: { tailOffset: 1 } } })).toEqual([3]);
    expect(await numbers({ start: { from: { tailOffset: 99 } }, stop: { untilTimestamp: 20 } })).toEqual([0]);
    expect(await numbers({ start: { from: { seqNum: 0 } }, stop: { limits: { bytes: 22 } } })).toEqual([
      0, 1,
    ]);
    expect(await numbers({ start: { from: { seqNum: 0 } }, stop: { limits: { bytes: 5 } } })).toEqual([]);
    expect(await numbers({ start: { from: { seqNum: 0 } }, stop: { limits: { count: 0 } } })).toEqual([]);
  });

  it("refuse to read at the tail, and tell it", async () => {
    const { stream } = await startWithStream();
    const ack = await stream.append(one("a"));
    for (const from of [{ seqNum: 1 }, { seqNum: 5 }, { tailOffset: 0 }, { timestamp: 9e15 }]) {
      const error = await rejection(stream.read({ start: { from } }));
      expect(error).toBeInstanceOf(RangeNotSatisfiableError);
      expect((error as RangeNotSatisfiableError).tail).toEqual(ack.tail);
    }
    const clamped = await rejection(stream.read({ start: { from: { seqNum: 5 }, clamp: true } }));
    expect(clamped).toBeInstanceOf(RangeNotSatisfiableError);
  });

  it("wait for the next batch when told to", async () => {
    const { stream } = await startWithStream();
    const waiting = stream.read({ start: { from: { seqNum: 0 } }, stop: { waitSecs: 20 } });
    await stream.append(one("late"));
    const { records, tail } = await waiting;
    expect(records.map((record) => record.body)).toEqual(["late"]);
    expect(tail?.seqNum).toBe(1);
  });

  it("end empty when the wait is over", async () => {
    const { stream } = await startWithStream();
    const { records } = await stream.read({ start: { from: { seqNum: 0 } }, stop: { waitSecs: 1 } });
    expect(records).toEqual([]);
  });
});

describe("sessions through the SDK", () => {
  it("acknowledge pipelined batches in order, and read back all", async () => {
    const { stream } = await startWithStream();
    const session = await stream.appendSession();
    const tickets = await Promise.all(
      Array.from({ length: 64 }, (_, index) =>
        session.submit(AppendInput.create([text(`${index}a`), text(`${index}b`)])),
      ),
    );
    const acks = await Promise.all(tickets.map((ticket) => ticket.ack()));
    acks.forEach((ack, index) => {
      expect([ack.start.seqNum, ack.end.seqNum]).toEqual([2 * index, 2 * index + 2]);
      expect(ack.tail.seqNum).toBeGreaterThanOrEqual(ack.end.seqNum);
    });
    await session.close();
    const bodies: string[] = [];
    const stop = { limits: { count: 128 } };
    for await (const record of await stream.readSession({ start: { from: { seqNum: 0 } }, stop }))
      bodies.push(record.body);
    expect(bodies).toEqual(Array.from({ length: 64 }, (_, index) => [`${index}a`, `${index}b`]).flat());
  });

  it("that append nothing end cleanly", async () => {
    const { stream } = await startWithStream();
    const session = await stream.appendSession();
    await session.close();
    expect((await stream.checkTail()).tail.seqNum).toBe(0);
  });

  it("stop at the first refused batch: later ones are not applied", async () => {
    const { stream } = await startWithStream();
    const session = await stream.appendSession();
    const outcomes = await Promise.all(
      [one("a"), one("b", { matchSeqNum: 7 }), one("c")].map(async (input) => {
        try {
          return (await (await session.submit(input)).ack()).start.seqNum;
        } catch (error) {
          return (error as Error).constructor.name;
        }
      }),
    );
    expect(outcomes.slice(0, 2)).toEqual([0, "SeqNumMismatchError"]);
    expect((await stream.checkTail()).tail.seqNum).toBe(1);
    await rejection(session.close());
  });

  it("follow from history into what is appended later, for many readers alike", async () => {
    const { stream } = await startWithStream();
    await stream.append(AppendInput.create([text("0"), text("1")]));
    const readers = Array.from({ length: 8 }, async () => {
      const seen: string[] = [];
      const session = await stream.readSession({ start: { from: { seqNum: 0 } } });
      for await (const record of session) {
        seen.push(record.body);
        if (seen.length === 40) break;
      }
      return seen;
    });
    const session = await stream.appendSession();
    for (let index = 2; index < 40; index++) await (await session.submit(one(`${index}`))).ack();
    await session.close();
    for (const seen of await Promise.all(readers))
      expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => `${i}`));
  });

  it("say when they are caught up, by a heartbeat at the tail", async () => {
    const { stream } = await startWithStream();
    await stream.append(one("a"));
    const session = await stream.readSession({ start: { from: { seqNum: 0 } } });
    const reader = session.getReader();
    expect((await reader.read()).value?.body).toBe("a");
    const next = reader.read();
    await eventually(async () => expect(session.isCaughtUp()).toBe(true));
    await stream.append(one("b"));
    expect((await next).value?.body).toBe("b");
    await reader.cancel();
  });

  it("end at a count reached while following, and when the wait is over", async () => {
    const { stream } = await startWithStream();
    const counted = (async () => {
      const seen: number[] = [];
      const stop = { limits: { count: 3 }, waitSecs: 30 };
      for await (const record of await stream.readSession({ start: { from: { seqNum: 0 } }, stop }))
        seen.push(record.seqNum);
      return seen;
    })();
    await stream.append(AppendInput.create([text("a"), text("b")]));
    await stream.append(AppendInput.create([text("c"), text("d")]));
    expect(await counted).toEqual([0, 1, 2]);
    const waited: number[] = [];
    for await (const record of await stream.readSession({
      start: { from: { seqNum: 2 } },
      stop: { waitSecs: 1 },
    }))
      waited.push(record.seqNum);
    expect(waited).toEqual([2, 3]);
  });

  it("carry 1 MiB records and 1,000-record batches, with gzip too", async () => {
    const { server, basin } = await startWithBasin();
    await basin.streams.create({ stream: "big" });
    for (const compression of ["none", "gzip"] as const) {
      const options = compression === "none" ? {} : { compression };
      const stream = sdk(server.endpoint, options).basin(BASIN).stream("big");
      const { tail } = await stream.checkTail();
      const session = await stream.appendSession();
      const large = new Uint8Array(1_048_568).map((_, index) => (index * 31) ^ (index >> 8));
      await (await session.submit(AppendInput.create([AppendRecord.bytes({ body: large })]))).ack();
      const many = Array.from({ length: 1_000 }, (_, index) => text(`${index}`));
      await (await session.submit(AppendInput.create(many))).ack();
      await session.close();
      const bodies: Uint8Array[] = [];
      const stop = { limits: { count: 1_001 } };
      const reading = await stream.readSession(
        { start: { from: { seqNum: tail.seqNum } }, stop },
        { as: "bytes" },
      );
      for await (const record of reading) bodies.push(record.body);
      expect(Buffer.compare(bodies[0] ?? Buffer.alloc(0), large)).toBe(0);
      expect(bodies.slice(1).map((body) => Buffer.from(body).toString())).toEqual(
        many.map((_, index) => `${index}`),
      );
    }
  });

  it("work over the fetch transport (SSE)", async () => {
    const { basin } = await startWithBasin();
    await basin.streams.create({ stream: "sse" });
    const stream = basin.stream("sse", { forceTransport: "fetch" });
    const appends = await stream.appendSession();
    await (await appends.submit(AppendInput.create([text("a"), text("b")]))).ack();
    await appends.close();
    const seen: Uint8Array[] = [];
    const reading = await stream.readSession({ start: { from: { seqNum: 0 } } }, { as: "bytes" });
    const done = (async () => {
      for await (const record of reading) {
        seen.push(record.body);
        if (seen.length === 3) break;
      }
    })();
    await eventually(async () => expect(seen).toHaveLength(2));
    await stream.append(AppendInput.create([AppendRecord.bytes({ body: Uint8Array.of(0xff, 1) })]));
    await done;
    expect(seen[2]).toEqual(Uint8Array.of(0xff, 1));
  });

  it("are told that the stream is being deleted, appenders and followers", async () => {
    const { basin, stream } = await startWithStream();
    const appends = await stream.appendSession();
    await (await appends.submit(one("a"))).ack();
    const reading = await stream.readSession({ start: { from: { seqNum: 0 } } });
    const ended = rejection(
      (async () => {
        for await (const _ of reading);
      })(),
    );
    await basin.streams.delete({ stream: "stream/one" });
    const followers = (await ended) as S2Error;
    expect([404, 409]).toContain(followers.status);
    const refused = (await rejection(appends.submit(one("b")).then((ticket) => ticket.ack()))) as S2Error;
    expect(refused).toBeInstanceOf(S2Error);
    expect([404, 409]).toContain(refused.status);
    await rejection(appends.close());
  });
});

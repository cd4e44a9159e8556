import { deepEqual, equal, ok } from "node:assert/strict";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { EventRead } from "./tools/events.js";
import { type Over, ReadSession } from "./tools/sessions.js";
import { OWN_TIME, StreamClient } from "./tools/stream.js";

function begin(stream: StreamClient, query: string, over: Over = "h2"): ReadSession {
  return ReadSession.begin(stream.basin, `${stream.path}?${query}`, { over });
}

/** Appends a record at this time, with the time as its body. */
function at(stream: StreamClient, ...times: number[]): Promise<unknown> {
  return stream.append({ records: times.map((timestamp) => ({ timestamp, body: String(timestamp) })) });
}

/** Reads that go on at the tail. */
export const FOLLOW = group("following", {
  "what is stored comes first, then a heartbeat with the tail, then what is appended": async (ctx) => {
    for (const over of ["h2", "h1"] as const) {
      const stream = await StreamClient.withTimes(ctx, [1, 2]);
      const session = begin(stream, "seq_num=0", over);
      await session.call.until(() => session.heartbeats.length > 0);
      deepEqual(session.heartbeats[0], { records: [], tail: { seq_num: 2, timestamp: 2 } });
      deepEqual(
        session.records.map((record) => record.seq_num),
        [0, 1],
      );
      await at(stream, 3, 5);
      await session.read(4);
      const last = session.batches.at(-1);
      deepEqual(last?.tail, { seq_num: 4, timestamp: 5 });
      deepEqual(
        last?.records.map((record) => record.body),
        ["3", "5"],
      );
      session.close();
    }
  },

  "a session's headers are sent at once, also when there is nothing to read": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const session = begin(stream, "");
    await session.call.until(() => session.call.status !== 0);
    equal(session.call.headers["content-type"], "s2s/proto");
    equal(session.call.headers["cache-control"], "no-cache, no-transform");
    equal(session.call.headers["x-accel-buffering"], "no");
    await session.follows();
    session.close();
  },

  "each append is a batch of its own": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const session = begin(stream, "seq_num=0");
    await session.follows();
    for (const time of [1, 2, 3]) await at(stream, time, time);
    await session.read(6);
    deepEqual(
      session.batches.filter((batch) => batch.records.length > 0).map((batch) => batch.tail?.seq_num),
      [2, 4, 6],
    );
    session.close();
  },

  "a read from the tail sees nothing before it": async (ctx) => {
    for (const query of [
      "",
      "tail_offset=0",
      "seq_num=2",
      "seq_num=9&clamp=true",
      "timestamp=9&clamp=true",
    ]) {
      const stream = await StreamClient.withTimes(ctx, [1, 2]);
      const session = begin(stream, `${query}&count=1&wait=20`);
      await session.follows();
      await at(stream, 2);
      deepEqual(await session.result(), [2], query);
    }
  },

  "many readers see the same, and nothing is missing where history ends": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const count = 300;
    const sessions = Array.from({ length: 4 }, () => begin(stream, `seq_num=0&count=${count}&wait=20`));
    for (let time = 0; time < count; time += 2) {
      await at(stream, time, time + 1);
      if (time % 30 === 0) sessions.push(begin(stream, `seq_num=0&count=${count}&wait=20`));
    }
    for (const session of sessions)
      deepEqual(
        await session.result(),
        Array.from({ length: count }, (_, index) => index),
      );
    const bodies = sessions.map((session) => session.records.map((record) => record.body).join());
    equal(new Set(bodies).size, 1);
  },

  "a count ends it, within an appended batch too, whose tail it still tells": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const exact = begin(stream, "seq_num=0&count=2&wait=20");
    const within = begin(stream, "seq_num=0&count=3&wait=20");
    await Promise.all([exact.follows(), within.follows()]);
    await at(stream, 1, 2);
    await at(stream, 3, 4);
    deepEqual(await exact.result(), [0, 1]);
    deepEqual(await within.result(), [0, 1, 2]);
    deepEqual(within.batches.at(-1)?.tail, { seq_num: 4, timestamp: 4 });
  },

  "bytes end it, without the record that would exceed them": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const exact = begin(stream, "seq_num=0&bytes=18&wait=20");
    const within = begin(stream, "seq_num=0&bytes=26&wait=20");
    const first = begin(stream, "seq_num=0&bytes=8&wait=20");
    await Promise.all([exact.follows(), within.follows(), first.follows()]);
    await at(stream, 1, 2, 3);
    deepEqual(await exact.result(), [0, 1]);
    deepEqual(await within.result(), [0, 1]);
    deepEqual(await first.result(), []);
    equal(first.batches.length, 1);
  },

  "until ends it, and what is before it in the batch is delivered": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const within = begin(stream, "seq_num=0&until=12&wait=20");
    const first = begin(stream, "seq_num=0&until=10&wait=20");
    await Promise.all([within.follows(), first.follows()]);
    await at(stream, 10, 11, 12, 13);
    deepEqual(await within.result(), [0, 1]);
    deepEqual(await first.result(), []);
  },

  "limits count what was read before following": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2]);
    const session = begin(stream, "seq_num=0&count=3&wait=20");
    await session.follows();
    await at(stream, 3, 4);
    deepEqual(await session.result(), [0, 1, 2]);
  },

  "a limit that is met in history ends it without following": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2]);
    for (const query of ["count=2&wait=20", "bytes=18&wait=20", "until=2&wait=20"]) {
      const session = begin(stream, `seq_num=0&${query}`);
      const expected = query.startsWith("until") ? [0] : [0, 1];
      deepEqual(await session.result(), expected, query);
      equal(session.heartbeats.length, 0);
    }
  },

  "zero limits end it at once from any start, without a heartbeat": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1]);
    for (const query of [
      "seq_num=0&count=0",
      "seq_num=99&bytes=0",
      "timestamp=99&count=0&wait=20",
      "count=0",
    ]) {
      const session = begin(stream, query);
      deepEqual(await session.result(), [], query);
      equal(session.frames.length, 0);
    }
  },

  "wait ends it when nothing came for so long": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const began = performance.now();
    const session = begin(stream, "wait=1");
    deepEqual(await session.result(), []);
    const tookMs = performance.now() - began;
    ok(tookMs > 950, `${tookMs} ms`);
    equal(session.heartbeats.length, 1);
  },

  "what comes begins the wait anew": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const session = begin(stream, "wait=1");
    await session.follows();
    const began = performance.now();
    for (let time = 1; time <= 4; time++) {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await at(stream, time);
    }
    deepEqual(await session.result(), [0, 1, 2, 3]);
    const tookMs = performance.now() - began;
    ok(tookMs > 4 * 400 + 950, `${tookMs} ms`);
  },

  "wait of zero ends an unbounded read at the tail": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2]);
    const session = begin(stream, "seq_num=1&wait=0");
    deepEqual(await session.result(), [1]);
    equal(session.heartbeats.length, 0);
  },

  "a bounded read without wait ends at the tail": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2]);
    for (const query of ["count=9", "bytes=999", "until=99", "count=9&wait=0"]) {
      const session = begin(stream, `seq_num=0&${query}`);
      deepEqual(await session.result(), [0, 1], query);
      equal(session.heartbeats.length, 0);
    }
  },

  "heartbeats come within 5 to 15 seconds of silence, with the tail": {
    timeoutMs: 60_000,
    run: async (ctx) => {
      const stream = await StreamClient.withTimes(ctx, [7]);
      const session = begin(stream, "");
      const events = EventRead.begin(stream.basin, stream.path);
      await session.follows(1);
      const began = performance.now();
      await session.follows(2);
      const tookMs = performance.now() - began;
      ok(tookMs > 4_500 && tookMs < 17_000, `${tookMs} ms`);
      deepEqual(session.heartbeats[1], { records: [], tail: { seq_num: 1, timestamp: 7 } });
      await events.call.until(() => events.events.length > 1);
      deepEqual(
        events.events.map((event) => event.event),
        ["ping", "ping"],
      );
      session.close();
      events.close();
    },
  },

  "heartbeats do not lengthen the wait": {
    timeoutMs: 60_000,
    run: async (ctx) => {
      const stream = await StreamClient.make(ctx);
      const began = performance.now();
      const session = begin(stream, "wait=16");
      deepEqual(await session.result(), []);
      const tookMs = performance.now() - began;
      ok(tookMs > 15_900 && tookMs < 20_000, `${tookMs} ms`);
      ok(session.heartbeats.length >= 2);
    },
  },

  "a reader that stops for a while loses nothing": {
    timeoutMs: 60_000,
    run: async (ctx) => {
      const stream = await StreamClient.make(ctx, OWN_TIME);
      const session = begin(stream, "seq_num=0&count=60&wait=30");
      await session.follows();
      session.pause();
      // More batches than any server keeps for one reader, and more bytes than its connection takes.
      for (let time = 1; time <= 60; time++)
        await stream.append({ records: [{ timestamp: time, body: String(time).padEnd(400_000, ".") }] });
      session.resume();
      deepEqual(
        await session.result(),
        Array.from({ length: 60 }, (_, index) => index),
      );
      ok(session.records.every((record, index) => record.body.startsWith(`${index + 1}.`)));
    },
  },

  "the stream's end ends it with an error inside the answer": {
    run: (ctx) => deleteUnderFollowers(ctx, "503 unavailable", 1),
    differs: {
      reason:
        "The marker of a deletion is internal: what a follower is told is that the stream is being deleted.",
      run: (ctx) => deleteUnderFollowers(ctx, "409 stream_deletion_pending", 0),
    },
  },

  "a record of another's session is seen once it is acknowledged, at the latest": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const session = begin(stream, "");
    await session.follows();
    await stream.appendBodies("x");
    await session.read(1);
    equal(session.records[0]?.body, "x");
    session.close();
  },
});

/** Deletes a stream that is followed over S2S and over events: what they are told, behind how many records. */
async function deleteUnderFollowers(
  ctx: ConformanceContext,
  failure: string,
  records: number,
): Promise<void> {
  const stream = await StreamClient.make(ctx);
  const session = begin(stream, "");
  const events = EventRead.begin(stream.basin, stream.path);
  await session.follows();
  await events.event("ping");
  equal((await stream.basin.request("DELETE", stream.basin.path("s"))).status, 202);
  await session.over();
  equal(session.failure, failure);
  equal(session.records.length, records);
  const { data } = await events.event("error");
  await events.call.until((call) => call.ended);
  equal((JSON.parse(data) as { code: string }).code, failure.split(" ")[1]);
  equal(events.events.at(-1)?.event, "error");
  equal(events.records.length, records);
}

/** Unary reads that wait. */
export const LONG_POLL = group("long poll", {
  "records that are there are answered at once, without a tail": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2]);
    const answer = await stream.get("seq_num=0&wait=20");
    deepEqual(JSON.parse(answer.text), {
      records: [
        { seq_num: 0, timestamp: 1, body: "0" },
        { seq_num: 1, timestamp: 2, body: "1" },
      ],
    });
  },

  "else the first batch that comes, with the tail behind all of it": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1]);
    const whole = stream.get("wait=20");
    const cut = stream.get("wait=20&count=1");
    const none = stream.get("wait=20&bytes=1");
    // Nothing shows that they wait: they have the time that a tail check takes, and half a second more.
    await stream.tail();
    await new Promise((resolve) => setTimeout(resolve, 500));
    await at(stream, 5, 6);
    const [five, six] = [
      { seq_num: 1, timestamp: 5, body: "5" },
      { seq_num: 2, timestamp: 6, body: "6" },
    ];
    const tail = { seq_num: 3, timestamp: 6 };
    deepEqual(JSON.parse((await whole).text), { records: [five, six], tail });
    deepEqual(JSON.parse((await cut).text), { records: [five], tail });
    deepEqual((JSON.parse((await none).text) as { records: unknown }).records, []);
  },

  "after the wait the answer is empty": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const began = performance.now();
    const answer = await stream.get("wait=1");
    equal(answer.text, '{"records":[]}');
    ok(performance.now() - began > 950);
    const proto = await stream.get("wait=1", { headers: { accept: "application/protobuf" } });
    equal(proto.status, 200);
    equal(proto.bytes.length, 0);
  },
});

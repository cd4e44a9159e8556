import { deepEqual, equal, ok } from "node:assert/strict";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { decodeAck, decodeBatch, encodeAppend, type Integer } from "./tools/proto.js";
import { StreamClient } from "./tools/stream.js";

const HOUR_MS = 3_600_000;
const MAX = 2n ** 64n - 1n;

function streamOf(ctx: ConformanceContext, mode: string, uncapped: boolean): Promise<StreamClient> {
  return StreamClient.make(ctx, { timestamping: { mode, uncapped } });
}

/** Appends these timestamps in one batch and returns what they became. */
async function given(stream: StreamClient, ...times: (number | undefined)[]): Promise<number[]> {
  const ack = await stream.append({
    records: times.map((timestamp) => (timestamp === undefined ? {} : { timestamp })),
  });
  const records = await stream.records(`seq_num=${ack.start.seq_num}`);
  return records.map((record) => Number(record.timestamp));
}

/** Whether it is the server's clock that gave a time, which runs on the machine of this test, or near it. */
function isNow(timestamp: number | undefined): boolean {
  return timestamp !== undefined && Math.abs(timestamp - Date.now()) < 60_000;
}

/** Times as bigints, exact, through protobuf. */
async function exactTimes(stream: StreamClient, ...times: Integer[]): Promise<Integer[]> {
  const answer = await stream.basin.request("POST", stream.path, {
    body: encodeAppend({ records: times.map((timestamp) => ({ timestamp })) }),
    headers: { "content-type": "application/protobuf", accept: "application/protobuf" },
  });
  const ack = decodeAck(answer.bytes);
  const read = await stream.get(`seq_num=${ack.start.seq_num}`, {
    headers: { accept: "application/protobuf" },
  });
  return decodeBatch(read.bytes).records.map((record) => record.timestamp);
}

/** What time a record gets, by the stream's mode. */
export const TIMESTAMPS = group("timestamps", {
  "client-prefer takes the client's, or now": async (ctx) => {
    const stream = await streamOf(ctx, "client-prefer", false);
    deepEqual(await given(stream, 5, 6), [5, 6]);
    const [first, second] = await given(stream, 7, undefined);
    equal(first, 7);
    ok(isNow(second));
  },

  "client-require refuses the whole batch without": async (ctx) => {
    const stream = await streamOf(ctx, "client-require", false);
    equal(await stream.outcome({ records: [{ timestamp: 1 }, {}] }), "422 invalid");
    equal(await stream.next(), 0);
    deepEqual(await given(stream, 1, 2), [1, 2]);
  },

  "client-require asks it of commands too": async (ctx) => {
    const stream = await streamOf(ctx, "client-require", false);
    const fence = { headers: [["", "fence"]], body: "t" };
    equal(await stream.outcome({ records: [fence] }), "422 invalid");
    equal(await stream.outcome({ records: [{ ...fence, timestamp: 1 }] }), "200");
  },

  "arrival is now whatever the client says": async (ctx) => {
    for (const uncapped of [false, true]) {
      const stream = await streamOf(ctx, "arrival", uncapped);
      const times = await given(stream, 5, undefined, Date.now() + HOUR_MS);
      ok(times.every(isNow));
      equal(new Set(times).size, 1);
    }
  },

  "a time in the future becomes now unless uncapped": async (ctx) => {
    const capped = await streamOf(ctx, "client-prefer", false);
    const later = Date.now() + HOUR_MS;
    const [time] = await given(capped, later);
    ok(isNow(time));
    const uncapped = await streamOf(ctx, "client-prefer", true);
    deepEqual(await given(uncapped, later), [later]);
  },

  "a batch has one now": async (ctx) => {
    const stream = await streamOf(ctx, "client-prefer", false);
    const times = await given(stream, ...Array<undefined>(500).fill(undefined));
    equal(new Set(times).size, 1);
  },

  "times never go back: a lower one is raised to the highest before it": async (ctx) => {
    const stream = await streamOf(ctx, "client-prefer", true);
    deepEqual(await given(stream, 10, 5, 12, 11), [10, 10, 12, 12]);
    deepEqual(await given(stream, 3, 13), [12, 13]);
    const later = Date.now() + HOUR_MS;
    deepEqual(await given(stream, later), [later]);
    deepEqual(await given(stream, undefined), [later]);
    equal((await stream.tail()).timestamp, later);
  },

  "capping comes before raising": async (ctx) => {
    const stream = await streamOf(ctx, "client-prefer", true);
    const later = Date.now() + HOUR_MS;
    await given(stream, later);
    await stream.basin.request("PATCH", stream.basin.path("s"), {
      json: { timestamping: { uncapped: false } },
    });
    deepEqual(await given(stream, later + 1), [later]);
  },

  "uncapped times are exact up to 2^64 - 1": async (ctx) => {
    const stream = await streamOf(ctx, "client-require", true);
    const nanos = 1_700_000_000_000_000_001n;
    deepEqual(await exactTimes(stream, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n), [
      Number.MAX_SAFE_INTEGER,
      2n ** 53n,
      2n ** 53n + 1n,
    ]);
    deepEqual(await exactTimes(stream, nanos, nanos - 1n, nanos + 1n), [nanos, nanos, nanos + 1n]);
    deepEqual(await exactTimes(stream, MAX, 5), [MAX, MAX]);
    const tail = await stream.basin.request("GET", `${stream.path}/tail`);
    equal(tail.text, `{"tail":{"seq_num":8,"timestamp":${MAX}}}`);
    const read = await stream.get("seq_num=5&count=1");
    equal(read.text, `{"records":[{"seq_num":5,"timestamp":${nanos + 1n}}]}`);
  },

  "exact times are given and found in JSON": async (ctx) => {
    const stream = await streamOf(ctx, "client-require", true);
    const nanos = 1_700_000_000_000_000_001n;
    const list = [nanos, nanos + 1n, nanos + 2n].map((time) => `{"timestamp":${time}}`).join(",");
    const answer = await stream.basin.request("POST", stream.path, {
      body: `{"records":[${list}]}`,
      headers: { "content-type": "application/json" },
    });
    equal(
      answer.text,
      `{"start":{"seq_num":0,"timestamp":${nanos}},` +
        `"end":{"seq_num":3,"timestamp":${nanos + 2n}},"tail":{"seq_num":3,"timestamp":${nanos + 2n}}}`,
    );
    equal(await stream.reads(`timestamp=${nanos + 1n}`), "200 1,2");
    equal(await stream.reads(`seq_num=0&until=${nanos + 2n}`), "200 0,1");
    equal(await stream.reads(`timestamp=${nanos + 1n}&until=${nanos + 1n}`), "422 invalid");
    const beyond = await stream.get(`timestamp=${nanos + 3n}`);
    equal(beyond.text, `{"tail":{"seq_num":3,"timestamp":${nanos + 2n}}}`);
  },

  "a change of mode is for appends that follow": async (ctx) => {
    const stream = await streamOf(ctx, "client-prefer", true);
    deepEqual(await given(stream, 5), [5]);
    await stream.basin.request("PATCH", stream.basin.path("s"), {
      json: { timestamping: { mode: "client-require" } },
    });
    equal(await stream.outcome({ records: [{}] }), "422 invalid");
    await stream.basin.request("PATCH", stream.basin.path("s"), {
      json: { timestamping: { mode: "arrival" } },
    });
    const [time] = await given(stream, 7);
    ok(isNow(time));
  },
});

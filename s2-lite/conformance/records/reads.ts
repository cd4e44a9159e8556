import { deepEqual, equal, ok } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import { group } from "../case.js";
import { decodeBatch } from "./tools/proto.js";
import { type JsonRecord, OWN_TIME, StreamClient } from "./tools/stream.js";

const MIB = 1_048_576;

/** Unary reads: limits and where they begin. */
export const READS = group("reads", {
  "records come back as they were appended, in one batch without a tail": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [{ timestamp: 1, body: "a" }] });
    await stream.append({
      records: [
        {
          timestamp: 2,
          headers: [
            ["h", "v"],
            ["h", "w"],
          ],
          body: "b",
        },
        { timestamp: 2, headers: [["", "fence"]], body: "t" },
      ],
    });
    const answer = await stream.get("seq_num=0");
    deepEqual(bodyOf(answer), {
      records: [
        { seq_num: 0, timestamp: 1, body: "a" },
        {
          seq_num: 1,
          timestamp: 2,
          headers: [
            ["h", "v"],
            ["h", "w"],
          ],
          body: "b",
        },
        { seq_num: 2, timestamp: 2, headers: [["", "fence"]], body: "t" },
      ],
    });
    const proto = await stream.get("seq_num=0", { headers: { accept: "application/protobuf" } });
    equal(decodeBatch(proto.bytes).tail, undefined);
  },

  "a count is exact, within batches too": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("a", "b", "c");
    await stream.appendBodies("d", "e");
    for (const [query, expected] of [
      ["seq_num=0&count=1", "200 0"],
      ["seq_num=0&count=3", "200 0,1,2"],
      ["seq_num=0&count=4", "200 0,1,2,3"],
      ["seq_num=1&count=1", "200 1"],
      ["seq_num=1&count=3", "200 1,2,3"],
      ["seq_num=0&count=9", "200 0,1,2,3,4"],
      ["seq_num=4&count=18446744073709551615", "200 4"],
    ] as const)
      equal(await stream.reads(query), expected, query);
  },

  "bytes are never exceeded: a first record that is larger gives an empty answer": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("0123456789", "0", "0123456789");
    for (const [query, expected] of [
      ["seq_num=0&bytes=17", "200"],
      ["seq_num=0&bytes=18", "200 0"],
      ["seq_num=0&bytes=26", "200 0"],
      ["seq_num=0&bytes=27", "200 0,1"],
      ["seq_num=0&bytes=44", "200 0,1"],
      ["seq_num=0&bytes=45", "200 0,1,2"],
      ["seq_num=1&bytes=8", "200"],
      ["seq_num=0&bytes=1&wait=1", "200"],
    ] as const)
      equal(await stream.reads(query), expected, query);
  },

  "of count and bytes the nearer one counts": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("x", "x", "x");
    equal(await stream.reads("seq_num=0&count=2&bytes=100"), "200 0,1");
    equal(await stream.reads("seq_num=0&count=3&bytes=18"), "200 0,1");
    equal(await stream.reads("seq_num=0&count=2&bytes=18"), "200 0,1");
  },

  "until is a timestamp that is not read any more": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [10, 20, 20, 30]);
    for (const [query, expected] of [
      ["seq_num=0&until=9", "200"],
      ["seq_num=0&until=10", "200"],
      ["seq_num=0&until=11", "200 0"],
      ["seq_num=0&until=20", "200 0"],
      ["seq_num=0&until=21", "200 0,1,2"],
      ["seq_num=2&until=21", "200 2"],
      ["seq_num=0&until=30", "200 0,1,2"],
      ["seq_num=0&until=31", "200 0,1,2,3"],
      ["seq_num=0&until=18446744073709551615", "200 0,1,2,3"],
      ["seq_num=0&until=0", "200"],
      ["seq_num=0&until=31&count=2", "200 0,1"],
      ["seq_num=0&until=21&count=9", "200 0,1,2"],
      ["seq_num=0&until=31&bytes=18", "200 0,1"],
      ["seq_num=0&until=11&bytes=900", "200 0"],
    ] as const)
      equal(await stream.reads(query), expected, query);
  },

  "until within a batch cuts it": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [1, 2, 2, 3].map((timestamp) => ({ timestamp })) });
    equal(await stream.reads("seq_num=0&until=2"), "200 0");
    equal(await stream.reads("seq_num=1&until=3"), "200 1,2");
    equal(await stream.reads("timestamp=2&until=3"), "200 1,2");
  },

  "a timestamp finds the first record at or after it, of several the first": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [10, 20, 20, 20, 30]);
    for (const [query, expected] of [
      ["timestamp=0", "200 0,1,2,3,4"],
      ["timestamp=10", "200 0,1,2,3,4"],
      ["timestamp=11", "200 1,2,3,4"],
      ["timestamp=20", "200 1,2,3,4"],
      ["timestamp=21", "200 4"],
      ["timestamp=30", "200 4"],
      ["timestamp=31", "416"],
      ["timestamp=20&until=30", "200 1,2,3"],
      ["timestamp=20&count=2", "200 1,2"],
      ["timestamp=31&clamp=true", "416"],
    ] as const)
      equal(await stream.reads(query), expected, query);
  },

  "a timestamp finds records within batches": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [1, 2, 2, 5].map((timestamp) => ({ timestamp })) });
    await stream.append({ records: [5, 5, 9].map((timestamp) => ({ timestamp })) });
    equal(await stream.reads("timestamp=2"), "200 1,2,3,4,5,6");
    equal(await stream.reads("timestamp=3"), "200 3,4,5,6");
    equal(await stream.reads("timestamp=5"), "200 3,4,5,6");
    equal(await stream.reads("timestamp=6"), "200 6");
  },

  "an offset is from the tail, and from the beginning at most": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("a", "b", "c");
    for (const [query, expected] of [
      ["tail_offset=1", "200 2"],
      ["tail_offset=2", "200 1,2"],
      ["tail_offset=3", "200 0,1,2"],
      ["tail_offset=4", "200 0,1,2"],
      ["tail_offset=18446744073709551615", "200 0,1,2"],
      ["tail_offset=0", "416"],
      ["", "416"],
      ["tail_offset=2&count=1", "200 1"],
    ] as const)
      equal(await stream.reads(query), expected, query);
  },

  "one start is enough": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("a");
    for (const query of ["seq_num=0&timestamp=0", "seq_num=0&tail_offset=1", "timestamp=0&tail_offset=0"]) {
      equal(await stream.reads(query), "422 invalid", query);
      equal(await stream.basin.outcome("GET", `/v1/streams/none/records?${query}`), "422 invalid", query);
    }
    equal(await stream.reads("seq_num=0&timestamp=0&tail_offset=0"), "422 invalid");
  },

  "a timestamp at or after until is invalid, of whatever stream": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [10]);
    equal(await stream.reads("timestamp=10&until=10"), "422 invalid");
    equal(await stream.reads("timestamp=11&until=10"), "422 invalid");
    equal(await stream.reads("timestamp=10&until=10&count=0"), "422 invalid");
    equal(await stream.reads("timestamp=9&until=10"), "200");
    equal(await stream.basin.outcome("GET", "/v1/streams/none/records?timestamp=1&until=1"), "422 invalid");
  },

  "a query that cannot be parsed is refused before the stream is looked for": async (ctx) => {
    const basin = await ctx.newBasin();
    for (const query of [
      "seq_num=",
      "seq_num=-1",
      "seq_num=1.0",
      "seq_num=x",
      "seq_num=18446744073709551616",
      "seq_num=1&seq_num=1",
      "timestamp=1e3",
      "tail_offset=%201",
      "count=",
      "bytes=-1",
      "until=never",
      "wait=4294967296",
      "wait=-1",
      "clamp=1",
      "clamp=True",
      "clamp=",
      "clamp=true&clamp=true",
    ])
      equal(await basin.outcome("GET", `/v1/streams/none/records?${query}`), "400 bad_query", query);
  },

  "unknown keys are ignored, and a plus is part of a number": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("a", "b");
    equal(await stream.reads("seq_num=1&x=1&x=2&ignore_command_records=true"), "200 1");
    equal(await stream.reads("seq_num=%2B1"), "200 1");
    equal(await stream.reads("seq_num=0000000000000000000000000001"), "200 1");
    equal(await stream.reads("&&seq_num=1&&"), "200 1");
  },

  "a read takes at most 1,000 records": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const records = (count: number) => ({ records: Array.from({ length: count }, () => ({})) });
    await stream.append(records(999));
    await stream.append(records(500));
    for (const query of ["seq_num=0", "seq_num=0&count=1001", "seq_num=0&bytes=99999999"])
      equal((await stream.records(query)).length, 1_000, query);
    equal((await stream.records("seq_num=999")).length, 500);
  },

  "a read takes at most 1 MiB": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const half = { records: [{ body: "x".repeat(MIB / 2 - 8) }] };
    await stream.append(half);
    await stream.append(half);
    await stream.append({ records: [{}] });
    equal(await stream.reads("seq_num=0"), "200 0,1");
    equal(await stream.reads("seq_num=0&bytes=99999999"), "200 0,1");
    equal(await stream.reads("seq_num=1"), "200 1,2");
  },

  "many small batches are read as one": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await Promise.all(Array.from({ length: 60 }, (_, index) => stream.appendBodies(String(index))));
    const records = await stream.records("seq_num=0");
    deepEqual(
      records.map((record) => record.seq_num),
      Array.from({ length: 60 }, (_, index) => index),
    );
    equal(new Set(records.map((record) => record.body)).size, 60);
  },

  "what is read once is read again the same": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await Promise.all(Array.from({ length: 20 }, (_, index) => stream.appendBodies(`${index}`, "x")));
    const reads = await Promise.all(Array.from({ length: 8 }, () => stream.get("seq_num=0")));
    equal(new Set(reads.map((read) => read.text)).size, 1);
    const whole = (bodyOf(reads[0] as (typeof reads)[0]) as { records: JsonRecord[] }).records;
    for (const from of [1, 7, 38]) deepEqual(await stream.records(`seq_num=${from}`), whole.slice(from));
  },

  "a tail check of an empty stream is all zeros": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const answer = await stream.basin.request("GET", `${stream.path}/tail`);
    equal(answer.text, '{"tail":{"seq_num":0,"timestamp":0}}');
    equal(answer.headers["content-type"], "application/json");
  },

  "a tail check looks at nothing but basin and path": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const answer = await stream.basin.request("GET", `${stream.path}/tail?seq_num=x&seq_num=y`, {
      headers: {
        "s2-format": "?",
        "s2-encryption-key": "",
        "s2-stream-config": "?",
        accept: "text/event-stream",
      },
    });
    equal(answer.status, 200);
    ok(answer.text.startsWith('{"tail"'));
  },
});

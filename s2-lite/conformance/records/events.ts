import { deepEqual, equal, ok } from "node:assert/strict";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { EventRead } from "./tools/events.js";
import { OWN_TIME, StreamClient } from "./tools/stream.js";

const MAX = "18446744073709551615";

/** A stream of ten records of 10 metered bytes each, in batches of two, at times 0 to 9. */
async function ten(ctx: ConformanceContext): Promise<StreamClient> {
  const stream = await StreamClient.make(ctx, OWN_TIME);
  for (let time = 0; time < 10; time += 2)
    await stream.append({ records: [time, time + 1].map((timestamp) => ({ timestamp, body: "ab" })) });
  return stream;
}

function begin(stream: StreamClient, query: string, lastEventId?: string): EventRead {
  const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
  return EventRead.begin(stream.basin, `${stream.path}?${query}`, headers);
}

/** The last id of a read that ends, and the numbers of its records; without the id when there was no batch. */
async function outcome(stream: StreamClient, query: string, lastEventId?: string): Promise<string> {
  const read = begin(stream, query, lastEventId);
  await read.call.until((call) => call.ended);
  if (read.call.status !== 200) return String(read.call.status);
  equal(read.events.at(-1)?.data, "[DONE]");
  const numbers = read.records.map((record) => record.seq_num).join("");
  return [numbers, ...read.ids.slice(-1)].join(" ");
}

/** Reads over server-sent events. */
export const EVENTS = group("events", {
  "events are written in S2's order, with batches, and at last DONE": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [{ timestamp: 7, headers: [["h", "v"]], body: 'a\n"b"' }] });
    const read = begin(stream, "seq_num=0&count=1");
    await read.names();
    const text = read.call.bytes.toString();
    const batch =
      'event: batch\nid: 0,1,17\ndata: {"records":[{"seq_num":0,"timestamp":7,"headers":[["h","v"]],"body":"a\\n\\"b\\""}]';
    ok(text.startsWith(batch), text);
    ok(text.endsWith("}\n\ndata: [DONE]\n\n"), text);
    equal(read.call.headers["content-type"], "text/event-stream");
    equal(read.call.headers["cache-control"], "no-cache, no-transform");
    equal(read.call.headers["x-accel-buffering"], "no");
  },

  "a read that follows pings with time and tail, then sends what comes with the tail behind it": async (
    ctx,
  ) => {
    const stream = await StreamClient.withTimes(ctx, [5]);
    const read = begin(stream, "");
    const ping = await read.event("ping");
    const { timestamp, tail, ...more } = JSON.parse(ping.data) as { timestamp: number; tail: unknown };
    deepEqual(tail, { seq_num: 1, timestamp: 5 });
    deepEqual(more, {});
    ok(Math.abs(timestamp - Date.now()) < 60_000);
    equal(ping.id, undefined);
    await stream.append({ records: [{ timestamp: 6, body: "x" }, { timestamp: 8 }] });
    const batch = await read.event("batch");
    equal(batch.id, "2,2,17");
    deepEqual(JSON.parse(batch.data), {
      records: [
        { seq_num: 1, timestamp: 6, body: "x" },
        { seq_num: 2, timestamp: 8 },
      ],
      tail: { seq_num: 3, timestamp: 8 },
    });
    read.close();
  },

  "they come over HTTP/1.1 too": async (ctx) => {
    const stream = await ten(ctx);
    const answer = await stream.get("seq_num=8&wait=0", {
      headers: { accept: "Text/Event-Stream; x=y, */*" },
    });
    equal(answer.headers["content-type"], "text/event-stream");
    ok(answer.text.includes("id: 9,2,20\n"));
    ok(answer.text.endsWith("data: [DONE]\n\n"));
  },

  "bytes are in the format that is asked for": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1]);
    const read = EventRead.begin(stream.basin, `${stream.path}?seq_num=0&count=1`, { "s2-format": "base64" });
    await read.names();
    deepEqual(read.records, [{ seq_num: 0, timestamp: 1, body: "MA==" }]);
  },

  "ids count records and metered bytes, limits or none": async (ctx) => {
    const stream = await ten(ctx);
    equal(await outcome(stream, "seq_num=0&wait=0"), "0123456789 9,10,100");
    equal(await outcome(stream, "seq_num=4&count=3"), "456 6,3,30");
    equal(await outcome(stream, "seq_num=4&bytes=35"), "456 6,3,30");
    equal(await outcome(stream, "timestamp=3&until=6"), "345 5,3,30");
  },

  "a read goes on behind its last id, whatever its query begins with": async (ctx) => {
    const stream = await ten(ctx);
    for (const start of ["seq_num=0", "seq_num=9", "timestamp=8", "tail_offset=1", ""])
      equal(await outcome(stream, `${start}&wait=0`, "5,3,30"), "6789 9,7,70", start);
  },

  "limits are for all connections together": async (ctx) => {
    const stream = await ten(ctx);
    equal(await outcome(stream, "seq_num=0&count=6", "1,2,20"), "2345 5,6,60");
    equal(await outcome(stream, "seq_num=0&count=6", "3,4,40"), "45 5,6,60");
    equal(await outcome(stream, "seq_num=0&bytes=60", "3,4,40"), "45 5,6,60");
    equal(await outcome(stream, "seq_num=0&bytes=69", "3,4,40"), "45 5,6,60");
    equal(await outcome(stream, "seq_num=0&count=6&bytes=50", "3,4,40"), "4 4,5,50");
    equal(await outcome(stream, "seq_num=0&until=6", "3,4,40"), "45 5,6,60");
  },

  "a limit that is used up is done at once, even where nothing is written": async (ctx) => {
    const stream = await ten(ctx);
    for (const [query, id] of [
      ["seq_num=0&count=2", "1,2,20"],
      ["seq_num=0&count=2", "1,9,20"],
      ["seq_num=0&bytes=20", "1,2,20"],
      ["seq_num=0&count=2", "700,2,20"],
      ["seq_num=0&bytes=20&count=9", `700,2,${MAX}`],
      ["seq_num=0&count=0", "0,0,0"],
    ] as const)
      equal(await outcome(stream, query, id), "", `${query} ${id}`);
  },

  "behind the tail there is nothing, unless it is clamped": async (ctx) => {
    const stream = await ten(ctx);
    equal(await outcome(stream, "seq_num=0&count=99", "9,10,100"), "416");
    equal(await outcome(stream, "seq_num=0&wait=0", "10,10,100"), "416");
    equal(await outcome(stream, "seq_num=0&wait=0", `${MAX},1,10`), "416");
    equal(await outcome(stream, "seq_num=0&wait=0&clamp=true", `${MAX},1,10`), "");
    equal(await outcome(stream, "seq_num=0&wait=0", "9,10,100"), "");
  },

  "counters end at 2^64 - 1, and are exact below": async (ctx) => {
    const stream = await ten(ctx);
    const almost = "18446744073709551614";
    equal(await outcome(stream, "wait=0", `7,${almost},${almost}`), `89 9,${MAX},${MAX}`);
    equal(await outcome(stream, `count=${MAX}&wait=0`, `6,${almost},0`), `7 7,${MAX},10`);
    equal(
      await outcome(stream, `bytes=${MAX}&wait=0`, "6,0,18446744073709551600"),
      `7 7,1,18446744073709551610`,
    );
    equal(
      await outcome(stream, "wait=0", "7,9007199254740993,9007199254740993"),
      "89 9,9007199254740995,9007199254741013",
    );
  },

  "two reconnects come to the same as none": async (ctx) => {
    const stream = await ten(ctx);
    const query = "seq_num=1&count=7";
    const whole = await outcome(stream, query);
    equal(whole, "1234567 7,7,70");
    const first = await outcome(stream, query, "2,2,20");
    equal(first, "34567 7,7,70");
    equal(await outcome(stream, query, "6,6,60"), "7 7,7,70");
  },

  "a last id is three integers": async (ctx) => {
    const stream = await ten(ctx);
    for (const bad of [
      "",
      "1",
      "1,2",
      "1,2,3,4",
      "1,2,",
      ",,",
      "1, 2,3",
      "-1,2,3",
      "1,2,x",
      "18446744073709551616,0,0",
      "1.0,2,3",
    ])
      equal(await outcome(stream, "seq_num=0", bad), "400", bad);
    equal(await outcome(stream, "wait=0", "+7,+1,+1"), "89 9,3,21");
    equal(await outcome(stream, "wait=0", "007,01,010"), "89 9,3,30");
    const answer = await stream.basin.request("GET", "/v1/streams/none/records", {
      headers: { accept: "text/event-stream", "last-event-id": "x" },
    });
    equal((JSON.parse(answer.text) as { code: string }).code, "bad_header");
  },

  "a last id means nothing to reads of other kinds": async (ctx) => {
    const stream = await ten(ctx);
    equal(await stream.reads("seq_num=8", { headers: { "last-event-id": "0,1,10" } }), "200 8,9");
    equal(await stream.reads("seq_num=8", { headers: { "last-event-id": "x" } }), "200 8,9");
  },

  "several starts are invalid with a last id too; a timestamp after until is not": async (ctx) => {
    const stream = await ten(ctx);
    equal(await outcome(stream, "seq_num=0&timestamp=0&wait=0", "7,1,10"), "422");
    equal(await outcome(stream, "timestamp=9&until=3&wait=0"), "422");
    equal(await outcome(stream, "timestamp=9&until=9&wait=0", "7,1,10"), "8 8,2,20");
  },

  "an error before the first event is an answer of its own": async (ctx) => {
    const basin = await ctx.newBasin();
    const headers = { accept: "text/event-stream" };
    equal(await basin.outcome("GET", basin.records("none"), undefined, { headers }), "404 stream_not_found");
  },
});

import { equal } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import { group } from "../case.js";
import { EventRead } from "./tools/events.js";
import { bytesField, type NewRecord } from "./tools/proto.js";
import { OWN_TIME, StreamClient } from "./tools/stream.js";

const MIB = 1_048_576;

/** Metered bytes: 8 for a record, 2 for each header, and the bytes of names, values and body. */
const body = (metered: number): NewRecord => ({ body: Buffer.alloc(metered - 8, 0x61) });

/** How large records and batches may be, by S2's measure. */
export const METERING = group("metering", {
  "a record may be exactly 1 MiB": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.protoOutcome({ records: [body(MIB)] }), "200");
    equal(await stream.protoOutcome({ records: [body(MIB + 1)] }), "422 invalid");
    equal(await stream.next(), 1);
    const answer = await stream.get("seq_num=0");
    equal((bodyOf(answer) as { records: { body: string }[] }).records[0]?.body.length, MIB - 8);
  },

  "headers count two each, and their bytes": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const record = (bytes: number): NewRecord => ({
      headers: [
        ["name", "value"],
        ["n", Buffer.alloc(bytes)],
      ],
      body: "body",
    });
    const without = 8 + 2 * 2 + 4 + 5 + 1 + 4;
    equal(await stream.protoOutcome({ records: [record(MIB - without)] }), "200");
    equal(await stream.protoOutcome({ records: [record(MIB - without + 1)] }), "422 invalid");
  },

  "a batch may be exactly 1 MiB over its records": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const half = body(MIB / 2);
    equal(await stream.protoOutcome({ records: [half, half] }), "200");
    equal(await stream.protoOutcome({ records: [half, body(MIB / 2 + 1)] }), "422 invalid");
    equal(await stream.protoOutcome({ records: [half, half, {}] }), "422 invalid");
    equal(await stream.next(), 2);
  },

  "a batch may have 1,000 records": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const records = (count: number) => Array.from({ length: count }, () => ({}));
    equal(await stream.outcome({ records: records(1_000) }), "200");
    equal(await stream.outcome({ records: records(1_001) }), "422 invalid");
    equal(await stream.protoOutcome({ records: records(1_000) }), "200");
    equal(await stream.protoOutcome({ records: records(1_001) }), "422 invalid");
    equal(await stream.next(), 2_000);
  },

  "a record may have a great many headers": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const headers = Array.from({ length: 100_000 }, (): [string, string] => ["h", ""]);
    equal(await stream.protoOutcome({ records: [{ headers }] }), "200");
    equal((await stream.records("seq_num=0"))[0]?.headers?.length, 100_000);
  },

  "limits of reads count the same bytes": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    // 8 + 2 + 1 + 2 + 3 = 16 bytes, 8 bytes, 9 bytes
    await stream.append({
      records: [
        { timestamp: 1, headers: [["h", "vä".slice(0, 2)]], body: "ab" },
        { timestamp: 1 },
        { timestamp: 1, body: "x" },
      ],
    });
    const first = 8 + 2 + 1 + 3 + 2;
    equal(await stream.reads(`seq_num=0&bytes=${first - 1}`), "200");
    equal(await stream.reads(`seq_num=0&bytes=${first}`), "200 0");
    equal(await stream.reads(`seq_num=0&bytes=${first + 7}`), "200 0");
    equal(await stream.reads(`seq_num=0&bytes=${first + 8}`), "200 0,1");
    equal(await stream.reads(`seq_num=0&bytes=${first + 8 + 9}`), "200 0,1,2");
  },

  "commands are measured like records": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({
      records: [
        { timestamp: 1, headers: [["", "fence"]], body: "token" },
        { timestamp: 1, headers: [["", "trim"]], body: "\0\0\0\0\0\0\0\0" },
      ],
    });
    const read = EventRead.begin(stream.basin, `${stream.path}?seq_num=0&wait=0`);
    await read.names();
    equal(read.ids.at(-1), `1,2,${10 + 5 + 5 + (10 + 4 + 8)}`);
  },

  "what is not content is not measured: unknown fields, timestamps": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const padded = Buffer.concat([
      bytesField(1, Buffer.concat([bytesField(3, Buffer.alloc(MIB - 8)), bytesField(9, "unknown")])),
      bytesField(15, Buffer.alloc(100)),
    ]);
    equal(await stream.protoOutcome(padded), "200");
  },
});

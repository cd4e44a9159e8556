import { deepEqual, equal, ok } from "node:assert/strict";
import { group } from "../case.js";
import type { NewRecord } from "./tools/proto.js";
import { ReadSession } from "./tools/sessions.js";
import { OWN_TIME, StreamClient } from "./tools/stream.js";

function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}

const command = (op: string | Buffer, body: string | Buffer): NewRecord => ({ headers: [["", op]], body });
const trim = (before: number | bigint): NewRecord => command("trim", u64(before));

/** What a command record must be. */
export const COMMANDS = group("commands", {
  "an operation that there is not is invalid": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const op of ["", "Fence", "fence ", "trims", "delete", Buffer.from([0xff])])
      equal(await stream.protoOutcome({ records: [command(op, "12345678")] }), "422 invalid", String(op));
  },

  "an empty name is for one header alone": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const fence = ["", "fence"] as const;
    for (const headers of [
      [fence, ["a", "b"]],
      [["a", "b"], fence],
      [fence, fence],
      [
        ["a", "b"],
        ["", ""],
      ],
    ] as const)
      equal(await stream.protoOutcome({ records: [{ headers, body: "t" }] }), "422 invalid");
    equal(
      await stream.protoOutcome({
        records: [
          {
            headers: [
              ["a", ""],
              ["a", "fence"],
            ],
          },
        ],
      }),
      "200",
    );
  },

  "a fence is up to 36 bytes of UTF-8": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const [body, expected] of [
      ["", "200"],
      ["x".repeat(36), "200"],
      ["x".repeat(37), "422 invalid"],
      ["é".repeat(18), "200"],
      ["é".repeat(19), "422 invalid"],
      [Buffer.from([0xff]), "422 invalid"],
      ["\0\n", "200"],
    ] as const)
      equal(await stream.protoOutcome({ records: [command("fence", body)] }), expected, String(body));
  },

  "a trim is eight bytes": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const length of [0, 1, 7, 9, 16])
      equal(await stream.protoOutcome({ records: [command("trim", Buffer.alloc(length))] }), "422 invalid");
    equal(await stream.protoOutcome({ records: [trim(0)] }), "200");
  },

  "a bad command takes its whole batch along": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(
      await stream.protoOutcome({ records: [{}, command("fence", "t"), command("?", "")] }),
      "422 invalid",
    );
    equal(await stream.next(), 0);
    equal(await stream.outcome({ records: [{}], fencing_token: "" }), "200");
  },

  "in JSON a trim is base64, or eight characters": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const base64 = { "s2-format": "base64" };
    const body = u64(0).toString("base64");
    const op = Buffer.from("trim").toString("base64");
    equal(
      await stream.outcome({ records: [{ timestamp: 1, headers: [["", op]], body }] }, { headers: base64 }),
      "200",
    );
    equal(
      await stream.outcome({ records: [{ timestamp: 1, headers: [["", "trim"]], body: "\0".repeat(8) }] }),
      "200",
    );
    const [first] = await stream.records("seq_num=0", { headers: base64 });
    deepEqual(first, { seq_num: 0, timestamp: 1, headers: [["", op]], body });
  },

  "commands are records: numbered, counted, read": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.protoOutcome({ records: [{ body: "a" }, command("fence", "t"), trim(0), { body: "b" }] });
    equal(await stream.next(), 4);
    equal(await stream.reads("seq_num=0&count=3"), "200 0,1,2");
    deepEqual(
      (await stream.records("seq_num=0")).map((record) => record.headers),
      [undefined, [["", "fence"]], [["", "trim"]], undefined],
    );
  },
});

/** Resolves when the stream's first record has this number. */
async function firstIs(stream: StreamClient, first: number): Promise<void> {
  await stream.basin.ctx.eventually(async () => {
    equal((await stream.records("seq_num=0&count=1"))[0]?.seq_num, first);
  }, 20_000);
}

/** Trims: records go some time after. */
export const TRIMS = group("trims", {
  "records below the trim point go, and reads begin behind them without a word": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (let index = 0; index < 10; index++) await stream.appendBodies(`${index}`, `${index}`);
    equal(await stream.protoOutcome({ records: [trim(7)] }), "200");
    await firstIs(stream, 7);
    equal(await stream.reads("seq_num=3&count=2"), "200 7,8");
    equal(await stream.reads("seq_num=8&count=1"), "200 8");
    equal(await stream.reads("tail_offset=999&count=1"), "200 7");
    equal(await stream.reads("timestamp=0&count=1"), "200 7");
    equal(await stream.next(), 21);
    equal((await stream.records("seq_num=7&count=1"))[0]?.body, "3");
  },

  "a session reads over the gap": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2, 3, 4]);
    equal(await stream.protoOutcome({ records: [{ ...trim(2), timestamp: 5 }] }), "200");
    await firstIs(stream, 2);
    const session = ReadSession.begin(stream.basin, `${stream.path}?seq_num=0&wait=0`);
    deepEqual(await session.result(), [2, 3, 4]);
  },

  "of everything leaves an empty stream with its tail": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2]);
    const all = 2n ** 64n - 1n;
    equal(await stream.protoOutcome({ records: [{ ...trim(all), timestamp: 9 }] }), "200");
    await ctx.eventually(async () => equal(await stream.reads("seq_num=0"), "200"), 20_000);
    deepEqual(await stream.tail(), { seq_num: 3, timestamp: 9 });
    equal(await stream.reads("seq_num=2"), "200");
    equal(await stream.reads("seq_num=3"), "416");
    equal(await stream.reads("timestamp=0"), "416");
    equal(await stream.reads("timestamp=9"), "416");
    equal(await stream.reads("timestamp=0&clamp=true"), "416");
    const session = ReadSession.begin(stream.basin, `${stream.path}?seq_num=0&count=1&wait=20`);
    await session.follows();
    await stream.append({ records: [{ timestamp: 10 }] });
    deepEqual(await session.result(), [3]);
    equal(await stream.reads("timestamp=0"), "200 3");
  },

  "a point beyond the command itself means the command itself": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.protoOutcome({ records: [{ body: "a" }, trim(1_000), { body: "b" }] }), "200");
    await firstIs(stream, 2);
    await stream.appendBodies("c");
    equal(await stream.reads("seq_num=0"), "200 2,3");
  },

  "a lower point than before changes nothing": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("0", "1", "2", "3");
    await stream.protoOutcome({ records: [trim(3)] });
    await firstIs(stream, 3);
    await stream.protoOutcome({ records: [trim(1)] });
    await stream.protoOutcome({ records: [trim(4)] });
    await firstIs(stream, 4);
  },

  "numbers go on where they were, and conditions hold": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("a", "b");
    await stream.protoOutcome({ records: [trim(2n ** 64n - 1n)] });
    await ctx.eventually(async () => equal(await stream.reads("seq_num=0"), "200"), 20_000);
    equal(await stream.outcome({ records: [{}], match_seq_num: 0 }), '412 {"seq_num_mismatch":3}');
    equal((await stream.appendBodies("c")).start.seq_num, 3);
  },

  "readers that are just opening still find the records": async (ctx) => {
    const stream = await StreamClient.withTimes(ctx, [1, 2, 3]);
    const answer = stream.protoOutcome({ records: [{ ...trim(2n ** 64n - 1n), timestamp: 4 }] });
    const session = ReadSession.begin(stream.basin, `${stream.path}?seq_num=0&count=3`);
    equal(await answer, "200");
    const result = await session.result();
    ok(result.length === 3, `read ${result.join()}`);
  },
});

import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import {
  AppendInput,
  AppendRecord,
  FencingTokenMismatchError,
  RangeNotSatisfiableError,
  S2Error,
  type S2Stream,
  SeqNumMismatchError,
} from "@s2-dev/streamstore";
import { type CaseRun, group } from "../case.js";
import type { ConformanceContext } from "../context.js";

const text = (body: string) => AppendRecord.string({ body });
const one = (body: string, options = {}) => AppendInput.create([text(body)], options);
const START = { start: { from: { seqNum: 0 } } };

type Transport = "s2s" | "fetch";
type Open = (options?: { gzip?: boolean; noStream?: boolean; config?: unknown }) => Promise<S2Stream>;

/** Each case over both of the SDK's transports: S2S over HTTP/2, and requests and events over HTTP/1.1. */
function overBoth(cases: Readonly<Record<string, (ctx: ConformanceContext, open: Open) => Promise<void>>>) {
  const both: Record<string, CaseRun> = {};
  for (const [fact, run] of Object.entries(cases))
    for (const transport of ["s2s", "fetch"] as const satisfies Transport[])
      both[`${fact} (${transport})`] = (ctx) =>
        run(ctx, async ({ gzip = false, noStream = false, config } = {}) => {
          const client = await ctx.newBasin(config);
          if (!noStream) await client.newStream();
          const stream = ctx
            .sdk(gzip ? { compression: "gzip" } : {})
            .basin(client.name)
            .stream("s", { forceTransport: transport });
          ctx.cleanup(() => stream.close());
          return stream;
        });
  return both;
}

/** What the official SDK does with records. */
export const THROUGH_SDK = group(
  "through the SDK",
  overBoth({
    "a session's batches are acknowledged in order, and read back in a session": async (_ctx, open) => {
      const stream = await open();
      const session = await stream.appendSession();
      const tickets = [];
      for (let index = 0; index < 30; index++)
        tickets.push(await session.submit(AppendInput.create([text(`${index}a`), text(`${index}b`)])));
      const acks = await Promise.all(tickets.map((ticket) => ticket.ack()));
      deepEqual(
        acks.map((ack) => ack.start.seqNum),
        Array.from({ length: 30 }, (_, index) => 2 * index),
      );
      await session.close();
      const bodies: string[] = [];
      for await (const record of await stream.readSession({ ...START, stop: { waitSecs: 0 } }))
        bodies.push(record.body);
      deepEqual(
        bodies,
        Array.from({ length: 60 }, (_, index) => `${index >> 1}${index % 2 === 0 ? "a" : "b"}`),
      );
    },

    "bytes are what they were, in bodies and headers, packed too": async (_ctx, open) => {
      const stream = await open({ gzip: true });
      const body = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7) % 251);
      const name = Uint8Array.of(0xff, 0, 1);
      const session = await stream.appendSession();
      const record = AppendRecord.bytes({ body, headers: [[name, body.subarray(0, 9)]] });
      await (await session.submit(AppendInput.create([record]))).ack();
      await session.close();
      const reads = await stream.readSession({ ...START, stop: { limits: { count: 1 } } }, { as: "bytes" });
      for await (const record of reads) {
        deepEqual(Buffer.from(record.body), Buffer.from(body));
        deepEqual(
          record.headers.map(([key]) => [...key]),
          [[0xff, 0, 1]],
        );
      }
    },

    "a reader follows what is appended later": async (_ctx, open) => {
      const stream = await open();
      await stream.append(one("before"));
      const session = await stream.readSession({ ...START, stop: { limits: { count: 3 }, waitSecs: 20 } });
      const bodies: string[] = [];
      for await (const record of session) {
        bodies.push(record.body);
        if (bodies.length < 3) await stream.append(one(`after ${bodies.length}`));
      }
      deepEqual(bodies, ["before", "after 1", "after 2"]);
    },

    "what is refused is told as what it is": async (_ctx, open) => {
      const stream = await open();
      await stream.append(one("x"));
      await rejects(stream.append(one("x", { matchSeqNum: 0 })), (error) => {
        ok(error instanceof SeqNumMismatchError);
        equal(error.expectedSeqNum, 1);
        return true;
      });
      await rejects(stream.append(one("x", { fencingToken: "t" })), (error) => {
        ok(error instanceof FencingTokenMismatchError);
        equal(error.expectedFencingToken, "");
        return true;
      });
      await rejects(stream.read({ start: { from: { seqNum: 9 } } }), RangeNotSatisfiableError);
    },

    "a session is over with its first refused batch": async (_ctx, open) => {
      const stream = await open();
      const session = await stream.appendSession();
      const submit = async (input: AppendInput) => (await session.submit(input)).ack();
      equal((await submit(one("a", { matchSeqNum: 0 }))).end.seqNum, 1);
      await rejects(submit(one("b", { matchSeqNum: 7 })), SeqNumMismatchError);
      await rejects(submit(one("c")), S2Error);
      equal((await stream.checkTail()).tail.seqNum, 1);
    },

    "fences and trims are commands of its own": async (ctx, open) => {
      const stream = await open();
      await stream.append(AppendInput.create([text("a"), text("b"), AppendRecord.fence("mine")]));
      await stream.append(one("c", { fencingToken: "mine" }));
      await stream.append(AppendInput.create([AppendRecord.trim(2)], { fencingToken: "mine" }));
      await ctx.eventually(async () => {
        const { records } = await stream.read(START);
        deepEqual(
          records.map((record) => record.seqNum),
          [2, 3, 4],
        );
      }, 20_000);
      const { records } = await stream.read({ ...START, ignoreCommandRecords: true });
      deepEqual(
        records.map((record) => record.body),
        ["c"],
      );
    },

    "a stream is made by its first append": async (_ctx, open) => {
      const stream = await open({ noStream: true, config: { create_stream_on_append: true } });
      const session = await stream.appendSession();
      const ack = await (await session.submit(one("x"))).ack();
      equal(ack.tail.seqNum, 1);
      await session.close();
    },

    "an append session that appends nothing ends": async (_ctx, open) => {
      const stream = await open();
      const session = await stream.appendSession();
      await session.close();
      equal((await stream.checkTail()).tail.seqNum, 0);
    },

    "a read of no stream is told": async (_ctx, open) => {
      const stream = await open({ noStream: true });
      const read = async () => {
        for await (const _record of await stream.readSession(START)) break;
      };
      await rejects(read(), (error) => error instanceof S2Error && error.code === "stream_not_found");
    },
  }),
);

import { deepEqual, equal, ok } from "node:assert/strict";
import { type CaseRun, group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { AppendSession, type Over } from "./tools/sessions.js";
import { OWN_TIME, StreamClient } from "./tools/stream.js";

const one = (body = "x") => ({ records: [{ body }] });
const fence = (token: string) => ({ records: [{ headers: [["", "fence"] as const], body: token }] });

type SessionRun = (ctx: ConformanceContext, begin: (stream: StreamClient) => AppendSession) => Promise<void>;

/** Each case over HTTP/2, and over HTTP/1.1 with body and answer under way at once. */
function overBoth(cases: Readonly<Record<string, SessionRun>>): Record<string, CaseRun> {
  const both: Record<string, CaseRun> = {};
  for (const [fact, run] of Object.entries(cases))
    for (const over of ["h2", "h1"] as const satisfies Over[])
      both[`${fact} (${over})`] = (ctx) =>
        run(ctx, ({ basin, path }) => AppendSession.begin(basin, path, { over }));
  return both;
}

/** S2S append sessions. */
export const APPEND_SESSIONS = group(
  "append sessions",
  overBoth({
    "the answer's head comes at once, and its headers are those of a session": async (ctx, begin) => {
      const session = begin(await StreamClient.make(ctx));
      await session.call.until(() => session.call.status !== 0);
      equal(session.call.status, 200);
      equal(session.call.headers["content-type"], "s2s/proto");
      equal(session.call.headers["cache-control"], "no-cache, no-transform");
      equal(session.call.headers["x-accel-buffering"], "no");
      session.end();
      deepEqual(await session.result(), []);
    },

    "an empty session ends cleanly and leaves nothing": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      session.end();
      await session.over();
      equal(session.call.bytes.length, 0);
      equal(await stream.next(), 0);
    },

    "each input is acknowledged, in order, while the input goes on": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx, OWN_TIME);
      const session = begin(stream);
      session.send({ records: [{ timestamp: 1 }, { timestamp: 2 }] });
      deepEqual(await session.acked(1), [
        {
          start: { seq_num: 0, timestamp: 1 },
          end: { seq_num: 2, timestamp: 2 },
          tail: { seq_num: 2, timestamp: 2 },
        },
      ]);
      session.send({ records: [{ timestamp: 3 }] });
      equal((await session.acked(2))[1]?.start.seq_num, 2);
      session.end();
      deepEqual(await session.result(), [0, 2]);
    },

    "32 inputs in one write have 32 acks, with tails that never go back": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      session.send(...Array.from({ length: 32 }, (_, index) => one(`${index}`)));
      session.end();
      deepEqual(
        await session.result(),
        Array.from({ length: 32 }, (_, index) => index),
      );
      let before = 0;
      for (const { end, tail } of session.acks) {
        ok(tail.seq_num >= end.seq_num && tail.seq_num >= before);
        before = Number(tail.seq_num);
      }
      deepEqual(
        (await stream.records("seq_num=0")).map((record) => record.body),
        Array.from({ length: 32 }, (_, index) => `${index}`),
      );
    },

    "inputs that come byte by byte are the same inputs": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      const whole = Buffer.concat([frameOf("first"), frameOf("second")]);
      for (const byte of whole) session.write(Buffer.from([byte]));
      session.end();
      deepEqual(await session.result(), [0, 1]);
      deepEqual(
        (await stream.records("seq_num=0")).map((record) => record.body),
        ["first", "second"],
      );
    },

    "fifty inputs of 100 KB are carried": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      for (let index = 0; index < 50; index++) session.send(one(String(index).padEnd(100_000, ".")));
      session.end();
      equal((await session.result()).length, 50);
      equal(await stream.next(), 50);
      equal((await stream.records("seq_num=49"))[0]?.body?.slice(0, 3), "49.");
    },

    "after a condition that fails nothing more is applied": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      session.send(one("a"), { ...one("b"), match_seq_num: 7 }, one("c"));
      deepEqual(await session.result(), [0, '412 {"seq_num_mismatch":1}']);
      equal(await stream.next(), 1);
    },

    "a fence of the session is a condition for its later inputs": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      session.send({ ...fence("t"), fencing_token: "" }, { ...one(), fencing_token: "t" });
      session.send({ ...one(), fencing_token: "" }, one());
      deepEqual(await session.result(), [0, 1, '412 {"fencing_token_mismatch":"t"}']);
      equal(await stream.next(), 2);
    },

    "numbers count what the session itself has under way": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      session.send(...Array.from({ length: 10 }, (_, index) => ({ ...one(), match_seq_num: index })));
      session.end();
      equal((await session.result()).length, 10);
    },

    "an input that is invalid ends it after the acks before, and nothing more is read": async (
      ctx,
      begin,
    ) => {
      for (const bad of [
        { records: [] },
        { records: Array.from({ length: 1_001 }, () => ({})) },
        { records: [{ headers: [["", "unknown"] as const] }] },
        { records: [{ headers: [["", "a"] as const, ["b", "c"] as const] }] },
        { ...one(), fencing_token: "x".repeat(37) },
      ]) {
        const stream = await StreamClient.make(ctx);
        const session = begin(stream);
        session.send(one(), one(), bad, one());
        deepEqual(await session.result(), [0, 1, "422 invalid"]);
        equal(await stream.next(), 2);
      }
    },

    "a missing timestamp that is required ends it": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx, OWN_TIME);
      const session = begin(stream);
      session.send({ records: [{ timestamp: 1 }] }, one());
      deepEqual(await session.result(), [0, "422 invalid"]);
    },

    "a change of config is for inputs that follow, of a session that goes on": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const session = begin(stream);
      session.send(one());
      await session.acked(1);
      await stream.basin.request("PATCH", stream.basin.path("s"), {
        json: { timestamping: { mode: "client-require" } },
      });
      session.send(one());
      deepEqual(await session.result(), [0, "422 invalid"]);
    },

    "two sessions of one stream take turns, and each has its own acks": async (ctx, begin) => {
      const stream = await StreamClient.make(ctx);
      const [left, right] = [begin(stream), begin(stream)];
      for (let index = 0; index < 20; index++) {
        left.send(one("left"));
        right.send(one("right"));
      }
      left.end();
      right.end();
      const numbers = [...(await left.result()), ...(await right.result())].map(Number);
      deepEqual(
        numbers.sort((one, other) => one - other),
        Array.from({ length: 40 }, (_, index) => index),
      );
    },
  }),
);

/** Deletes a stream under a session that is open; what its next input comes to. */
async function deleteUnderSession(ctx: ConformanceContext, failure: string): Promise<void> {
  for (const over of ["h2", "h1"] as const) {
    const stream = await StreamClient.make(ctx);
    const session = AppendSession.begin(stream.basin, stream.path, { over });
    session.send(one());
    await session.acked(1);
    equal((await stream.basin.request("DELETE", stream.basin.path("s"))).status, 202);
    session.send(one());
    deepEqual(await session.result(), [0, failure]);
  }
}

/** What becomes of a session when its stream ends. */
export const SESSION_ENDS = group("session ends", {
  "the stream's end ends it at its next input, which is not applied": {
    run: (ctx) => deleteUnderSession(ctx, "503 unavailable"),
    differs: {
      reason:
        "A session is told why, as a request would be: the stream is being deleted. It was not applied either way.",
      run: (ctx) => deleteUnderSession(ctx, "409 stream_deletion_pending"),
    },
  },
});

function frameOf(body: string): Buffer {
  const bytes = Buffer.from(body);
  const record = Buffer.concat([Buffer.from([0x1a, bytes.length]), bytes]);
  const input = Buffer.concat([Buffer.from([0x0a, record.length]), record]);
  return Buffer.concat([Buffer.from([0, 0, input.length + 1, 0]), input]);
}

/** What is answered before a session begins. */
export const SESSION_OPENINGS = group("session openings", {
  "an append session on no stream is an answer of its own": async (ctx) => {
    const basin = await ctx.newBasin();
    for (const over of ["h2", "h1"] as const) {
      const session = AppendSession.begin(basin, basin.records("none"), { over });
      const { status, headers, text } = await session.call.answer();
      equal(status, 404);
      equal(headers["content-type"], "application/json");
      equal((JSON.parse(text) as { code: string }).code, "stream_not_found");
    }
  },

  "an append session in no basin too": async (ctx) => {
    const basin = await ctx.newBasin();
    const session = AppendSession.begin(basin, basin.records("none"), {
      headers: { "s2-basin": ctx.basinName() },
    });
    const { status, text } = await session.call.answer();
    equal(status, 404);
    equal((JSON.parse(text) as { code: string }).code, "basin_not_found");
  },

  "the content type makes the session, in any case and with parameters": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const type of ["S2S/Proto", "s2s/proto; v=1", "s2s/proto, application/json"]) {
      const session = AppendSession.begin(stream.basin, stream.path, { headers: { "content-type": type } });
      session.end();
      deepEqual(await session.result(), []);
    }
  },

  "an error over HTTP/2 is one DATA frame with a body": async (ctx) => {
    const basin = await ctx.newBasin();
    const session = AppendSession.begin(basin, basin.records("none"));
    await session.call.until(() => session.call.ended);
    equal("chunks" in session.call ? (session.call.chunks as Buffer[]).length : 0, 1);
  },
});

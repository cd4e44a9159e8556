import { deepEqual, equal } from "node:assert/strict";
import { group } from "../case.js";
import type { NewAppend } from "./tools/proto.js";
import { StreamClient } from "./tools/stream.js";

const ONE = { records: [{ body: "x" }] };
const fence = (token: string) => ({ headers: [["", "fence"]], body: token });
const mismatch = (token: string) => `412 ${JSON.stringify({ fencing_token_mismatch: token })}`;
const expected = (next: number) => `412 ${JSON.stringify({ seq_num_mismatch: next })}`;

/** What an append may be made to depend on. */
export const CONDITIONS = group("conditions", {
  "a sequence number must be the next one": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome({ ...ONE, match_seq_num: 1 }), expected(0));
    equal(await stream.outcome({ ...ONE, match_seq_num: 0 }), "200");
    equal(await stream.outcome({ ...ONE, match_seq_num: 0 }), expected(1));
    equal(await stream.outcome({ ...ONE, match_seq_num: 2 }), expected(1));
    equal(await stream.outcome({ ...ONE, match_seq_num: 1 }), "200");
    equal(await stream.next(), 2);
  },

  "a sequence number of 2^64 - 1 is a number like another": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.appendBodies("x");
    for (const number of [2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n]) {
      equal(await stream.textOutcome(`{"records":[{}],"match_seq_num":${number}}`), expected(1));
      equal(await stream.protoOutcome({ records: [{}], match_seq_num: number }), expected(1));
    }
  },

  "zero and an empty token are conditions in protobuf too": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const input = (more: Partial<NewAppend>): NewAppend => ({ ...ONE, ...more });
    equal(await stream.protoOutcome(input({ match_seq_num: 0 })), "200");
    equal(await stream.protoOutcome(input({ match_seq_num: 0 })), expected(1));
    equal(await stream.protoOutcome(input({ fencing_token: "" })), "200");
    await stream.append({ records: [fence("t")] });
    equal(await stream.protoOutcome(input({ fencing_token: "" })), mismatch("t"));
    equal(await stream.protoOutcome(input({ fencing_token: "t" })), "200");
  },

  "a stream begins with the empty token": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome({ ...ONE, fencing_token: "t" }), mismatch(""));
    equal(await stream.outcome({ ...ONE, fencing_token: "" }), "200");
  },

  "a fence holds for those that name a token, and for nobody else": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.append({ records: [fence("one")], fencing_token: "" });
    equal(await stream.outcome({ ...ONE, fencing_token: "" }), mismatch("one"));
    equal(await stream.outcome({ ...ONE, fencing_token: "two" }), mismatch("one"));
    equal(await stream.outcome({ ...ONE, fencing_token: "one" }), "200");
    equal(await stream.outcome(ONE), "200");
    await stream.append({ records: [fence("two")] });
    equal(await stream.outcome({ ...ONE, fencing_token: "one" }), mismatch("two"));
    await stream.append({ records: [fence("")], fencing_token: "two" });
    equal(await stream.outcome({ ...ONE, fencing_token: "" }), "200");
  },

  "a fence within a batch is for later batches, the last one of several": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.append({ records: [fence("a"), { body: "x" }, fence("b")], fencing_token: "" });
    equal(await stream.outcome({ ...ONE, fencing_token: "a" }), mismatch("b"));
    equal(await stream.outcome({ ...ONE, fencing_token: "b" }), "200");
  },

  "the fence is looked at before the number": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.append({ records: [fence("now")] });
    equal(await stream.outcome({ ...ONE, fencing_token: "then", match_seq_num: 7 }), mismatch("now"));
    equal(await stream.outcome({ ...ONE, fencing_token: "now", match_seq_num: 7 }), expected(1));
  },

  "both are looked at before timestamps": async (ctx) => {
    const stream = await StreamClient.make(ctx, { timestamping: { mode: "client-require" } });
    equal(await stream.outcome({ ...ONE, match_seq_num: 7 }), expected(0));
    equal(await stream.outcome({ ...ONE, fencing_token: "t" }), mismatch(""));
    equal(await stream.outcome(ONE), "422 invalid");
  },

  "what is refused leaves nothing behind, no fence either": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome({ records: [fence("t"), {}], match_seq_num: 5 }), expected(0));
    deepEqual(await stream.tail(), { seq_num: 0, timestamp: 0 });
    equal(await stream.outcome({ ...ONE, fencing_token: "" }), "200");
  },

  "a token is up to 36 bytes of UTF-8": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const long = "é".repeat(18);
    equal(await stream.outcome({ ...ONE, fencing_token: long }), mismatch(""));
    equal(await stream.outcome({ ...ONE, fencing_token: `${long}x` }), "400 bad_json");
    equal(await stream.protoOutcome({ ...ONE, fencing_token: long }), mismatch(""));
    equal(await stream.protoOutcome({ ...ONE, fencing_token: `${long}x` }), "422 invalid");
    await stream.append({ records: [fence(long)] });
    equal(await stream.outcome({ ...ONE, fencing_token: long }), "200");
    equal(await stream.outcome({ ...ONE, fencing_token: "" }), mismatch(long));
  },

  "of racing appends with one number, one is taken": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => stream.outcome({ ...ONE, match_seq_num: 0 })),
    );
    deepEqual(outcomes.sort(), ["200", ...Array<string>(9).fill(expected(1))]);
  },
});

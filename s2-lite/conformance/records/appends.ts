import { deepEqual, equal, match } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import { group } from "../case.js";
import { decodeAck, encodeAppend } from "./tools/proto.js";
import { OWN_TIME, StreamClient } from "./tools/stream.js";

const ONE = { records: [{ body: "x" }] };
const PROTO = "application/protobuf";

/** As Latin-1: half of a character, and the escape of half a pair. */
const NO_TEXT = ["\u00e9", "\\ud83d"];

function postBytes(stream: StreamClient, latin1: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  return stream.basin.outcome("POST", stream.path, undefined, {
    headers,
    body: Buffer.from(latin1, "latin1"),
  });
}

/** Unary appends: what they answer, and how they come. */
export const APPENDS = group("appends", {
  "an ack says where the batch begins and ends, and the tail": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const times = (...all: number[]) => ({ records: all.map((timestamp) => ({ timestamp })) });
    deepEqual(await stream.append(times(5, 7)), {
      start: { seq_num: 0, timestamp: 5 },
      end: { seq_num: 2, timestamp: 7 },
      tail: { seq_num: 2, timestamp: 7 },
    });
    deepEqual(await stream.append(times(9)), {
      start: { seq_num: 2, timestamp: 9 },
      end: { seq_num: 3, timestamp: 9 },
      tail: { seq_num: 3, timestamp: 9 },
    });
    deepEqual(await stream.tail(), { seq_num: 3, timestamp: 9 });
  },

  "twenty at once are all there, each batch in one piece": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const acks = await Promise.all(
      Array.from({ length: 20 }, (_, index) => stream.appendBodies(`${index}`, `${index}`)),
    );
    const starts = acks.map((ack) => Number(ack.start.seq_num)).sort((left, right) => left - right);
    deepEqual(
      starts,
      Array.from({ length: 20 }, (_, index) => 2 * index),
    );
    const records = await stream.records("seq_num=0");
    for (const [index, ack] of acks.entries())
      for (const offset of [0, 1]) equal(records[Number(ack.start.seq_num) + offset]?.body, `${index}`);
  },

  "what a record leaves out is empty": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [{ timestamp: 1 }, { timestamp: 1, headers: [], body: "" }] });
    deepEqual(await stream.records("seq_num=0"), [
      { seq_num: 0, timestamp: 1 },
      { seq_num: 1, timestamp: 1 },
    ]);
  },

  "null stands for absent where that may be, and nowhere else": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome({ ...ONE, match_seq_num: null, fencing_token: null }), "200");
    equal(await stream.outcome({ records: [{ timestamp: null }] }), "200");
    equal(await stream.outcome({ records: [{ body: null }] }), "400 bad_json");
    equal(await stream.outcome({ records: [{ headers: null }] }), "400 bad_json");
    equal(await stream.outcome({ records: null }), "400 bad_json");
    equal(await stream.outcome({ records: [null] }), "400 bad_json");
    equal(await stream.outcome(null), "400 bad_json");
    equal(await stream.next(), 2);
  },

  "values of another type are bad JSON": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const input of [
      {},
      { records: {} },
      { records: "x" },
      { records: ["x"] },
      { records: [{ body: 1 }] },
      { records: [{ body: ["x"] }] },
      { records: [{ headers: {} }] },
      { records: [{ headers: [["a"]] }] },
      { records: [{ headers: [["a", "b", "c"]] }] },
      { records: [{ headers: [["a", 1]] }] },
      { records: [{ headers: ["ab"] }] },
      { records: [{ timestamp: "1" }] },
      { ...ONE, match_seq_num: "0" },
      { ...ONE, match_seq_num: true },
      { ...ONE, fencing_token: 1 },
    ])
      equal(await stream.outcome(input), "400 bad_json", JSON.stringify(input));
    equal(await stream.next(), 0);
  },

  "integers are those of JSON from 0 to 2^64 - 1": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const timed = (timestamp: string) => `{"records":[{"timestamp":${timestamp}}]}`;
    for (const bad of ["-1", "-0", "1.0", "1.5", "1e3", "18446744073709551616", "01", "+1", "0x1"])
      equal(await stream.textOutcome(timed(bad)), "400 bad_json", bad);
    equal(await stream.textOutcome(timed("18446744073709551615")), "200");
    equal(await stream.textOutcome('{"records":[{}],"match_seq_num":1.0}'), "400 bad_json");
    equal(
      await stream.textOutcome('{"records":[{}],"match_seq_num":18446744073709551615}'),
      '412 {"seq_num_mismatch":1}',
    );
  },

  "JSON must be whole, and say each field once": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const text of [
      "",
      "{",
      '{"records":[{}]',
      '{"records":[{}]}}',
      '{"records":[{}]} x',
      '{"records":[{}],}',
      "{'records':[{}]}",
      '{"records":[{}],"records":[{}]}',
      '{"records":[{"body":"a","body":"b"}]}',
      '{"records":[{"timestamp":1,"timestamp":1}]}',
      '{"records":[{}],"match_seq_num":0,"match_seq_num":0}',
      '{"records":[{"body":"\\ud800"}]}',
      '{"records":[{"body":"\\x"}]}',
      '{"records":[{"body":"\n"}]}',
      "nonsense",
    ])
      equal(await stream.textOutcome(text), "400 bad_json", text);
    equal(await stream.next(), 0);
  },

  "unknown fields are ignored, even twice, and JSON may be spaced": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(
      await stream.textOutcome('{"records":[{"x":1,"body":"a"}],"y":{"z":[1.5,null]},"w":1,"w":2}'),
      "200",
    );
    equal(await stream.textOutcome(' {\n"records" : [ { "body":"\\u0061\\ud83d\\ude00" } ]\t}\r\n '), "200");
    deepEqual(
      (await stream.records("seq_num=0")).map((record) => record.body),
      ["a", "a😀"],
    );
  },

  "text that is no text passes where it is ignored, and nowhere else": {
    run: async (ctx) => {
      const stream = await StreamClient.make(ctx);
      for (const body of NO_TEXT) equal(await postBytes(stream, `{"records":[{}],"x":"${body}"}`), "200");
      for (const body of NO_TEXT)
        equal(await postBytes(stream, `{"records":[{"body":"${body}"}]}`), "400 bad_json");
    },
    differs: {
      reason: "JSON is text: bytes that are none are refused wherever they are, since they look like damage.",
      run: async (ctx) => {
        const stream = await StreamClient.make(ctx);
        for (const body of NO_TEXT) {
          equal(await postBytes(stream, `{"records":[{}],"x":"${body}"}`), "400 bad_json");
          equal(await postBytes(stream, `{"records":[{"body":"${body}"}]}`), "400 bad_json");
        }
      },
    },
  },

  "an append without records is invalid": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome({ records: [] }), "422 invalid");
    equal(await stream.protoOutcome(Buffer.alloc(0)), "422 invalid");
  },

  "JSON must say that it is": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const body = JSON.stringify(ONE);
    const as = (type: string) => stream.textOutcome(body, { "content-type": type });
    for (const type of [
      "application/json",
      "Application/JSON",
      "application/json; charset=utf-8",
      "application/vnd.s2+json",
      "application/json, application/protobuf",
      "application/json;x=y, text/plain",
    ])
      equal(await as(type), "200", type);
    for (const type of ["text/plain", "text/json", "application/jsonx", "application/octet-stream", "json"])
      equal(await as(type), "400 bad_json", type);
    const none = await stream.basin.request("POST", stream.path, { body });
    equal(none.status, 400);
    equal((bodyOf(none) as { code: string }).code, "bad_json");
  },

  "protobuf has two names, in any case, with parameters, first in a list": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const type of [
      PROTO,
      "application/x-protobuf",
      "Application/X-Protobuf",
      "application/protobuf; proto=s2.v1.AppendInput",
      "application/protobuf, application/json",
    ])
      equal(await stream.protoOutcome(ONE, { "content-type": type }), "200", type);
    equal(
      await stream.protoOutcome(ONE, { "content-type": "text/plain, application/protobuf" }),
      "400 bad_json",
    );
  },

  "the answer is in what is accepted, however the append came": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const proto = encodeAppend({ records: [{ timestamp: 3, body: "x" }] });
    const json = JSON.stringify({ records: [{ timestamp: 3, body: "x" }] });
    const post = (type: string, accept: string, body: string | Buffer) =>
      stream.basin.request("POST", stream.path, { body, headers: { "content-type": type, accept } });
    const inProto = await post("application/json", "application/x-protobuf", json);
    equal(inProto.headers["content-type"], PROTO);
    deepEqual(decodeAck(inProto.bytes), {
      start: { seq_num: 0, timestamp: 3 },
      end: { seq_num: 1, timestamp: 3 },
      tail: { seq_num: 1, timestamp: 3 },
    });
    for (const accept of ["*/*", "application/json", "text/html, application/protobuf"]) {
      const inJson = await post(PROTO, accept, proto);
      equal(inJson.headers["content-type"], "application/json", accept);
      match(inJson.text, /^\{"start":\{"seq_num":\d,"timestamp":3\}/);
    }
    const first = await post(PROTO, "Application/Protobuf;q=1, application/json", proto);
    equal(first.headers["content-type"], PROTO);
  },

  "an ack's zeros are not written in protobuf, its positions are": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const answer = await stream.basin.request("POST", stream.path, {
      body: encodeAppend({ records: [{ timestamp: 0 }] }),
      headers: { "content-type": PROTO, accept: PROTO },
    });
    equal(answer.bytes.toString("hex"), "0a00" + "12020801" + "1a020801");
  },

  "errors are JSON whatever was accepted": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const answer = await stream.basin.request("POST", stream.path, {
      body: Buffer.alloc(0),
      headers: { "content-type": PROTO, accept: PROTO },
    });
    equal(answer.status, 422);
    equal(answer.headers["content-type"], "application/json");
    equal((bodyOf(answer) as { code: string }).code, "invalid");
  },

  "all come over HTTP/2 as over HTTP/1.1": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome(ONE, { over: "h2" }), "200");
    equal(await stream.outcome({ ...ONE, match_seq_num: 0 }, { over: "h2" }), '412 {"seq_num_mismatch":1}');
    equal(await stream.reads("seq_num=0", { over: "h2" }), "200 0");
    equal(await stream.reads("seq_num=9", { over: "h2" }), "416");
  },
});

import { deepEqual, equal } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import { group } from "../case.js";
import { decodeBatch } from "./tools/proto.js";
import { type JsonRecord, OWN_TIME, StreamClient } from "./tools/stream.js";

const b64 = (text: string | Buffer) => Buffer.from(text).toString("base64");
const BASE64 = { headers: { "s2-format": "base64" } };
const NOT_UTF8 = Buffer.from([0x61, 0xff, 0xfe, 0x62, 0xe2, 0x82]);

/** How bytes are written in JSON: the `s2-format` header, and what protobuf shows of the same. */
export const FORMATS = group("formats", {
  "raw is the default, and its words are two": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const record = { headers: [["häder", "välue"]], body: 'bödy 😀 \0\u0001"\\' };
    await stream.append({ records: [record] });
    await stream.append({ records: [record] }, { headers: { "s2-format": "raw" } });
    await stream.append({ records: [record] }, { headers: { "s2-format": " json " } });
    for (const format of [{}, { "s2-format": "raw" }, { "s2-format": "json" }])
      for (const seen of await stream.records("seq_num=0", { headers: format }))
        deepEqual({ headers: seen.headers, body: seen.body }, record);
  },

  "base64 is of body, header names and values, in and out": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const record = { headers: [[b64(NOT_UTF8), b64("")]], body: b64(NOT_UTF8) };
    for (const format of ["base64", "json-binsafe", " base64\t"])
      await stream.append({ records: [record] }, { headers: { "s2-format": format } });
    for (const format of ["base64", "json-binsafe"])
      for (const seen of await stream.records("seq_num=0", { headers: { "s2-format": format } }))
        deepEqual({ headers: seen.headers, body: seen.body }, record);
  },

  "bytes that are not UTF-8 are shown as U+FFFD in raw": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    await stream.append({ records: [{ headers: [[b64(NOT_UTF8), ""]], body: b64(NOT_UTF8) }] }, BASE64);
    const [seen] = await stream.records("seq_num=0");
    deepEqual(seen?.headers, [["a\ufffd\ufffdb\ufffd", ""]]);
    equal(seen?.body, "a\ufffd\ufffdb\ufffd");
  },

  "base64 is strict: standard letters, padded, nothing else": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const bad of ["YQ", "YQ=", "YQ===", "YR==", "Y Q==", "YQ==\n", "_-8=", "=", "é", "YQ==YQ=="]) {
      equal(await stream.outcome({ records: [{ body: bad }] }, BASE64), "422 invalid", bad);
      equal(await stream.outcome({ records: [{ headers: [["YQ==", bad]] }] }, BASE64), "422 invalid", bad);
    }
    equal(await stream.outcome({ records: [{ body: "+/8=" }] }, BASE64), "200");
    equal(await stream.next(), 1);
  },

  "the shape of the whole is looked at before base64": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const input of [
      {
        records: [
          {
            headers: [
              ["?", "?"],
              ["a", "b", "c"],
            ],
          },
        ],
      },
      { records: [{ body: "?" }, { body: 1 }] },
      { records: [{ body: "?" }], match_seq_num: "x" },
      { records: [{ body: "?" }], fencing_token: "x".repeat(37) },
    ])
      equal(await stream.outcome(input, BASE64), "400 bad_json");
    equal(await stream.outcome({ records: [{ body: "?" }], match_seq_num: 7 }, BASE64), "422 invalid");
  },

  "a format that there is not is refused, on a read before the stream is looked for": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const format of ["", "RAW", "Base64", "hex", "raw,base64"]) {
      const headers = { "s2-format": format };
      equal(await stream.outcome({ records: [{}] }, { headers }), "400 bad_header", format);
      equal(
        await stream.basin.outcome("GET", "/v1/streams/none/records", undefined, { headers }),
        "400 bad_header",
      );
    }
  },

  "the format means nothing to protobuf and to sessions": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    const headers = { "s2-format": "nonsense" };
    equal(await stream.protoOutcome({ records: [{ timestamp: 1, body: NOT_UTF8 }] }, headers), "200");
    const call = stream.basin.begin("GET", `${stream.path}?seq_num=0&wait=0`, {
      headers: { "content-type": "s2s/proto", ...headers },
    });
    call.stream.end();
    equal((await call.answer()).status, 200);
  },

  "a fence in raw keeps its token, and an empty one is read without body": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [{ timestamp: 1, headers: [["", "fence"]], body: "tökén" }] });
    await stream.append({ records: [{ timestamp: 2, headers: [["", "fence"]], body: "" }] });
    deepEqual(await stream.records("seq_num=0"), [
      { seq_num: 0, timestamp: 1, headers: [["", "fence"]], body: "tökén" },
      { seq_num: 1, timestamp: 2, headers: [["", "fence"]] },
    ]);
    const [seen] = await stream.records("seq_num=0", BASE64);
    deepEqual(seen, { seq_num: 0, timestamp: 1, headers: [["", b64("fence")]], body: b64("tökén") });
  },

  "protobuf shows the same bytes, and is asked for by two names": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append(
      { records: [{ timestamp: 7, headers: [[b64("h"), b64("")]], body: b64(NOT_UTF8) }, { timestamp: 7 }] },
      BASE64,
    );
    for (const accept of [
      "application/protobuf",
      "application/x-protobuf",
      "APPLICATION/PROTOBUF; q=1, */*",
    ]) {
      const answer = await stream.get("seq_num=0", { headers: { accept } });
      equal(answer.headers["content-type"], "application/protobuf");
      deepEqual(decodeBatch(answer.bytes), {
        records: [
          { seq_num: 0, timestamp: 7, headers: [["h", ""]], body: NOT_UTF8.toString("latin1") },
          { seq_num: 1, timestamp: 7, headers: [], body: "" },
        ],
        tail: undefined,
      });
    }
    const empty = await stream.get("seq_num=0&count=0", { headers: { accept: "application/protobuf" } });
    equal(empty.bytes.length, 0);
  },

  "anything else is answered in JSON": async (ctx) => {
    const stream = await StreamClient.make(ctx, OWN_TIME);
    await stream.append({ records: [{ timestamp: 1, body: "x" }] });
    for (const accept of ["*/*", "application/json", "text/html", "nonsense", ", application/protobuf"]) {
      const answer = await stream.get("seq_num=0", { headers: { accept } });
      equal(answer.headers["content-type"], "application/json", accept);
      deepEqual((bodyOf(answer) as { records: JsonRecord[] }).records, [
        { seq_num: 0, timestamp: 1, body: "x" },
      ]);
    }
  },
});

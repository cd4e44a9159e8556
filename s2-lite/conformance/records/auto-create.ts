import { deepEqual, equal } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import type { BasinClient } from "../basin-client.js";
import { group } from "../case.js";
import { EventRead } from "./tools/events.js";
import { AppendSession, ReadSession } from "./tools/sessions.js";
import { StreamClient } from "./tools/stream.js";

const ON_APPEND = { create_stream_on_append: true };
const ON_READ = { create_stream_on_read: true };
const ONE = { records: [{ body: "x" }] };

async function names(basin: BasinClient): Promise<string[]> {
  const answer = await basin.request("GET", "/v1/streams");
  return (bodyOf(answer) as { streams: { name: string }[] }).streams.map((stream) => stream.name);
}

function configOf(basin: BasinClient, stream = "s"): Promise<unknown> {
  return basin.request("GET", basin.path(stream)).then(bodyOf);
}

function client(basin: BasinClient, stream = "s"): StreamClient {
  return new StreamClient(basin, basin.records(stream));
}

const DEFAULTS = {
  storage_class: "express",
  retention_policy: { age: 604_800 },
  timestamping: { mode: "client-prefer", uncapped: false },
  delete_on_empty: { min_age_secs: 0 },
};

/** Streams that are made by being used. */
export const AUTO_CREATE = group("auto-create", {
  "without the flag there is no stream, without the basin no basin": async (ctx) => {
    const basin = await ctx.newBasin();
    const missing = { headers: { "s2-basin": ctx.basinName() } };
    const stream = client(basin);
    equal(await stream.outcome(ONE), "404 stream_not_found");
    equal(await stream.reads("seq_num=0"), "404 stream_not_found");
    equal(await basin.outcome("GET", `${stream.path}/tail`), "404 stream_not_found");
    equal(await stream.outcome(ONE, missing), "404 basin_not_found");
    equal(await stream.reads("seq_num=0", missing), "404 basin_not_found");
    equal(await basin.outcome("GET", `${stream.path}/tail`, undefined, missing), "404 basin_not_found");
    deepEqual(await names(basin), []);
  },

  "each flag is for its own use": async (ctx) => {
    const onAppend = await ctx.newBasin(ON_APPEND);
    equal(await client(onAppend).reads("seq_num=0"), "404 stream_not_found");
    equal(await onAppend.outcome("GET", `${onAppend.records()}/tail`), "404 stream_not_found");
    equal(await client(onAppend).outcome(ONE), "200");
    const onRead = await ctx.newBasin(ON_READ);
    equal(await client(onRead).outcome(ONE), "404 stream_not_found");
    equal(await client(onRead).reads("seq_num=0"), "416");
    equal(await client(onRead).outcome(ONE), "200");
  },

  "an append makes the stream, each kind of append": async (ctx) => {
    const basin = await ctx.newBasin(ON_APPEND);
    equal(await client(basin, "json").outcome(ONE), "200");
    equal(await client(basin, "proto").protoOutcome(ONE), "200");
    const session = AppendSession.begin(basin, basin.records("session"));
    session.end();
    deepEqual(await session.result(), []);
    deepEqual(await names(basin), ["json", "proto", "session"]);
  },

  "a read makes the stream, each kind of read, though nothing is there to read": async (ctx) => {
    const basin = await ctx.newBasin(ON_READ);
    equal(await client(basin, "a-unary").reads("seq_num=0"), "416");
    equal(await client(basin, "b-zero").reads("count=0"), "200");
    equal(await basin.outcome("GET", `${basin.records("c-tail")}/tail`), "200");
    const session = ReadSession.begin(basin, `${basin.records("d-session")}?wait=0`);
    deepEqual(await session.result(), []);
    const events = EventRead.begin(basin, `${basin.records("e-events")}?wait=0`);
    deepEqual(await events.names(), ["done"]);
    deepEqual(await names(basin), ["a-unary", "b-zero", "c-tail", "d-session", "e-events"]);
  },

  "a condition that fails makes the stream too": async (ctx) => {
    const basin = await ctx.newBasin(ON_APPEND);
    equal(await client(basin).outcome({ ...ONE, match_seq_num: 5 }), '412 {"seq_num_mismatch":0}');
    deepEqual(await names(basin), ["s"]);
  },

  "what is invalid makes none": async (ctx) => {
    const basin = await ctx.newBasin({ ...ON_APPEND, ...ON_READ });
    const stream = client(basin);
    equal(await stream.outcome({ records: [] }), "422 invalid");
    equal(await stream.outcome({}), "400 bad_json");
    equal(await stream.protoOutcome(Buffer.from([0x7f])), "400 bad_proto");
    equal(await stream.outcome(ONE, { headers: { "s2-format": "x" } }), "400 bad_header");
    equal(await stream.outcome(ONE, { headers: { "s2-encryption-key": "" } }), "400 bad_header");
    equal(await stream.outcome(ONE, { headers: { "s2-stream-config": "" } }), "400 bad_header");
    equal(await stream.reads("seq_num=x"), "400 bad_query");
    equal(await stream.reads("seq_num=0&timestamp=0"), "422 invalid");
    equal(await stream.reads("timestamp=5&until=5"), "422 invalid");
    equal(await stream.reads("", { headers: { "s2-format": "x" } }), "400 bad_header");
    equal(
      await stream.reads("", { headers: { accept: "text/event-stream", "last-event-id": "x" } }),
      "400 bad_header",
    );
    equal(await stream.reads("", { headers: { "s2-stream-config": "{" } }), "400 bad_header");
    deepEqual(await names(basin), []);
  },

  "a bad name makes none": async (ctx) => {
    const basin = await ctx.newBasin({ ...ON_APPEND, ...ON_READ });
    for (const name of [".", "..", "a".repeat(513), "a\0b"])
      equal(await client(basin, name).outcome(ONE), "400 bad_path", name);
    deepEqual(await names(basin), []);
  },

  "ten racing appends make one stream, with all their records": async (ctx) => {
    const basin = await ctx.newBasin(ON_APPEND);
    const stream = client(basin);
    // A server may answer a race with a conflict, which did nothing and may be tried again.
    const acks = await Promise.all(
      Array.from({ length: 10 }, () => ctx.eventually(() => stream.appendBodies("x"))),
    );
    deepEqual(
      acks.map((ack) => Number(ack.start.seq_num)).sort((left, right) => left - right),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    );
    deepEqual(await names(basin), ["s"]);
  },

  "ten racing reads make one stream": async (ctx) => {
    const basin = await ctx.newBasin(ON_READ);
    const read = async () => equal(await client(basin).reads("seq_num=0"), "416");
    await Promise.all(Array.from({ length: 10 }, () => ctx.eventually(read)));
    deepEqual(await names(basin), ["s"]);
  },

  "it has the basin's defaults": async (ctx) => {
    const basin = await ctx.newBasin({
      ...ON_APPEND,
      default_stream_config: { retention_policy: { age: 77 }, timestamping: { uncapped: true } },
    });
    await client(basin).appendBodies("x");
    deepEqual(await configOf(basin), {
      ...DEFAULTS,
      retention_policy: { age: 77 },
      timestamping: { mode: "client-prefer", uncapped: true },
    });
  },
});

const header = (config: string) => ({ headers: { "s2-stream-config": config } });

/** The `s2-stream-config` header. */
export const STREAM_CONFIG_HEADER = group("stream config header", {
  "it lies over the basin's defaults, field by field": async (ctx) => {
    const basin = await ctx.newBasin({
      ...ON_APPEND,
      default_stream_config: {
        storage_class: "standard",
        retention_policy: { age: 77 },
        timestamping: { mode: "arrival", uncapped: true },
        delete_on_empty: { min_age_secs: 9_999 },
      },
    });
    const text =
      ' {"retention_policy":{"infinite":{}},"timestamping":{"mode":"client-prefer"},"storage_class":null} ';
    equal(await client(basin).outcome(ONE, header(text)), "200");
    deepEqual(await configOf(basin), {
      storage_class: "standard",
      retention_policy: { infinite: {} },
      timestamping: { mode: "client-prefer", uncapped: true },
      delete_on_empty: { min_age_secs: 9_999 },
    });
    equal(await client(basin, "zero").outcome(ONE, header('{"delete_on_empty":{}}')), "200");
    deepEqual(((await configOf(basin, "zero")) as typeof DEFAULTS).delete_on_empty, { min_age_secs: 0 });
  },

  "it governs the append that makes the stream": async (ctx) => {
    const basin = await ctx.newBasin(ON_APPEND);
    const config = '{"timestamping":{"mode":"client-require","uncapped":true}}';
    equal(await client(basin).outcome(ONE, header(config)), "422 invalid");
    equal(await client(basin).outcome({ records: [{ timestamp: 1 }] }), "200");
    deepEqual(await client(basin).tail(), { seq_num: 1, timestamp: 1 });
  },

  "it comes with every kind of append and read": async (ctx) => {
    const basin = await ctx.newBasin({ ...ON_APPEND, ...ON_READ });
    const config = '{"retention_policy":{"age":55}}';
    const headers = { "s2-stream-config": config };
    await client(basin, "proto").protoOutcome(ONE, headers);
    await client(basin, "unary").reads("count=0", { headers });
    const append = AppendSession.begin(basin, basin.records("append"), { headers });
    append.end();
    await append.over();
    await ReadSession.begin(basin, `${basin.records("read")}?wait=0`, { headers }).over();
    await EventRead.begin(basin, `${basin.records("events")}?wait=0`, headers).names();
    for (const name of ["proto", "unary", "append", "read", "events"])
      deepEqual(((await configOf(basin, name)) as typeof DEFAULTS).retention_policy, { age: 55 }, name);
  },

  "a tail check does not look at it": async (ctx) => {
    const basin = await ctx.newBasin(ON_READ);
    for (const config of ['{"retention_policy":{"age":55}}', "nonsense"])
      equal(await basin.outcome("GET", `${basin.records()}/tail`, undefined, header(config)), "200");
    deepEqual(await configOf(basin), DEFAULTS);
  },

  "on a stream that is there it changes nothing": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    equal(await stream.outcome(ONE, header('{"retention_policy":{"age":55}}')), "200");
    equal(await stream.reads("seq_num=0", header('{"retention_policy":{"age":55}}')), "200 0");
    deepEqual(await configOf(stream.basin), DEFAULTS);
  },

  "unknown fields and any storage class pass, and escapes stand for what is not ASCII": async (ctx) => {
    const basin = await ctx.newBasin(ON_APPEND);
    equal(
      await client(basin).outcome(ONE, header('{"x":{"y":[1.5]},"storage_class":"\\u00e9\\ud83d\\ude00"}')),
      "200",
    );
    equal(((await configOf(basin)) as typeof DEFAULTS).storage_class, "é😀");
  },

  "what is no config is refused on every request, whether the stream is there or not": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const bad of [
      "",
      " ",
      "null",
      "[]",
      '"x"',
      "1",
      "{",
      "{} {}",
      '{"retention_policy":{"age":0}}',
      '{"retention_policy":{"age":1.0}}',
      '{"retention_policy":{"age":-1}}',
      '{"retention_policy":"infinite"}',
      '{"retention_policy":{"infinite":null}}',
      '{"retention_policy":{}}',
      '{"timestamping":{"mode":"never"}}',
      '{"timestamping":{"uncapped":1}}',
      '{"delete_on_empty":{"min_age_secs":null}}',
      '{"storage_class":1}',
      '{"storage_class":"a","storage_class":"b"}',
    ]) {
      equal(await stream.outcome(ONE, header(bad)), "400 bad_header", bad);
      equal(await stream.reads("seq_num=0", header(bad)), "400 bad_header", bad);
    }
    equal(await stream.next(), 0);
  },

  "its errors say what is wrong": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const message = async (config: string) => {
      const answer = await stream.post(ONE, header(config));
      return (bodyOf(answer) as { message: string }).message;
    };
    equal(
      await message('{"retention_policy":{"age":0}}'),
      "Invalid header `s2-stream-config`: age must be greater than 0 seconds",
    );
    equal((await message("{")).slice(0, 47), "Invalid header `s2-stream-config`: invalid JSON".slice(0, 47));
    equal(await message('{"storage_class":"\u00e9"}'), "Invalid header `s2-stream-config`: not UTF-8");
  },
});

const key = (value: string) => ({ headers: { "s2-encryption-key": value } });

/** The `s2-encryption-key` header, on streams that are not encrypted. */
export const KEYS = group("encryption keys", {
  "a key of 1 to 44 characters is let pass, whatever it is": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    for (const value of ["x", "?!", " x ", "A".repeat(44), Buffer.alloc(32).toString("base64")]) {
      equal(await stream.outcome(ONE, key(value)), "200", value);
      equal(await stream.reads("seq_num=0&count=1", key(value)), "200 0", value);
    }
  },

  "none and longer ones are refused, before the stream is looked for": async (ctx) => {
    const stream = await StreamClient.make(ctx);
    const basin = stream.basin;
    for (const value of ["", "  ", "A".repeat(45)]) {
      equal(await stream.outcome(ONE, key(value)), "400 bad_header", value);
      equal(await stream.reads("seq_num=0", key(value)), "400 bad_header", value);
      equal(await client(basin, "none").reads("seq_num=0", key(value)), "400 bad_header", value);
      const session = AppendSession.begin(basin, basin.records("none"), key(value.trim()));
      equal((await session.call.answer()).status, 400);
    }
    equal(await basin.outcome("GET", `${stream.path}/tail`, undefined, key("")), "200");
  },
});

/** Which of several faults is told. */
export const ERROR_ORDER = group("order of errors", {
  "an append: basin, path, key, config, format, content type, body, records, stream": async (ctx) => {
    const basin = await ctx.newBasin();
    const good = {
      "s2-basin": basin.name,
      "s2-encryption-key": "x",
      "s2-stream-config": "{}",
      "s2-format": "raw",
      "content-type": "application/json",
    };
    const bad = {
      "s2-basin": "no",
      "s2-encryption-key": "",
      "s2-stream-config": "?",
      "s2-format": "?",
      "content-type": "text/plain",
    };
    const message = async (headers: Record<string, string>, body: string, stream = "s") => {
      const answer = await basin.request("POST", basin.records(stream), { headers, body });
      const { code, message } = bodyOf(answer) as { code: string; message: string };
      return code === "bad_header" ? (/s2-[a-z-]+/.exec(message)?.[0] ?? message) : code;
    };
    const nul = "\0";
    equal(await message({ ...bad }, "{", nul), "s2-basin");
    equal(await message({ ...bad, "s2-basin": good["s2-basin"] }, "{", nul), "bad_path");
    equal(await message({ ...bad, "s2-basin": good["s2-basin"] }, "{"), "s2-encryption-key");
    equal(
      await message({ ...good, "s2-stream-config": "?", "s2-format": "?", "content-type": "x" }, "{"),
      "s2-stream-config",
    );
    equal(await message({ ...good, "s2-format": "?", "content-type": "x" }, "{"), "s2-format");
    equal(await message({ ...good, "content-type": "text/plain" }, "{"), "bad_json");
    equal(await message(good, "{"), "bad_json");
    equal(await message(good, '{"records":[]}'), "invalid");
    equal(await message(good, '{"records":[{}]}'), "stream_not_found");
  },

  "a read: basin, path, query, key, config, format, last id, starts, times, stream": async (ctx) => {
    const basin = await ctx.newBasin();
    const message = async (query: string, headers: Record<string, string>, stream = "s") => {
      const answer = await basin.request("GET", `${basin.records(stream)}?${query}`, { headers });
      const { code, message } = bodyOf(answer) as { code: string; message: string };
      return code === "bad_header" ? (/s2-[a-z-]+|last-event-id/.exec(message)?.[0] ?? message) : code;
    };
    const bad = {
      "s2-encryption-key": "",
      "s2-stream-config": "?",
      "s2-format": "?",
      "last-event-id": "?",
      accept: "text/event-stream",
    };
    const { "s2-encryption-key": _key, ...fromConfig } = bad;
    const { "s2-stream-config": _config, ...fromFormat } = fromConfig;
    const { "s2-format": _format, ...fromLastId } = fromFormat;
    equal(await message("seq_num=?", { ...bad, "s2-basin": "no" }, "\0"), "s2-basin");
    equal(await message("seq_num=?", bad, "\0"), "bad_path");
    equal(await message("seq_num=?", bad), "bad_query");
    equal(await message("seq_num=0&timestamp=0", bad), "s2-encryption-key");
    equal(await message("seq_num=0&timestamp=0", fromConfig), "s2-stream-config");
    equal(await message("seq_num=0&timestamp=0", fromFormat), "s2-format");
    equal(await message("seq_num=0&timestamp=0", fromLastId), "last-event-id");
    equal(await message("seq_num=0&timestamp=9&until=9", {}), "invalid");
    equal(await message("timestamp=9&until=9", {}), "invalid");
    equal(await message("timestamp=9", {}), "stream_not_found");
  },
});

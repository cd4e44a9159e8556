import { deepEqual, equal } from "node:assert/strict";
import * as zlib from "node:zlib";
import { outcomeOf } from "../answer.js";
import type { BasinClient } from "../basin-client.js";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { expectOutcomes, type OutcomeRow } from "../outcomes.js";

const JSON_TYPE = { "content-type": "application/json" };
const BAD = "400 bad_json";
/** Node has zstd from 22.15 on. */
const zstd = (zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer }).zstdCompressSync;

/** A creation whose body has exactly so many bytes. */
function creation(stream: string, bytes: number): string {
  const frame = `{"stream":"${stream}","x":""}`;
  return frame.replace('"x":""', `"x":"${"a".repeat(bytes - frame.length)}"`);
}

function create(body: Buffer | string, coding: string | readonly string[], outcome: string): OutcomeRow {
  return ["POST", "/v1/streams", outcome, { headers: { ...JSON_TYPE, "content-encoding": coding }, body }];
}

/** A basin whose listing has more than 1 KiB. */
async function fullBasin(ctx: ConformanceContext): Promise<BasinClient> {
  const basin = await ctx.newBasin();
  for (let index = 0; index < 15; index++) await basin.newStream(`stream-${index}`);
  return basin;
}

/** The whole body is too large: refused, and then the connection ends. */
async function expectTooLarge(ctx: ConformanceContext, bytes: number): Promise<void> {
  const basin = await ctx.newBasin();
  const zipped = zlib.gzipSync(creation("a", bytes));
  const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
  equal(outcomeOf(await basin.request("POST", "/v1/streams", { headers, body: zipped })), BAD);
  const head = `POST /v1/streams HTTP/1.1\r\nhost: x\r\ns2-basin: ${basin.name}\r\ncontent-type: application/json\r\n`;
  const announced = `${head}content-length: ${4 * bytes}\r\n\r\n`;
  // Nothing is enough: it is the server that ends the connection, after its answer.
  const seen = await ctx.bytes([announced, creation("a", bytes)], () => false);
  equal(/^HTTP\/1\.1 400 [\s\S]*bad_json/.test(seen), true);
}

/** Bodies of requests and of answers. */
export const BODIES = group("bodies", {
  "JSON is application/json or application/…+json, in any case and with any parameters": async (ctx) => {
    const good = ["application/json", "application/JSON", "application/json; charset=x", "application/json;"];
    const alike = [
      "application/vnd.x+json",
      "application/merge-patch+json;a=b",
      "application/json, text/plain",
    ];
    const bad = [
      "text/json",
      "text/plain",
      "",
      "json",
      "application/jsonx",
      "application/json/x",
      "image/svg+json",
    ];
    const basin = await ctx.newBasin();
    const patch = (type: string, outcome: string): OutcomeRow => [
      "PATCH",
      `/v1/basins/${basin.name}`,
      outcome,
      { headers: { "content-type": type }, body: "{}" },
    ];
    await expectOutcomes(ctx, [
      ...[...good, ...alike].map((type) => patch(type, "200")),
      ...[...bad, "application/+json", "application/problem+json+x"].map((type) => patch(type, BAD)),
    ]);
  },

  "POST and PATCH want a body of JSON": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    const targets = [
      ["POST", "/v1/basins"],
      ["POST", "/v1/streams"],
      ["PATCH", `/v1/basins/${basin.name}`],
      ["PATCH", "/v1/streams/s"],
    ] as const;
    await expectOutcomes(
      basin,
      targets.flatMap(([method, path]): OutcomeRow[] => [
        [method, path, BAD],
        [method, path, BAD, { body: "{}" }],
        [method, path, BAD, { headers: JSON_TYPE }],
        [method, path, BAD, { headers: JSON_TYPE, body: "null" }],
        [method, path, BAD, { headers: { "content-type": "text/plain" }, body: "{}" }],
      ]),
    );
  },

  "PUT may go without a body: none is looked at without a content type, an empty one of JSON is none": async (
    ctx,
  ) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    const paths = [`/v1/basins/${basin.name}`, "/v1/streams/s"];
    await expectOutcomes(
      basin,
      paths.flatMap((path): OutcomeRow[] => [
        ["PUT", path, "200 noop"],
        ["PUT", path, "200 noop", { body: "garbage" }],
        ["PUT", path, "200 noop", { headers: JSON_TYPE }],
        ["PUT", path, "200 noop", { headers: JSON_TYPE, body: "{}" }],
        ["PUT", path, "200 noop", { headers: { "content-type": "application/x+json" }, body: "{}" }],
        ["PUT", path, BAD, { headers: JSON_TYPE, body: "null" }],
        ["PUT", path, BAD, { headers: JSON_TYPE, body: "  " }],
        ["PUT", path, BAD, { headers: JSON_TYPE, body: "{" }],
        ["PUT", path, BAD, { headers: { "content-type": "text/plain" } }],
        ["PUT", path, BAD, { headers: { "content-type": "" } }],
      ]),
    );
  },

  "the body of PUT for a stream is its config, and for a basin has it inside": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    await expectOutcomes(basin, [
      ["PUT", "/v1/streams/s", "200 noop", { json: { config: { storage_class: "x" } } }],
      ["PUT", "/v1/streams/s", "200 updated", { json: { storage_class: "x" } }],
      ["PUT", `/v1/basins/${basin.name}`, "200 noop", { json: { create_stream_on_read: true } }],
      [
        "PUT",
        `/v1/basins/${basin.name}`,
        "200 updated",
        { json: { config: { create_stream_on_read: true } } },
      ],
    ]);
  },

  "a body may be gzipped; the name of the coding is in lowercase": async (ctx) => {
    const basin = await ctx.newBasin();
    const zip = (stream: string) => zlib.gzipSync(JSON.stringify({ stream }));
    await expectOutcomes(basin, [
      create(zip("a"), "gzip", "201 created"),
      create(zip("b"), ["gzip", "br"], "201 created"),
      create('{"stream":"c"}', "identity", "201 created"),
      create(zip("d"), "GZIP", "415"),
      create(zip("d"), "x-gzip", "415"),
      create(zip("d"), "identity, gzip", "415"),
      create(zip("d"), ["br", "gzip"], "415"),
      create("garbage", "gzip", BAD),
      create(zip("d").subarray(0, 20), "gzip", BAD),
      create("", "gzip", BAD),
    ]);
  },

  "a body may be in zstd": {
    run: async (ctx) => {
      const basin = await ctx.newBasin();
      const rows = [create("garbage", "zstd", BAD)];
      if (zstd) rows.push(create(zstd(Buffer.from('{"stream":"a"}')), "zstd", "201 created"));
      await expectOutcomes(basin, rows);
    },
    differs: {
      reason: "Node has zstd from 22.15 on; before that it is a coding that this server does not know: 415.",
      run: async (ctx) => {
        const basin = await ctx.newBasin();
        await expectOutcomes(basin, [
          zstd
            ? create(zstd(Buffer.from('{"stream":"a"}')), "zstd", "201 created")
            : create("", "zstd", "415"),
        ]);
      },
    },
  },

  "any other coding is 415 without a body, whatever the request is, and those there are are named": async (
    ctx,
  ) => {
    const headers = { "content-encoding": "br" };
    const basin = await ctx.newBasin();
    await expectOutcomes(basin, [
      ...["deflate", "br", "x", ""].map((coding) => create("{}", coding, "415")),
      ["GET", "/v1/streams", "415", { headers }],
      ["GET", "/v1/streams", "415", { headers, basin: "nope" }],
      ["DELETE", "/v1/streams/none", "415", { headers }],
      ["PUT", "/v1/streams/s", "415", { headers }],
      ["GET", "/v1/access-tokens", "415", { headers }],
      ["GET", "/health", "200", { headers }],
      ["POST", "/health", "405", { headers }],
      ["GET", "/nowhere", "404", { headers }],
    ]);
    const refused = await basin.request("GET", "/v1/streams", { headers });
    equal(refused.text, "");
    equal((refused.headers["accept-encoding"] ?? "").split(/, */).includes("gzip"), true);
  },

  "a body has at most 2 MiB, packed or not; one byte more ends the connection": {
    run: async (ctx) => {
      const basin = await ctx.newBasin();
      await expectOutcomes(basin, [create(creation("a", 2_097_152), "identity", "201 created")]);
      await expectTooLarge(ctx, 2_097_153);
    },
    differs: {
      reason: "A legal batch as JSON with every byte escaped has more than 2 MiB: here 8 MiB pass.",
      run: async (ctx) => {
        const basin = await ctx.newBasin();
        await expectOutcomes(basin, [create(creation("a", 8 * 1_048_576), "identity", "201 created")]);
        await expectTooLarge(ctx, 8 * 1_048_576 + 1);
      },
    },
  },

  "an answer of 1 KiB and more is gzipped for who takes that": async (ctx) => {
    const basin = await fullBasin(ctx);
    const plain = await basin.request("GET", "/v1/streams");
    equal(plain.headers["content-encoding"], undefined);
    for (const accepted of [
      "gzip",
      "GZIP",
      "gzip, deflate",
      "deflate;q=1, gzip;q=0.5",
      "zstd;q=0, gzip",
      "x-gzip",
    ]) {
      const answer = await basin.request("GET", "/v1/streams", { headers: { "accept-encoding": accepted } });
      deepEqual([accepted, answer.headers["content-encoding"]], [accepted, "gzip"]);
      equal(zlib.gunzipSync(answer.bytes).toString(), plain.text);
      equal(answer.headers.vary?.includes("accept-encoding"), true);
    }
  },

  "an answer stays as it is for who takes nothing else, and when it is small": async (ctx) => {
    const basin = await fullBasin(ctx);
    const plain = await basin.request("GET", "/v1/streams");
    for (const accepted of [
      "",
      "identity",
      "br",
      "gzip;q=0",
      "gzip;q=0.0, zstd;q=0",
      "identity;q=1, gzip;q=0.1",
    ]) {
      const answer = await basin.request("GET", "/v1/streams", { headers: { "accept-encoding": accepted } });
      deepEqual([accepted, answer.headers["content-encoding"]], [accepted, undefined]);
      equal(answer.text, plain.text);
    }
    const headers = { "accept-encoding": "gzip" };
    const small = await basin.request("GET", "/v1/streams?limit=1", { headers });
    equal(small.headers["content-encoding"], undefined);
  },
});

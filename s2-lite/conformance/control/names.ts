import { deepEqual, equal } from "node:assert/strict";
import { bodyOf, fieldOf } from "../answer.js";
import { group } from "../case.js";
import { expectOutcomes, type OutcomeRow } from "../outcomes.js";

const BAD_BASINS = [
  "",
  "short",
  "UPPERCASE",
  "-leading",
  "trailing-",
  "under_score",
  "dot.dotdot",
  "a".repeat(49),
  "ééééé",
];
const BAD_STREAMS = ["", ".", "..", "nul\0nul", "a".repeat(513), "é".repeat(257)];
/** Every one of these is a stream's name, and not a path. */
const GOOD_STREAMS = [
  "a/b",
  "a+b",
  "a b",
  "a%b",
  "a?b#c",
  "...",
  "-",
  "\n\t",
  "\u007f",
  "é😀",
  "a".repeat(512),
  "é".repeat(256),
];

/** Names in bodies, paths and queries. */
export const NAMES = group("names", {
  "a bad basin's name is bad_json in a body and bad_path in a path": (ctx) =>
    expectOutcomes(ctx, [
      ...BAD_BASINS.map((basin): OutcomeRow => ["POST", "/v1/basins", "400 bad_json", { json: { basin } }]),
      ...BAD_BASINS.filter((name) => name !== "").flatMap((name): OutcomeRow[] => {
        const path = `/v1/basins/${encodeURIComponent(name)}`;
        const methods = ["GET", "PUT", "PATCH", "DELETE"];
        return methods.map((method) => [method, path, "400 bad_path"]);
      }),
      ["GET", "/v1/basins/%ff", "400 bad_path"],
      ["GET", "/v1/basins/..", "400 bad_path"],
    ]),

  "a basin's name has 8 to 48 lowercase letters, digits and inner hyphens": async (ctx) => {
    const names = [ctx.basinName("-").padEnd(48, "z"), ctx.basinName("--0"), `0${ctx.basinName()}`];
    for (const name of names) ctx.deleteLater(name);
    await expectOutcomes(ctx, [
      ...names.map((basin): OutcomeRow => ["POST", "/v1/basins", "201 created", { json: { basin } }]),
      ["GET", `/v1/basins/${names[1]}`, "200"],
      ["GET", `/v1/basins/${(names[1] ?? "").replace("-", "%2d")}`, "200"],
      ["GET", "/v1/basins/seven77", "400 bad_path"],
      ["GET", "/v1/basins/eight888", "404 basin_not_found"],
    ]);
  },

  "a bad stream's name is bad_json in a body and bad_path in a path": async (ctx) => {
    const basin = await ctx.newBasin();
    await expectOutcomes(basin, [
      ...BAD_STREAMS.map(
        (stream): OutcomeRow => ["POST", "/v1/streams", "400 bad_json", { json: { stream } }],
      ),
      ...BAD_STREAMS.filter((name) => name !== "").flatMap((name): OutcomeRow[] => {
        const path = basin.path(name);
        const methods = ["GET", "PUT", "PATCH", "DELETE"];
        return methods.map((method) => [method, path, "400 bad_path"]);
      }),
      ["GET", "/v1/streams/%2e%2E", "400 bad_path"],
      ["GET", "/v1/streams/%ff", "400 bad_path"],
      ["GET", "/v1/streams/a%00b/records/tail", "400 bad_path"],
      ["POST", "/v1/streams/../records", "400 bad_path", { json: { records: [{}] } }],
    ]);
  },

  "a stream's name has 1 to 512 bytes of any text without NUL, but not `.` or `..`": async (ctx) => {
    const basin = await ctx.newBasin();
    for (const stream of GOOD_STREAMS) {
      const created = await basin.request("POST", "/v1/streams", { json: { stream } });
      equal(fieldOf(created, "name"), stream);
      equal((await basin.request("GET", basin.path(stream))).status, 200);
      equal((await basin.request("GET", `${basin.records(stream)}/tail`)).status, 200);
    }
    const listed = bodyOf(await basin.request("GET", "/v1/streams")) as { streams: { name: string }[] };
    deepEqual(
      listed.streams.map((stream) => stream.name),
      [...GOOD_STREAMS].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
    );
  },

  "a path is percent-decoded once: a plus is a plus, and `%` without two digits stands for itself": async (
    ctx,
  ) => {
    const basin = await ctx.newBasin();
    await expectOutcomes(basin, [
      ["PUT", "/v1/streams/a+b", "201 created"],
      ["PUT", "/v1/streams/a%2Bb", "200 noop"],
      ["PUT", "/v1/streams/a%20b", "201 created"],
      ["PUT", "/v1/streams/%25zz", "201 created"],
      ["PUT", "/v1/streams/%zz", "200 noop"],
      ["PUT", "/v1/streams/%2525", "201 created"],
      ["PUT", "/v1/streams/%", "201 created"],
      ["PUT", "/v1/streams/%61", "201 created"],
      ["PUT", "/v1/streams/a", "200 noop"],
    ]);
  },

  "a name with a lone surrogate is bad_json": async (ctx) => {
    const basin = await ctx.newBasin();
    const headers = { "content-type": "application/json" };
    await expectOutcomes(basin, [
      ["POST", "/v1/streams", "400 bad_json", { headers, body: '{"stream":"\\ud800"}' }],
      ["POST", "/v1/streams", "201 created", { headers, body: '{"stream":"\\ud83d\\ude00"}' }],
    ]);
  },

  "the prefix and start of a basin's listing are the beginning of a basin's name": (ctx) =>
    expectOutcomes(
      ctx,
      ["prefix", "start_after"].flatMap((key): OutcomeRow[] => [
        ...["", "z", "z-", "0", "z".repeat(48)].map(
          (text): OutcomeRow => ["GET", `/v1/basins?limit=1&${key}=${text}`, "200"],
        ),
        ...["A", "-a", "-", ".", "a.", "%C3%A9", "a%00", "z".repeat(49)].map(
          (text): OutcomeRow => ["GET", `/v1/basins?limit=1&${key}=${text}`, "400 bad_query"],
        ),
      ]),
    ),

  "the prefix and start of a stream's listing are any text of at most 512 bytes without NUL": async (ctx) => {
    const basin = await ctx.newBasin();
    await expectOutcomes(
      basin,
      ["prefix", "start_after"].flatMap((key): OutcomeRow[] => [
        ...["", ".", "..", "%0A", "a".repeat(512)].map(
          (text): OutcomeRow => ["GET", `/v1/streams?${key}=${text}`, "200"],
        ),
        ...["%00", "a%00b", "a".repeat(513)].map(
          (text): OutcomeRow => ["GET", `/v1/streams?${key}=${text}`, "400 bad_query"],
        ),
      ]),
    );
  },
});

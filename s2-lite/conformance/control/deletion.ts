import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { bodyOf, fieldOf, outcomeOf } from "../answer.js";
import type { BasinClient } from "../basin-client.js";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { expectOutcomes } from "../outcomes.js";

const PENDING = "409 basin_deletion_pending";
/** A basin's purge may wait for its turn, which comes once a minute on S2's own server. */
const PURGE_MS = 150_000;

/** A basin with a stream, being deleted. Streams keep it from being gone before it can be looked at. */
async function deletingBasin(ctx: ConformanceContext, config: unknown = {}): Promise<BasinClient> {
  const basin = await ctx.newBasin(config);
  for (let index = 0; index < 20; index++) await basin.newStream(`s${index}`);
  equal((await ctx.request("DELETE", `/v1/basins/${basin.name}`)).status, 202);
  return basin;
}

/** An outcome while something is deleted; once that is over it is `gone` instead. */
function during(actual: string, expected: string, gone: string): void {
  if (actual !== gone) equal(actual, expected);
}

/** Deletion in the background. */
export const DELETION = group("deletion", {
  "a stream that is being deleted, or gone, refuses everything but another DELETE": async (ctx) => {
    const basin = await ctx.newBasin();
    const records = await basin.newStream("s");
    equal((await basin.request("DELETE", "/v1/streams/s")).status, 202);
    const request = async (method: string, path: string, json?: unknown) =>
      during(await basin.outcome(method, path, json), "409 stream_deletion_pending", "404 stream_not_found");
    await Promise.all([
      request("GET", "/v1/streams/s"),
      request("PATCH", "/v1/streams/s", {}),
      request("POST", records, { records: [{}] }),
      request("GET", `${records}?seq_num=0`),
      request("GET", `${records}/tail`),
      basin
        .outcome("DELETE", "/v1/streams/s")
        .then((actual) => during(actual, "202", "404 stream_not_found")),
    ]);
    await ctx.eventually(async () => equal(await basin.outcome("GET", records), "404 stream_not_found"));
  },

  "a stream's listing shows it while it is deleted, with its time": async (ctx) => {
    const basin = await ctx.newBasin();
    await Promise.all(Array.from({ length: 10 }, (_, index) => basin.newStream(`s${index}`)));
    const deletions = Array.from({ length: 10 }, (_, index) =>
      basin.request("DELETE", basin.path(`s${index}`)),
    );
    for (const deleted of await Promise.all(deletions)) equal(deleted.status, 202);
    const { streams } = bodyOf(await basin.request("GET", "/v1/streams")) as {
      streams: { deleted_at: string }[];
    };
    for (const stream of streams) match(stream.deleted_at, /^\d{4}-.*Z$/);
    await ctx.eventually(async () =>
      deepEqual(bodyOf(await basin.request("GET", "/v1/streams")), { streams: [], has_more: false }),
    );
  },

  "of ten deletions at once of one stream all are accepted, or find it gone": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => basin.outcome("DELETE", "/v1/streams/s")),
    );
    equal(outcomes.includes("202"), true);
    for (const outcome of outcomes) match(outcome, /^(202|404 stream_not_found|409 transaction_conflict)$/);
  },

  "appends, creations and deletions of one stream at once leave a stream or none, and never a piece of one":
    async (ctx) => {
      const basin = await ctx.newBasin({ create_stream_on_append: true });
      const records = basin.records("s");
      for (let round = 0; round < 5; round++) {
        await Promise.all([
          ...Array.from({ length: 5 }, () => basin.outcome("POST", records, { records: [{ body: "a" }] })),
          basin.outcome("DELETE", "/v1/streams/s"),
          basin.outcome("PUT", "/v1/streams/s"),
        ]);
      }
      await basin.request("DELETE", "/v1/streams/s");
      await ctx.eventually(async () =>
        equal(await basin.outcome("POST", records, { records: [{}], match_seq_num: 0 }), "200"),
      );
      deepEqual(fieldOf(await basin.request("GET", `${records}?seq_num=0`), "records"), [
        { seq_num: 0, timestamp: (await tailOf(basin, records)).timestamp },
      ]);
    },

  "a basin that is being deleted is listed so, its config can be read, and another DELETE is accepted":
    async (ctx) => {
      const basin = await deletingBasin(ctx, { create_stream_on_read: true });
      const path = `/v1/basins/${basin.name}`;
      const { basins } = bodyOf(await ctx.request("GET", `/v1/basins?prefix=${basin.name}`)) as {
        basins: { state: string; deleted_at: string | null }[];
      };
      for (const each of basins) {
        equal(each.state, "deleting");
        notEqual(each.deleted_at, null);
      }
      during(outcomeOf(await ctx.request("GET", path)), "200", "404 basin_not_found");
      during(outcomeOf(await ctx.request("DELETE", path)), "202", "404 basin_not_found");
      during(outcomeOf(await basin.request("GET", "/v1/streams")), "200", "404 basin_not_found");
    },

  "a basin that is being deleted takes no change and nothing new": async (ctx) => {
    const basin = await deletingBasin(ctx, { create_stream_on_append: true, create_stream_on_read: true });
    const path = `/v1/basins/${basin.name}`;
    const gone = "404 basin_not_found";
    const outcomes = await Promise.all([
      ctx.request("PATCH", path, { json: {} }).then(outcomeOf),
      basin.outcome("POST", "/v1/streams", { stream: "new" }),
      basin.outcome("PUT", "/v1/streams/new"),
      basin.outcome("PATCH", "/v1/streams/new", {}),
      basin.outcome("POST", basin.records("new"), { records: [{}] }),
      basin.outcome("GET", `${basin.records("new")}?seq_num=0`),
      basin.outcome("GET", `${basin.records("new")}/tail`),
    ]);
    for (const outcome of outcomes) during(outcome, PENDING, gone);
    during(
      outcomeOf(await ctx.request("POST", "/v1/basins", { json: { basin: basin.name } })),
      PENDING,
      "201 created",
    );
  },

  "without its flags a deleted basin's missing streams are missing": async (ctx) => {
    const basin = await deletingBasin(ctx);
    const outcomes = await Promise.all([
      basin.outcome("POST", basin.records("new"), { records: [{}] }),
      basin.outcome("GET", `${basin.records("new")}/tail`),
    ]);
    for (const outcome of outcomes) during(outcome, "404 stream_not_found", "404 basin_not_found");
  },

  "a basin goes with all its streams, and a new one of its name has none of them": {
    run: async (ctx) => {
      const basin = await deletingBasin(ctx);
      const path = `/v1/basins/${basin.name}`;
      await ctx.eventually(
        async () => equal(outcomeOf(await ctx.request("GET", path)), "404 basin_not_found"),
        PURGE_MS,
      );
      const anew = { json: { basin: basin.name, config: { create_stream_on_append: true } } };
      equal(outcomeOf(await ctx.request("POST", "/v1/basins", anew)), "201 created");
      deepEqual(bodyOf(await basin.request("GET", "/v1/streams")), { streams: [], has_more: false });
      await expectOutcomes(basin, [
        ["GET", "/v1/streams/s0", "404 stream_not_found"],
        ["POST", basin.records("s0"), "200", { json: { records: [{}], match_seq_num: 0 } }],
      ]);
    },
    timeoutMs: PURGE_MS + 30_000,
  },
});

async function tailOf(basin: BasinClient, records: string): Promise<{ seq_num: number; timestamp: number }> {
  return fieldOf(await basin.request("GET", `${records}/tail`), "tail") as {
    seq_num: number;
    timestamp: number;
  };
}

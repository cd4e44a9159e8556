import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { type Answer, bodyOf, fieldOf, outcomeOf } from "../answer.js";
import { group } from "../case.js";
import { expectOutcomes } from "../outcomes.js";

/** A time as S2 writes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

function createdAt(answer: Answer): string {
  const time = String(fieldOf(answer, "created_at"));
  match(time, TIME);
  return time;
}

/** Streams as such: their life and their descriptions. */
export const STREAMS = group("streams", {
  "a new one is described in full, and listed so": async (ctx) => {
    const basin = await ctx.newBasin();
    const created = await basin.request("POST", "/v1/streams", { json: { stream: "s" } });
    equal(outcomeOf(created), "201 created");
    equal(created.headers["content-type"], "application/json");
    deepEqual(bodyOf(created), { name: "s", created_at: createdAt(created), deleted_at: null, cipher: null });
    deepEqual(bodyOf(await basin.request("GET", "/v1/streams")), {
      streams: [bodyOf(created)],
      has_more: false,
    });
    deepEqual(bodyOf(await basin.request("GET", "/v1/streams/s/records/tail")), {
      tail: { seq_num: 0, timestamp: 0 },
    });
  },

  "a name is taken once in a basin, and free in another": async (ctx) => {
    const [one, other] = [await ctx.newBasin(), await ctx.newBasin()];
    equal(await one.outcome("POST", "/v1/streams", { stream: "s" }), "201 created");
    equal(await one.outcome("POST", "/v1/streams", { stream: "s" }), "409 resource_already_exists");
    equal(await other.outcome("POST", "/v1/streams", { stream: "s" }), "201 created");
  },

  "PUT makes one that is missing, and says what it did": async (ctx) => {
    const basin = await ctx.newBasin();
    const created = await basin.request("PUT", "/v1/streams/s");
    equal(outcomeOf(created), "201 created");
    deepEqual(bodyOf(created), { name: "s", created_at: createdAt(created), deleted_at: null, cipher: null });
    const again = await basin.request("PUT", "/v1/streams/s");
    equal(outcomeOf(again), "200 noop");
    deepEqual(bodyOf(again), bodyOf(created));
    const updated = await basin.request("PUT", "/v1/streams/s", { json: { storage_class: "x" } });
    equal(outcomeOf(updated), "200 updated");
    deepEqual(bodyOf(updated), bodyOf(created));
  },

  "one that is not there is 404, and its name is in the message": async (ctx) => {
    const basin = await ctx.newBasin();
    await expectOutcomes(basin, [
      ["GET", "/v1/streams/none", "404 stream_not_found"],
      ["PATCH", "/v1/streams/none", "404 stream_not_found", { json: {} }],
      ["DELETE", "/v1/streams/none", "404 stream_not_found"],
      ["GET", "/v1/streams/none/records/tail", "404 stream_not_found"],
      ["GET", "/v1/streams/none/records?seq_num=0", "404 stream_not_found"],
      ["POST", "/v1/streams/none/records", "404 stream_not_found", { json: { records: [{}] } }],
    ]);
    match((await basin.request("GET", "/v1/streams/none")).text, /none/);
  },

  "without its basin it is the basin that is missing, except where only the stream is asked for": async (
    ctx,
  ) => {
    const basin = ctx.basinName();
    await expectOutcomes(ctx, [
      ["GET", "/v1/streams", "404 basin_not_found", { basin }],
      ["GET", "/v1/streams?prefix=b&start_after=c", "404 basin_not_found", { basin }],
      ["POST", "/v1/streams", "404 basin_not_found", { basin, json: { stream: "s" } }],
      ["PUT", "/v1/streams/s", "404 basin_not_found", { basin }],
      ["PATCH", "/v1/streams/s", "404 basin_not_found", { basin, json: {} }],
      ["GET", "/v1/streams/s", "404 stream_not_found", { basin }],
      ["DELETE", "/v1/streams/s", "404 stream_not_found", { basin }],
      ["GET", "/v1/streams/s/records/tail", "404 basin_not_found", { basin }],
      ["GET", "/v1/streams/s/records", "404 basin_not_found", { basin }],
      ["POST", "/v1/streams/s/records", "404 basin_not_found", { basin, json: { records: [{}] } }],
    ]);
  },

  "DELETE is 202 without a body; then the name is free, and a stream of that name begins anew": async (
    ctx,
  ) => {
    const basin = await ctx.newBasin();
    const records = await basin.newStream("s");
    const json = { records: [{ body: "a" }, { headers: [["", "fence"]], body: "token" }] };
    equal(await basin.outcome("POST", records, json), "200");
    const before = createdAt(await basin.request("PUT", "/v1/streams/s"));
    const deleted = await basin.request("DELETE", "/v1/streams/s");
    deepEqual([deleted.status, deleted.text], [202, ""]);
    await ctx.eventually(async () => equal((await basin.request("GET", "/v1/streams/s")).status, 404));
    const anew = await basin.request("POST", "/v1/streams", { json: { stream: "s" } });
    equal(outcomeOf(anew), "201 created");
    notEqual(createdAt(anew), before);
    deepEqual(bodyOf(await basin.request("GET", `${records}/tail`)), { tail: { seq_num: 0, timestamp: 0 } });
    equal(
      await basin.outcome("POST", records, { records: [{}], fencing_token: "", match_seq_num: 0 }),
      "200",
    );
  },

  "of ten that are created at once under one name one is made": async (ctx) => {
    const basin = await ctx.newBasin();
    const tries = Array.from({ length: 10 }, () => basin.outcome("POST", "/v1/streams", { stream: "s" }));
    const outcomes = await Promise.all(tries);
    equal(outcomes.filter((outcome) => outcome === "201 created").length, 1);
    for (const outcome of outcomes)
      match(outcome, /^201 created$|^409 (resource_already_exists|transaction_conflict)$/);
  },

  "all of it works over HTTP/2": async (ctx) => {
    const basin = await ctx.newBasin();
    const over = "h2";
    await expectOutcomes(basin, [
      ["POST", "/v1/streams", "201 created", { over, json: { stream: "a/b" } }],
      ["PUT", "/v1/streams/a%2Fb", "200 noop", { over }],
      ["PATCH", "/v1/streams/a%2Fb", "200", { over, json: {} }],
      ["GET", "/v1/streams/a%2Fb", "200", { over }],
      ["GET", "/v1/streams/a%2Fb/records/tail", "200", { over }],
      ["GET", "/v1/streams?prefix=a%2F", "200", { over }],
      ["DELETE", "/v1/streams/a%2Fb", "202", { over }],
    ]);
  },
});

import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { type Answer, bodyOf, outcomeOf } from "../answer.js";
import { group } from "../case.js";
import { expectOutcomes } from "../outcomes.js";

/** A time as S2 writes it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

interface BasinInfo {
  readonly name: string;
  readonly created_at: string;
  readonly deleted_at: string | null;
  readonly state: string;
}

/** The description in an answer, with its times checked and taken out. */
function infoOf(answer: Answer): { info: Omit<BasinInfo, "created_at">; createdAt: string } {
  const { created_at: createdAt, ...info } = bodyOf(answer) as BasinInfo;
  match(createdAt, TIME);
  return { info, createdAt };
}

/** Basins as such: their life and their descriptions. */
export const BASINS = group("basins", {
  "a new one is described in full, and listed so": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const created = await ctx.request("POST", "/v1/basins", { json: { basin } });
    equal(outcomeOf(created), "201 created");
    equal(created.headers["content-type"], "application/json");
    const { info, createdAt } = infoOf(created);
    deepEqual(info, { name: basin, location: null, deleted_at: null, state: "active" });
    equal(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000, true);
    const listed = bodyOf(await ctx.request("GET", `/v1/basins?prefix=${basin}`));
    deepEqual(listed, { basins: [bodyOf(created)], has_more: false });
  },

  "a name is taken once": async (ctx) => {
    const basin = await ctx.newBasin();
    await expectOutcomes(ctx, [
      ["POST", "/v1/basins", "409 resource_already_exists", { json: { basin: basin.name } }],
      ["POST", "/v1/basins", "409 resource_already_exists", { json: { basin: basin.name, config: {} } }],
    ]);
  },

  "PUT makes one that is missing, and says what it did": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const path = `/v1/basins/${basin}`;
    const created = await ctx.request("PUT", path);
    deepEqual(infoOf(created).info, { name: basin, location: null, deleted_at: null, state: "active" });
    equal(outcomeOf(created), "201 created");
    const again = await ctx.request("PUT", path);
    equal(outcomeOf(again), "200 noop");
    deepEqual(bodyOf(again), bodyOf(created));
    const updated = await ctx.request("PUT", path, { json: { config: { create_stream_on_read: true } } });
    equal(outcomeOf(updated), "200 updated");
    deepEqual(bodyOf(updated), bodyOf(created));
  },

  "one that is not there is 404, and its name is in the message": async (ctx) => {
    const name = ctx.basinName();
    const path = `/v1/basins/${name}`;
    await expectOutcomes(ctx, [
      ["GET", path, "404 basin_not_found"],
      ["PATCH", path, "404 basin_not_found", { json: {} }],
      ["DELETE", path, "404 basin_not_found"],
    ]);
    match((await ctx.request("GET", path)).text, new RegExp(name));
  },

  "DELETE is 202 without a body, and makes the name free": async (ctx) => {
    const basin = await ctx.newBasin();
    const path = `/v1/basins/${basin.name}`;
    const before = infoOf(await ctx.request("PUT", path)).createdAt;
    const deleted = await ctx.request("DELETE", path);
    deepEqual([deleted.status, deleted.text], [202, ""]);
    await ctx.eventually(async () => equal((await ctx.request("GET", path)).status, 404));
    const anew = await ctx.request("POST", "/v1/basins", { json: { basin: basin.name } });
    equal(outcomeOf(anew), "201 created");
    notEqual(infoOf(anew).createdAt, before);
  },

  "of ten that are created at once under one name one is made": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const tries = Array.from({ length: 10 }, () => ctx.request("POST", "/v1/basins", { json: { basin } }));
    const outcomes = (await Promise.all(tries)).map(outcomeOf);
    equal(outcomes.filter((outcome) => outcome === "201 created").length, 1);
    for (const outcome of outcomes)
      match(outcome, /^201 created$|^409 (resource_already_exists|transaction_conflict)$/);
  },

  "all of it works over HTTP/2": (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const over = "h2";
    return expectOutcomes(ctx, [
      ["POST", "/v1/basins", "201 created", { over, json: { basin } }],
      ["PUT", `/v1/basins/${basin}`, "200 noop", { over }],
      ["PATCH", `/v1/basins/${basin}`, "200", { over, json: {} }],
      ["GET", `/v1/basins/${basin}`, "200", { over }],
      ["GET", `/v1/basins?prefix=${basin}`, "200", { over }],
      ["DELETE", `/v1/basins/${basin}`, "202", { over }],
    ]);
  },
});

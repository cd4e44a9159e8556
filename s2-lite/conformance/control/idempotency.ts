import { deepEqual, equal } from "node:assert/strict";
import { bodyOf, outcomeOf } from "../answer.js";
import type { BasinClient } from "../basin-client.js";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";

const CREATED = "201 created";
const NOOP = "201 noop";
const EXISTS = "409 resource_already_exists";

function tokenHeader(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { "s2-request-token": token };
}

function createStream(basin: BasinClient, token: string | undefined, config?: unknown): Promise<string> {
  const json = config === undefined ? { stream: "s" } : { stream: "s", config };
  return basin.outcome("POST", "/v1/streams", json, { headers: tokenHeader(token) });
}

async function createBasin(
  ctx: ConformanceContext,
  basin: string,
  token: string | undefined,
  rest: object = {},
): Promise<string> {
  const request = { json: { basin, ...rest }, headers: tokenHeader(token) };
  return outcomeOf(await ctx.request("POST", "/v1/basins", request));
}

/** Creations that are sent again. */
export const IDEMPOTENCY = group("idempotency", {
  "a stream's creation with its token and config is a noop, with the original description": async (ctx) => {
    const basin = await ctx.newBasin();
    const request = { json: { stream: "s" }, headers: tokenHeader("token") };
    const first = await basin.request("POST", "/v1/streams", request);
    const second = await basin.request("POST", "/v1/streams", request);
    deepEqual([outcomeOf(first), outcomeOf(second)], [CREATED, NOOP]);
    deepEqual(bodyOf(second), bodyOf(first));
  },

  "a basin's creation with its token and config is a noop, with the original description": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const request = { json: { basin }, headers: tokenHeader("token") };
    const first = await ctx.request("POST", "/v1/basins", request);
    const second = await ctx.request("POST", "/v1/basins", request);
    deepEqual([outcomeOf(first), outcomeOf(second)], [CREATED, NOOP]);
    deepEqual(bodyOf(second), bodyOf(first));
  },

  "another token, none, or another config is a creation of its own": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, "token", { retention_policy: { age: 5 } }), CREATED);
    equal(await createStream(basin, "other", { retention_policy: { age: 5 } }), EXISTS);
    equal(await createStream(basin, undefined, { retention_policy: { age: 5 } }), EXISTS);
    equal(await createStream(basin, "token", { retention_policy: { age: 6 } }), EXISTS);
    equal(await createStream(basin, "token"), EXISTS);
    equal(await createStream(basin, "token", { retention_policy: { age: 5 } }), NOOP);
  },

  "a creation without a token cannot be repeated with one": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, undefined), CREATED);
    equal(await createStream(basin, undefined), EXISTS);
    equal(await createStream(basin, "token"), EXISTS);
    equal(await createStream(basin, ""), EXISTS);
  },

  "an empty token is a token": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, ""), CREATED);
    equal(await createStream(basin, ""), NOOP);
    equal(await createStream(basin, undefined), EXISTS);
  },

  "a stream's configs are compared as asked for, in normal form": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, "token"), CREATED);
    for (const config of [
      {},
      null,
      { storage_class: null },
      { timestamping: {} },
      { timestamping: { mode: null } },
    ])
      equal(await createStream(basin, "token", config), NOOP);
    // What they resolve to is the same, what was asked for is not.
    for (const config of [
      { delete_on_empty: {} },
      { storage_class: "express" },
      { retention_policy: { age: 604_800 } },
    ])
      equal(await createStream(basin, "token", config), EXISTS);
  },

  "an explicit zero differs from none, and not from `{}`": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, "token", { delete_on_empty: {} }), CREATED);
    equal(await createStream(basin, "token", { delete_on_empty: { min_age_secs: 0 } }), NOOP);
    equal(await createStream(basin, "token"), EXISTS);
  },

  "a basin's configs are compared in normal form, its location is not": async (ctx) => {
    const name = ctx.basinName();
    ctx.deleteLater(name);
    equal(await createBasin(ctx, name, "token", { location: "here" }), CREATED);
    const same = [
      {},
      null,
      { create_stream_on_read: false },
      { default_stream_config: { timestamping: {} } },
    ];
    for (const config of same) equal(await createBasin(ctx, name, "token", { config }), NOOP);
    equal(await createBasin(ctx, name, "token", { location: "there" }), NOOP);
    for (const config of [
      { create_stream_on_read: true },
      { default_stream_config: { delete_on_empty: {} } },
    ])
      equal(await createBasin(ctx, name, "token", { config }), EXISTS);
    equal(await createBasin(ctx, name, "other"), EXISTS);
  },

  "PUT and PATCH leave the token and the config asked for as they are": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, "token", { storage_class: "a" }), CREATED);
    equal(await basin.outcome("PUT", "/v1/streams/s", { storage_class: "b" }), "200 updated");
    equal(await createStream(basin, "token", { storage_class: "a" }), NOOP);
    equal(await basin.outcome("PATCH", "/v1/streams/s", { storage_class: "c" }), "200");
    equal(await createStream(basin, "token", { storage_class: "a" }), NOOP);
    equal(await createStream(basin, "token", { storage_class: "c" }), EXISTS);
    deepEqual(
      (bodyOf(await basin.request("GET", "/v1/streams/s")) as { storage_class: string }).storage_class,
      "c",
    );
  },

  "a basin's new defaults leave its streams' tokens as they are": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await createStream(basin, "token"), CREATED);
    const json = { default_stream_config: { storage_class: "new" } };
    equal(await basin.outcome("PATCH", `/v1/basins/${basin.name}`, json), "200");
    equal(await createStream(basin, "token"), NOOP);
  },

  "PUT and PATCH leave a basin's token as it is": async (ctx) => {
    const name = ctx.basinName();
    ctx.deleteLater(name);
    equal(await createBasin(ctx, name, "token"), CREATED);
    const config = { create_stream_on_read: true };
    equal(outcomeOf(await ctx.request("PUT", `/v1/basins/${name}`, { json: { config } })), "200 updated");
    equal(await createBasin(ctx, name, "token"), NOOP);
    equal(await createBasin(ctx, name, "token", { config }), EXISTS);
  },

  "what PUT or an append made has no token": async (ctx) => {
    const basin = await ctx.newBasin({ create_stream_on_append: true });
    equal(await basin.outcome("PUT", "/v1/streams/s", {}, { headers: tokenHeader("token") }), CREATED);
    equal(await createStream(basin, "token"), EXISTS);
    equal(await basin.outcome("POST", basin.records("auto"), { records: [{}] }), "200");
    const again = { json: { stream: "auto" }, headers: tokenHeader("") };
    equal(outcomeOf(await basin.request("POST", "/v1/streams", again)), EXISTS);
  },

  "tokens are of one stream: another may use the same": async (ctx) => {
    const basin = await ctx.newBasin();
    const create = (stream: string) =>
      basin.outcome("POST", "/v1/streams", { stream }, { headers: tokenHeader("token") });
    deepEqual([await create("a"), await create("b"), await create("a")], [CREATED, CREATED, NOOP]);
  },

  "of ten creations at once with one token one creates, and the others hear of it": async (ctx) => {
    const basin = await ctx.newBasin();
    const tries = Array.from({ length: 10 }, () => createStream(basin, "token"));
    const outcomes = (await Promise.all(tries)).filter((outcome) => outcome !== "409 transaction_conflict");
    equal(outcomes.filter((outcome) => outcome === CREATED).length, 1);
    for (const outcome of outcomes) equal(outcome === CREATED || outcome === NOOP, true);
  },
});

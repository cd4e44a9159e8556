import { deepEqual, equal } from "node:assert/strict";
import { bodyOf, outcomeOf } from "../answer.js";
import { group } from "../case.js";
import type { ConformanceContext } from "../context.js";
import { expectOutcomes } from "../outcomes.js";

const NONE = {
  default_stream_config: null,
  stream_cipher: null,
  create_stream_on_append: false,
  create_stream_on_read: false,
};
const NO_DEFAULTS = {
  storage_class: null,
  retention_policy: null,
  timestamping: null,
  delete_on_empty: null,
};
const ALL_DEFAULTS = {
  storage_class: "standard",
  retention_policy: { age: 60 },
  timestamping: { mode: "client-require", uncapped: true },
  delete_on_empty: { min_age_secs: 30 },
};

/** What a basin's config is told to be after it was created with one. */
async function toldAfter(ctx: ConformanceContext, config: unknown): Promise<unknown> {
  const basin = await ctx.newBasin(config);
  return bodyOf(await ctx.request("GET", `/v1/basins/${basin.name}`));
}

/** The configs after each of some changes to one basin; each answer is checked to be the config from then on. */
async function patched(
  ctx: ConformanceContext,
  start: unknown,
  changes: readonly unknown[],
): Promise<unknown[]> {
  const basin = await ctx.newBasin(start);
  const path = `/v1/basins/${basin.name}`;
  const seen: unknown[] = [];
  for (const json of changes) {
    const answer = await ctx.request("PATCH", path, { json });
    equal(outcomeOf(answer), "200");
    deepEqual(bodyOf(await ctx.request("GET", path)), bodyOf(answer));
    seen.push(bodyOf(answer));
  }
  return seen;
}

/** The configuration of basins: told raw, with nulls. */
export const BASIN_CONFIG = group("basin config", {
  "what is not set is null, and the flags are false": async (ctx) => {
    deepEqual(await toldAfter(ctx, {}), NONE);
    deepEqual(await toldAfter(ctx, null), NONE);
    deepEqual(await toldAfter(ctx, { default_stream_config: null, stream_cipher: null }), NONE);
  },

  "what is set is told as it was set, and not filled up": async (ctx) => {
    const all = {
      create_stream_on_append: true,
      create_stream_on_read: true,
      default_stream_config: ALL_DEFAULTS,
    };
    deepEqual(await toldAfter(ctx, all), { ...all, stream_cipher: null });
    const parts = [
      { storage_class: "" },
      { retention_policy: { infinite: {} } },
      { retention_policy: { age: 1 } },
      { timestamping: { mode: "arrival", uncapped: null } },
      { timestamping: { mode: null, uncapped: false } },
    ];
    for (const part of parts)
      deepEqual(await toldAfter(ctx, { default_stream_config: part }), {
        ...NONE,
        default_stream_config: { ...NO_DEFAULTS, ...part },
      });
  },

  "defaults that say nothing are null, one that is an explicit zero stays": async (ctx) => {
    for (const nothing of [
      {},
      NO_DEFAULTS,
      { timestamping: {} },
      { timestamping: { mode: null, uncapped: null } },
    ])
      deepEqual(await toldAfter(ctx, { default_stream_config: nothing }), NONE);
    for (const zero of [{}, { min_age_secs: 0 }])
      deepEqual(await toldAfter(ctx, { default_stream_config: { delete_on_empty: zero } }), {
        ...NONE,
        default_stream_config: { ...NO_DEFAULTS, delete_on_empty: { min_age_secs: 0 } },
      });
  },

  "seconds are exact up to 2^64 - 1": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const most = "18446744073709551615";
    const config = `{"default_stream_config":{"retention_policy":{"age":${most}},"delete_on_empty":{"min_age_secs":9007199254740993}}}`;
    const headers = { "content-type": "application/json" };
    const create = { headers, body: `{"basin":"${basin}","config":${config}}` };
    equal(outcomeOf(await ctx.request("POST", "/v1/basins", create)), "201 created");
    const told = (await ctx.request("GET", `/v1/basins/${basin}`)).text;
    equal(told.includes(`"age":${most}`) && told.includes('"min_age_secs":9007199254740993'), true);
    const ensure = (body: string) => ctx.request("PUT", `/v1/basins/${basin}`, { headers, body });
    equal(outcomeOf(await ensure(`{"config":${config}}`)), "200 noop");
    equal(
      outcomeOf(await ensure(`{"config":${config.replace(most, "18446744073709551614")}}`)),
      "200 updated",
    );
  },

  "PUT sets the whole config, and what it leaves out is unset again": async (ctx) => {
    const all = {
      create_stream_on_append: true,
      create_stream_on_read: true,
      default_stream_config: ALL_DEFAULTS,
    };
    const basin = await ctx.newBasin(all);
    const path = `/v1/basins/${basin.name}`;
    await expectOutcomes(ctx, [
      ["PUT", path, "200 noop", { json: { config: all } }],
      ["PUT", path, "200 updated", { json: { config: { create_stream_on_append: true } } }],
      [
        "PUT",
        path,
        "200 noop",
        { json: { config: { create_stream_on_append: true, default_stream_config: {} } } },
      ],
    ]);
    deepEqual(bodyOf(await ctx.request("GET", path)), { ...NONE, create_stream_on_append: true });
    await expectOutcomes(ctx, [
      ["PUT", path, "200 updated", { json: { config: { default_stream_config: { delete_on_empty: {} } } } }],
      ["PUT", path, "200 updated"],
      ["PUT", path, "200 noop", { json: { config: null, location: null } }],
    ]);
    deepEqual(bodyOf(await ctx.request("GET", path)), NONE);
  },

  "PATCH keeps what is absent": async (ctx) => {
    const start = { create_stream_on_append: true, default_stream_config: ALL_DEFAULTS };
    const told = { ...NONE, ...start };
    const changes = [{}, { default_stream_config: {} }, { unknown: 1 }];
    const empty = [{ timestamping: {}, delete_on_empty: {} }].map((each) => ({
      default_stream_config: each,
    }));
    for (const config of await patched(ctx, start, [...changes, ...empty])) deepEqual(config, told);
    deepEqual(await patched(ctx, start, [{ create_stream_on_read: true, create_stream_on_append: false }]), [
      { ...told, create_stream_on_append: false, create_stream_on_read: true },
    ]);
  },

  "PATCH with null clears, at each level": async (ctx) => {
    const told = (defaults: unknown) => ({ ...NONE, default_stream_config: defaults });
    const start = { default_stream_config: ALL_DEFAULTS };
    deepEqual(
      await patched(ctx, start, [
        { default_stream_config: { storage_class: null } },
        { default_stream_config: { timestamping: { mode: null } } },
        { default_stream_config: { timestamping: { uncapped: null } } },
        { default_stream_config: { delete_on_empty: { min_age_secs: null } } },
        { default_stream_config: { retention_policy: null } },
      ]),
      [
        told({ ...ALL_DEFAULTS, storage_class: null }),
        told({ ...ALL_DEFAULTS, storage_class: null, timestamping: { mode: null, uncapped: true } }),
        told({ ...ALL_DEFAULTS, storage_class: null, timestamping: null }),
        told({ ...NO_DEFAULTS, retention_policy: { age: 60 } }),
        NONE,
      ],
    );
    deepEqual(
      await patched(ctx, start, [{ default_stream_config: { timestamping: null, delete_on_empty: null } }]),
      [told({ ...ALL_DEFAULTS, timestamping: null, delete_on_empty: null })],
    );
    deepEqual(await patched(ctx, start, [{ default_stream_config: null }, { stream_cipher: null }]), [
      NONE,
      NONE,
    ]);
  },

  "PATCH goes on inside what was not there": async (ctx) => {
    deepEqual(
      await patched(ctx, {}, [
        { default_stream_config: { timestamping: { uncapped: true } } },
        { default_stream_config: { delete_on_empty: { min_age_secs: 0 } } },
        { default_stream_config: { retention_policy: { infinite: {} }, storage_class: "x" } },
      ]),
      [
        { timestamping: { mode: null, uncapped: true } },
        { timestamping: { mode: null, uncapped: true }, delete_on_empty: { min_age_secs: 0 } },
        {
          storage_class: "x",
          retention_policy: { infinite: {} },
          timestamping: { mode: null, uncapped: true },
          delete_on_empty: { min_age_secs: 0 },
        },
      ].map((defaults) => ({ ...NONE, default_stream_config: { ...NO_DEFAULTS, ...defaults } })),
    );
  },

  "a change that is refused changes nothing": async (ctx) => {
    const basin = await ctx.newBasin({ create_stream_on_read: true });
    const path = `/v1/basins/${basin.name}`;
    await expectOutcomes(ctx, [
      [
        "PATCH",
        path,
        "400 bad_json",
        { json: { create_stream_on_read: false, create_stream_on_append: null } },
      ],
      [
        "PATCH",
        path,
        "422 invalid",
        { json: { create_stream_on_read: false, default_stream_config: { retention_policy: { age: 0 } } } },
      ],
      ["PUT", path, "400 bad_json", { json: { config: { stream_cipher: "x" } } }],
    ]);
    deepEqual(bodyOf(await ctx.request("GET", path)), { ...NONE, create_stream_on_read: true });
  },

  "a cipher for its streams is told": {
    run: async (ctx) => {
      for (const cipher of ["aegis-256", "aes-256-gcm"]) {
        deepEqual(await toldAfter(ctx, { stream_cipher: cipher }), { ...NONE, stream_cipher: cipher });
        const basin = await ctx.newBasin();
        const changed = await ctx.request("PATCH", `/v1/basins/${basin.name}`, {
          json: { stream_cipher: cipher },
        });
        deepEqual(bodyOf(changed), { ...NONE, stream_cipher: cipher });
      }
    },
    differs: {
      reason:
        "There are no ciphers here, and to store in clear what was to be encrypted would be worse than 422.",
      run: async (ctx) => {
        const name = ctx.basinName();
        const basin = await ctx.newBasin();
        for (const stream_cipher of ["aegis-256", "aes-256-gcm"])
          await expectOutcomes(ctx, [
            ["POST", "/v1/basins", "422 invalid", { json: { basin: name, config: { stream_cipher } } }],
            ["PUT", `/v1/basins/${name}`, "422 invalid", { json: { config: { stream_cipher } } }],
            ["PATCH", `/v1/basins/${basin.name}`, "422 invalid", { json: { stream_cipher } }],
            ["GET", `/v1/basins/${name}`, "404 basin_not_found"],
          ]);
      },
    },
  },
});

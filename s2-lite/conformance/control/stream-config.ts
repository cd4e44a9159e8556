import { deepEqual, equal } from "node:assert/strict";
import { bodyOf, outcomeOf } from "../answer.js";
import type { BasinClient } from "../basin-client.js";
import { group } from "../case.js";
import { expectOutcomes } from "../outcomes.js";

/** S2's own defaults. */
const SYSTEM = {
  storage_class: "express",
  retention_policy: { age: 604_800 },
  timestamping: { mode: "client-prefer", uncapped: false },
  delete_on_empty: { min_age_secs: 0 },
};
const ALL = {
  storage_class: "standard",
  retention_policy: { age: 60 },
  timestamping: { mode: "client-require", uncapped: true },
  delete_on_empty: { min_age_secs: 30 },
};

async function configOf(basin: BasinClient, stream = "s"): Promise<unknown> {
  return bodyOf(await basin.request("GET", basin.path(stream)));
}

/** The configs after each of some changes to one stream; each answer is checked to be the config from then on. */
async function patched(basin: BasinClient, changes: readonly unknown[]): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (const json of changes) {
    const answer = await basin.request("PATCH", "/v1/streams/s", { json });
    equal(outcomeOf(answer), "200");
    deepEqual(await configOf(basin), bodyOf(answer));
    seen.push(bodyOf(answer));
  }
  return seen;
}

/** The configuration of streams: told resolved, from the stream's own over the basin's over S2's. */
export const STREAM_CONFIG = group("stream config", {
  "what nobody set is S2's default": async (ctx) => {
    const basin = await ctx.newBasin();
    const said = [{}, null, { timestamping: {} }, { delete_on_empty: null, retention_policy: null }];
    for (const [index, config] of said.entries()) {
      await basin.newStream(`s${index}`, config);
      deepEqual(await configOf(basin, `s${index}`), SYSTEM);
    }
  },

  "what is set is told, the rest filled up": async (ctx) => {
    const basin = await ctx.newBasin();
    const parts = [
      ALL,
      { storage_class: "" },
      { storage_class: "кириллица" },
      { retention_policy: { infinite: {} } },
      { delete_on_empty: { min_age_secs: 5 } },
    ];
    for (const [index, part] of parts.entries()) {
      await basin.newStream(`s${index}`, part);
      deepEqual(await configOf(basin, `s${index}`), { ...SYSTEM, ...part });
    }
    await basin.newStream("mode", { timestamping: { mode: "arrival" } });
    deepEqual(await configOf(basin, "mode"), {
      ...SYSTEM,
      timestamping: { mode: "arrival", uncapped: false },
    });
    await basin.newStream("uncapped", { timestamping: { uncapped: true } });
    deepEqual(await configOf(basin, "uncapped"), {
      ...SYSTEM,
      timestamping: { mode: "client-prefer", uncapped: true },
    });
  },

  "what a stream leaves out comes from its basin, member by member": async (ctx) => {
    const basin = await ctx.newBasin({ default_stream_config: ALL });
    await basin.newStream("none");
    deepEqual(await configOf(basin, "none"), ALL);
    await basin.newStream("some", { timestamping: { mode: "arrival" }, retention_policy: { infinite: {} } });
    deepEqual(await configOf(basin, "some"), {
      ...ALL,
      timestamping: { mode: "arrival", uncapped: true },
      retention_policy: { infinite: {} },
    });
  },

  "an explicit zero of delete-on-empty overrides the basin's, and `{}` is one": async (ctx) => {
    const basin = await ctx.newBasin({ default_stream_config: { delete_on_empty: { min_age_secs: 60 } } });
    for (const [index, delete_on_empty] of [{}, { min_age_secs: 0 }].entries()) {
      await basin.newStream(`created${index}`, { delete_on_empty });
      deepEqual(await configOf(basin, `created${index}`), SYSTEM);
      await basin.request("PUT", `/v1/streams/put${index}`, { json: { delete_on_empty } });
      deepEqual(await configOf(basin, `put${index}`), SYSTEM);
    }
  },

  "a basin's new defaults are for streams to come, not for those there are": async (ctx) => {
    const basin = await ctx.newBasin({ default_stream_config: { storage_class: "old" } });
    await basin.newStream("before");
    await basin.request("PATCH", `/v1/basins/${basin.name}`, { json: { default_stream_config: ALL } });
    await basin.newStream("after");
    deepEqual(await configOf(basin, "before"), { ...SYSTEM, storage_class: "old" });
    deepEqual(await configOf(basin, "after"), ALL);
  },

  "PUT sets the whole config over the basin's defaults of now": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s", ALL);
    await expectOutcomes(basin, [
      ["PUT", "/v1/streams/s", "200 noop", { json: ALL }],
      ["PUT", "/v1/streams/s", "200 updated", { json: { retention_policy: { age: 60 } } }],
    ]);
    deepEqual(await configOf(basin), { ...SYSTEM, retention_policy: { age: 60 } });
    await expectOutcomes(basin, [
      ["PUT", "/v1/streams/s", "200 updated"],
      ["PUT", "/v1/streams/s", "200 noop", { json: SYSTEM }],
      [
        "PATCH",
        `/v1/basins/${basin.name}`,
        "200",
        { json: { default_stream_config: { storage_class: "new" } } },
      ],
      ["PUT", "/v1/streams/s", "200 updated"],
      ["PUT", "/v1/streams/s", "200 noop", { json: { storage_class: "new" } }],
    ]);
    deepEqual(await configOf(basin), { ...SYSTEM, storage_class: "new" });
  },

  "PATCH keeps what is absent, `{}` changes nothing": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s", ALL);
    for (const config of await patched(basin, [
      {},
      { timestamping: {}, delete_on_empty: {} },
      { unknown: null },
    ]))
      deepEqual(config, ALL);
    deepEqual(
      await patched(basin, [{ timestamping: { mode: "arrival" } }, { delete_on_empty: { min_age_secs: 0 } }]),
      [
        { ...ALL, timestamping: { mode: "arrival", uncapped: true } },
        { ...ALL, timestamping: { mode: "arrival", uncapped: true }, delete_on_empty: { min_age_secs: 0 } },
      ],
    );
  },

  "PATCH with null falls back to the basin's defaults of now, then to S2's": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s", ALL);
    const defaults = {
      storage_class: "basin",
      timestamping: { mode: "arrival" },
      delete_on_empty: { min_age_secs: 7 },
    };
    await basin.request("PATCH", `/v1/basins/${basin.name}`, { json: { default_stream_config: defaults } });
    deepEqual(
      await patched(basin, [{ storage_class: null }, { retention_policy: null }, { timestamping: null }]),
      [
        { ...ALL, storage_class: "basin" },
        { ...ALL, storage_class: "basin", retention_policy: SYSTEM.retention_policy },
        {
          storage_class: "basin",
          retention_policy: SYSTEM.retention_policy,
          timestamping: { mode: "arrival", uncapped: false },
          delete_on_empty: ALL.delete_on_empty,
        },
      ],
    );
    const [inner, outer] = [{ delete_on_empty: { min_age_secs: null } }, { delete_on_empty: null }];
    for (const [config] of [await patched(basin, [inner]), await patched(basin, [outer])])
      deepEqual((config as typeof ALL).delete_on_empty, { min_age_secs: 7 });
  },

  "PATCH with null inside timestamping falls back member by member": async (ctx) => {
    const basin = await ctx.newBasin({ default_stream_config: { timestamping: { uncapped: true } } });
    await basin.newStream("s", { timestamping: { mode: "arrival", uncapped: false } });
    const told = (mode: string, uncapped: boolean) => ({ ...SYSTEM, timestamping: { mode, uncapped } });
    deepEqual(
      await patched(basin, [{ timestamping: { uncapped: null } }, { timestamping: { mode: null } }]),
      [told("arrival", true), told("client-prefer", true)],
    );
  },

  "seconds are exact up to 2^64 - 1": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    const config =
      '{"retention_policy":{"age":18446744073709551615},"delete_on_empty":{"min_age_secs":9007199254740993}}';
    const request = { headers: { "content-type": "application/json" }, body: config };
    equal(outcomeOf(await basin.request("PUT", "/v1/streams/s", request)), "200 updated");
    equal(outcomeOf(await basin.request("PUT", "/v1/streams/s", request)), "200 noop");
    const { text } = await basin.request("GET", "/v1/streams/s");
    equal(
      text.includes('"age":18446744073709551615') && text.includes('"min_age_secs":9007199254740993'),
      true,
    );
    equal((await basin.request("PATCH", "/v1/streams/s", { json: {} })).text, text);
    equal(await basin.outcome("POST", basin.records("s"), { records: [{}] }), "200");
  },

  "a change that is refused changes nothing": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s", ALL);
    await expectOutcomes(basin, [
      [
        "PATCH",
        "/v1/streams/s",
        "400 bad_json",
        { json: { storage_class: "x", timestamping: { mode: "x" } } },
      ],
      [
        "PATCH",
        "/v1/streams/s",
        "422 invalid",
        { json: { storage_class: "x", retention_policy: { age: 0 } } },
      ],
      ["PUT", "/v1/streams/s", "422 invalid", { json: { storage_class: "x", retention_policy: { age: 0 } } }],
    ]);
    deepEqual(await configOf(basin), ALL);
  },

  "of changes at once each is one whole change": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    const fields = [
      { storage_class: "x" },
      { retention_policy: { age: 9 } },
      { delete_on_empty: { min_age_secs: 9 } },
    ];
    const change = async (json: unknown) => {
      const answer = await basin.request("PATCH", "/v1/streams/s", { json });
      if (outcomeOf(answer) === "409 transaction_conflict") throw new Error("again");
      equal(answer.status, 200);
    };
    await Promise.all(fields.map((json) => ctx.eventually(() => change(json))));
    deepEqual(await configOf(basin), {
      ...SYSTEM,
      storage_class: "x",
      retention_policy: { age: 9 },
      delete_on_empty: { min_age_secs: 9 },
    });
  },
});

import { deepEqual, equal, match } from "node:assert/strict";
import { bodyOf, outcomeOf } from "../answer.js";
import { group } from "../case.js";

const NO_CONFIG = {
  default_stream_config: null,
  stream_cipher: null,
  create_stream_on_append: false,
  create_stream_on_read: false,
};

/** Basins as such: their life and their descriptions. */
export const BASINS = group("basins", {
  "a new basin is described in full, and has a config of nulls": async (ctx) => {
    const basin = ctx.basinName();
    ctx.deleteLater(basin);
    const created = await ctx.request("POST", "/v1/basins", { json: { basin } });
    equal(outcomeOf(created), "201 created");
    equal(created.headers["content-type"], "application/json");
    const info = bodyOf(created) as { created_at: string };
    match(info.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
    deepEqual(info, {
      name: basin,
      location: null,
      created_at: info.created_at,
      deleted_at: null,
      state: "active",
    });
    const config = await ctx.request("GET", `/v1/basins/${basin}`);
    equal(config.status, 200);
    deepEqual(bodyOf(config), NO_CONFIG);
  },
});

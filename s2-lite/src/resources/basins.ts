import { EMPTY_BASIN_CONFIG, parseBasinConfig } from "../catalog/basin-config.js";
import type { Basin, Basins, Provision } from "../catalog/basins.js";
import { parseBasinName, parseBasinPrefix } from "../catalog/names.js";
import { answerEmpty, answerJson } from "../http/answers.js";
import { Query } from "../http/query.js";
import { requestToken } from "../http/request-headers.js";
import type { Route } from "../http/router.js";
import type { Background } from "../stream/background.js";
import { asObject, asString, optional } from "../wire/json-fields.js";
import { optionalJson, requiredJson } from "./json-body.js";

/** What the routes of basins work with. */
export interface BasinPorts {
  readonly basins: Basins;
  readonly background: Background;
}

function basinInfo(basin: Basin): unknown {
  return {
    name: basin.name,
    location: null,
    created_at: new Date(basin.createdAtMs).toISOString(),
    deleted_at: basin.deletedAtMs === null ? null : new Date(basin.deletedAtMs).toISOString(),
    state: basin.deletedAtMs === null ? "active" : "deleting",
  };
}

function provisionHeader(provision: Provision): { "s2-provision-result": Provision } {
  return { "s2-provision-result": provision };
}

/** `/v1/basins`. */
export function basinRoutes({ basins, background }: BasinPorts): Route[] {
  return [
    {
      path: ["v1", "basins"],
      methods: {
        GET: (exchange, _segments, text) => {
          const query = new Query(text);
          const prefix = parseBasinPrefix(query.text("prefix") ?? "");
          const startAfter = query.text("start_after");
          const limit = query.limit();
          const page = basins.list(prefix, startAfter && parseBasinPrefix(startAfter), limit);
          answerJson(exchange, 200, { basins: page.items.map(basinInfo), has_more: page.hasMore });
        },
        POST: async (exchange) => {
          const token = requestToken(exchange);
          const body = asObject(await requiredJson(exchange), "the body");
          const name = parseBasinName(asString(body.basin, "basin"), "bad_json");
          optional(body.location, "location", asString);
          const config =
            optional(body.config, "config", (value) => parseBasinConfig(value)) ?? EMPTY_BASIN_CONFIG;
          const [basin, provision] = await basins.create(name, config, token);
          answerJson(exchange, 201, basinInfo(basin), provisionHeader(provision));
        },
      },
    },
    {
      path: ["v1", "basins", "*"],
      methods: {
        GET: (exchange, [segment = ""]) => {
          const name = parseBasinName(segment, "bad_path");
          answerJson(exchange, 200, basins.get(name).config);
        },
        PUT: async (exchange, [segment = ""]) => {
          const name = parseBasinName(segment, "bad_path");
          const json = await optionalJson(exchange);
          const body = json === undefined ? {} : asObject(json, "the body");
          optional(body.location, "location", asString);
          const config =
            optional(body.config, "config", (value) => parseBasinConfig(value)) ?? EMPTY_BASIN_CONFIG;
          const [basin, provision] = await basins.ensure(name, config);
          const status = provision === "created" ? 201 : 200;
          answerJson(exchange, status, basinInfo(basin), provisionHeader(provision));
        },
        PATCH: async (exchange, [segment = ""]) => {
          const name = parseBasinName(segment, "bad_path");
          const body = asObject(await requiredJson(exchange), "the body");
          answerJson(exchange, 200, await basins.reconfigure(name, body));
        },
        DELETE: async (exchange, [segment = ""]) => {
          const name = parseBasinName(segment, "bad_path");
          const marked = await basins.markDeleted(name);
          if (marked !== undefined) background.deleteBasin(name, marked.id);
          answerEmpty(exchange, 202);
        },
      },
    },
  ];
}

import {
  type BasinConfig,
  basinConfigJson,
  EMPTY_BASIN_CONFIG,
  parseBasinConfig,
  parseBasinConfigChange,
} from "../catalog/basin-config.js";
import type { Basin, Basins, Provision } from "../catalog/basins.js";
import { basinNameInPath, parseBasinName, parseBasinPrefix, parseLocationName } from "../catalog/names.js";
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
  readonly background: Pick<Background, "deleteBasin">;
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

/** The config in a body; the location beside it is checked and then ignored: there is one here. */
function bodyConfig(body: Readonly<Record<string, unknown>>): BasinConfig {
  optional(body.location, "location", (value, what) => parseLocationName(asString(value, what), "bad_json"));
  return optional(body.config, "config", parseBasinConfig) ?? EMPTY_BASIN_CONFIG;
}

/** `/v1/basins`. */
export function basinRoutes({ basins, background }: BasinPorts): Route[] {
  return [
    {
      path: ["v1", "basins"],
      methods: {
        GET: (exchange, _segments, text) => {
          const query = new Query(text);
          const prefix = parseBasinPrefix(query.text("prefix") ?? "", "prefix");
          const startAfter = parseBasinPrefix(query.text("start_after") ?? "", "start-after");
          const page = basins.list(prefix, startAfter === "" ? undefined : startAfter, query.limit());
          answerJson(exchange, 200, { basins: page.items.map(basinInfo), has_more: page.hasMore });
        },
        POST: async (exchange) => {
          const token = requestToken(exchange);
          const body = asObject(await requiredJson(exchange), "the body");
          const name = parseBasinName(asString(body.basin, "basin"), "bad_json");
          const [basin, provision] = await basins.create(name, bodyConfig(body), token);
          answerJson(exchange, 201, basinInfo(basin), provisionHeader(provision));
        },
      },
    },
    {
      path: ["v1", "basins", "*"],
      methods: {
        GET: (exchange, [segment = ""]) => {
          answerJson(exchange, 200, basinConfigJson(basins.get(basinNameInPath(segment)).config));
        },
        PUT: async (exchange, [segment = ""]) => {
          const name = basinNameInPath(segment);
          const json = await optionalJson(exchange);
          const config = json === undefined ? EMPTY_BASIN_CONFIG : bodyConfig(asObject(json, "the body"));
          const [basin, provision] = await basins.ensure(name, config);
          const status = provision === "created" ? 201 : 200;
          answerJson(exchange, status, basinInfo(basin), provisionHeader(provision));
        },
        PATCH: async (exchange, [segment = ""]) => {
          const name = basinNameInPath(segment);
          const wanted = parseBasinConfigChange(await requiredJson(exchange));
          answerJson(exchange, 200, basinConfigJson(await basins.reconfigure(name, wanted)));
        },
        DELETE: async (exchange, [segment = ""]) => {
          const name = basinNameInPath(segment);
          const marked = await basins.markDeleted(name);
          if (marked !== undefined) background.deleteBasin(name, marked.id);
          answerEmpty(exchange, 202);
        },
      },
    },
  ];
}

import { parseStreamName, parseStreamPrefix, streamNameInPath } from "../catalog/names.js";
import { EMPTY_STREAM_CONFIG, type PartialStreamConfig } from "../catalog/stream-config.js";
import {
  checkStreamConfig,
  parseStreamConfig,
  parseStreamConfigChange,
  streamConfigJson,
} from "../catalog/stream-config-json.js";
import type { Stream, Streams } from "../catalog/streams.js";
import { answerEmpty, answerJson } from "../http/answers.js";
import { Query } from "../http/query.js";
import { basinHeader, requestToken } from "../http/request-headers.js";
import type { Route } from "../http/router.js";
import { asObject, asString, optional } from "../wire/json-fields.js";
import { optionalJson, requiredJson } from "./json-body.js";

function streamInfo(stream: Stream): unknown {
  return {
    name: stream.name,
    created_at: new Date(stream.createdAtMs).toISOString(),
    deleted_at: stream.deletedAtMs === null ? null : new Date(stream.deletedAtMs).toISOString(),
    cipher: null,
  };
}

/** A config as it is asked for. Throws `bad_json`, and `invalid` for an age of 0. */
function parseConfig(value: unknown): PartialStreamConfig {
  const config = parseStreamConfig(value);
  checkStreamConfig(config);
  return config;
}

/** `/v1/streams`. */
export function streamRoutes(streams: Streams): Route[] {
  return [
    {
      path: ["v1", "streams"],
      methods: {
        GET: (exchange, _segments, text) => {
          const basin = basinHeader(exchange);
          const query = new Query(text);
          const prefix = parseStreamPrefix(query.text("prefix") ?? "", "prefix");
          const startAfter = parseStreamPrefix(query.text("start_after") ?? "", "start-after");
          const after = startAfter === "" ? undefined : startAfter;
          const page = streams.list(basin, prefix, after, query.limit());
          answerJson(exchange, 200, { streams: page.items.map(streamInfo), has_more: page.hasMore });
        },
        POST: async (exchange) => {
          const token = requestToken(exchange);
          const basin = basinHeader(exchange);
          const body = asObject(await requiredJson(exchange), "the body");
          const name = parseStreamName(asString(body.stream, "stream"), "bad_json");
          const config = optional(body.config, "config", parseConfig) ?? EMPTY_STREAM_CONFIG;
          const [stream, provision] = await streams.create(basin, name, config, token);
          answerJson(exchange, 201, streamInfo(stream), { "s2-provision-result": provision });
        },
      },
    },
    {
      path: ["v1", "streams", "*"],
      methods: {
        GET: (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          answerJson(exchange, 200, streamConfigJson(streams.config(basin, streamNameInPath(segment))));
        },
        PUT: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          const name = streamNameInPath(segment);
          const json = await optionalJson(exchange);
          const config = json === undefined ? EMPTY_STREAM_CONFIG : parseConfig(json);
          const [stream, provision] = await streams.ensure(basin, name, config);
          const status = provision === "created" ? 201 : 200;
          answerJson(exchange, status, streamInfo(stream), { "s2-provision-result": provision });
        },
        PATCH: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          const name = streamNameInPath(segment);
          const wanted = parseStreamConfigChange(await requiredJson(exchange), "the body");
          checkStreamConfig(wanted);
          answerJson(exchange, 200, streamConfigJson(await streams.reconfigure(basin, name, wanted)));
        },
        DELETE: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          await streams.delete(basin, streamNameInPath(segment));
          answerEmpty(exchange, 202);
        },
      },
    },
  ];
}

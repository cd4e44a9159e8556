import { parseStreamName, parseStreamPrefix } from "../catalog/names.js";
import { EMPTY_STREAM_CONFIG, parseStreamConfig } from "../catalog/stream-config.js";
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
          const startAfter = query.text("start_after");
          const after = startAfter && parseStreamPrefix(startAfter, "start-after");
          const page = streams.list(basin, prefix, after, query.limit());
          answerJson(exchange, 200, { streams: page.items.map(streamInfo), has_more: page.hasMore });
        },
        POST: async (exchange) => {
          const token = requestToken(exchange);
          const basin = basinHeader(exchange);
          const body = asObject(await requiredJson(exchange), "the body");
          const name = parseStreamName(asString(body.stream, "stream"), "bad_json");
          const config = optional(body.config, "config", parseStreamConfig) ?? EMPTY_STREAM_CONFIG;
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
          answerJson(exchange, 200, streams.config(basin, parseStreamName(segment, "bad_path")));
        },
        PUT: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          const name = parseStreamName(segment, "bad_path");
          const json = await optionalJson(exchange);
          const config = json === undefined ? EMPTY_STREAM_CONFIG : parseStreamConfig(json);
          const [stream, provision] = await streams.ensure(basin, name, config);
          const status = provision === "created" ? 201 : 200;
          answerJson(exchange, status, streamInfo(stream), { "s2-provision-result": provision });
        },
        PATCH: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          const name = parseStreamName(segment, "bad_path");
          const body = asObject(await requiredJson(exchange), "the body");
          answerJson(exchange, 200, await streams.reconfigure(basin, name, body));
        },
        DELETE: async (exchange, [segment = ""]) => {
          const basin = basinHeader(exchange);
          await streams.delete(basin, parseStreamName(segment, "bad_path"));
          answerEmpty(exchange, 202);
        },
      },
    },
  ];
}

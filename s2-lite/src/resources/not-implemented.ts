import {
  accessTokenIdInPath,
  basinNameInPath,
  parseAccessTokenId,
  parseAccessTokenPrefix,
  parseBasinName,
  parseBasinPrefix,
  parseLocationName,
  parseStreamName,
  parseStreamPrefix,
  streamNameInPath,
} from "../catalog/names.js";
import { S2LiteError } from "../errors.js";
import { Query } from "../http/query.js";
import type { Route } from "../http/router.js";
import { asArray, asBoolean, asObject, asString, badJson, optional } from "../wire/json-fields.js";
import { requiredJson } from "./json-body.js";

/** The operations an access token may be scoped to. S2. */
const OPERATIONS = [
  ...["list-basins", "create-basin", "delete-basin", "reconfigure-basin", "get-basin-config"],
  ...["issue-access-token", "revoke-access-token", "list-access-tokens"],
  ...["list-streams", "create-stream", "delete-stream", "get-stream-config", "reconfigure-stream"],
  ...["check-tail", "append", "read", "trim", "fence"],
  ...["account-metrics", "basin-metrics", "stream-metrics"],
  ...["list-locations", "get-default-location", "set-default-location"],
];
/** The sets of metrics of an account, a basin and a stream. S2. */
const METRIC_SETS = {
  account: ["active-basins", "account-ops", "estimated-billable-usage"],
  basin: ["storage", "append-ops", "read-ops", "read-throughput", "append-throughput", "basin-ops"],
  stream: ["storage"],
};

function notImplemented(): never {
  throw new S2LiteError("not_implemented", "Not implemented");
}

/** A set of resources: exactly one, where an empty name is none, or all that begin so. */
function checkResourceSet(exact: (name: string) => unknown, prefix: (text: string) => unknown) {
  return (value: unknown, what: string): void => {
    const object = asObject(value, what);
    const [key, ...others] = Object.keys(object);
    if (others.length > 0 || (key !== "exact" && key !== "prefix"))
      throw badJson(`\`${what}\` must have one field, \`exact\` or \`prefix\``);
    const text = asString(object[key], what);
    if (key === "prefix") prefix(text);
    else if (text !== "") exact(text);
  };
}

const checkBasins = checkResourceSet(
  (name) => parseBasinName(name, "bad_json"),
  (text) => parseBasinPrefix(text, "prefix", "bad_json"),
);
const checkStreams = checkResourceSet(
  (name) => parseStreamName(name, "bad_json"),
  (text) => parseStreamPrefix(text, "prefix", "bad_json"),
);
const checkTokens = checkResourceSet(
  (name) => parseAccessTokenId(name, "bad_json"),
  (text) => parseAccessTokenPrefix(text, "prefix", "bad_json"),
);

function checkOperations(value: unknown, what: string): void {
  for (const operation of asArray(value, what))
    if (!OPERATIONS.includes(asString(operation, what)))
      throw badJson(`\`${what}\` has an unknown operation \`${String(operation)}\``);
}

function checkOperationGroups(value: unknown, what: string): void {
  const groups = asObject(value, what);
  for (const name of ["account", "basin", "stream"])
    optional(groups[name], `${what}.${name}`, (group, path) => {
      const permissions = asObject(group, path);
      for (const each of ["read", "write"])
        if (permissions[each] !== undefined) asBoolean(permissions[each], `${path}.${each}`);
    });
}

function checkTime(value: unknown, what: string): void {
  const text = asString(value, what);
  const rfc3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
  if (!rfc3339.test(text) || Number.isNaN(Date.parse(text)))
    throw badJson(`\`${what}\` is not a time as in RFC 3339`);
}

/** Checks a request for an access token as S2 does. Throws `bad_json`. */
function checkTokenRequest(value: unknown): void {
  const body = asObject(value, "the body");
  parseAccessTokenId(asString(body.id, "id"), "bad_json");
  optional(body.expires_at, "expires_at", checkTime);
  optional(body.auto_prefix_streams, "auto_prefix_streams", asBoolean);
  const scope = asObject(body.scope, "scope");
  optional(scope.basins, "scope.basins", checkBasins);
  optional(scope.streams, "scope.streams", checkStreams);
  optional(scope.access_tokens, "scope.access_tokens", checkTokens);
  optional(scope.ops, "scope.ops", checkOperations);
  optional(scope.op_groups, "scope.op_groups", checkOperationGroups);
}

/** Checks a query for metrics as S2 does. Throws `bad_query`. */
function checkMetricsQuery(text: string, sets: readonly string[]): void {
  const query = new Query(text);
  query.word("set", sets, "required");
  query.u32("start");
  query.u32("end");
  query.word("interval", ["minute", "hour", "day"], "optional");
}

/**
 * What belongs to S2's cloud: parsed as there, so that a client's mistake is told as one, and then answered
 * 501, which the SDK does not retry.
 */
export function notImplementedRoutes(): Route[] {
  return [
    {
      path: ["v1", "access-tokens"],
      methods: {
        GET: (_exchange, _segments, text) => {
          const query = new Query(text);
          parseAccessTokenPrefix(query.text("prefix") ?? "", "prefix");
          parseAccessTokenPrefix(query.text("start_after") ?? "", "start-after");
          query.limit();
          notImplemented();
        },
        POST: async (exchange) => {
          checkTokenRequest(await requiredJson(exchange));
          notImplemented();
        },
      },
    },
    {
      path: ["v1", "access-tokens", "*"],
      methods: {
        DELETE: (_exchange, [segment = ""]) => {
          accessTokenIdInPath(segment);
          notImplemented();
        },
      },
    },
    {
      path: ["v1", "metrics"],
      methods: {
        GET: (_exchange, _segments, text) => {
          checkMetricsQuery(text, METRIC_SETS.account);
          notImplemented();
        },
      },
    },
    {
      path: ["v1", "metrics", "*"],
      methods: {
        GET: (_exchange, [basin = ""], text) => {
          basinNameInPath(basin);
          checkMetricsQuery(text, METRIC_SETS.basin);
          notImplemented();
        },
      },
    },
    {
      path: ["v1", "metrics", "*", "*"],
      methods: {
        GET: (_exchange, [basin = "", stream = ""], text) => {
          basinNameInPath(basin);
          streamNameInPath(stream);
          checkMetricsQuery(text, METRIC_SETS.stream);
          notImplemented();
        },
      },
    },
    { path: ["v1", "locations"], methods: { GET: notImplemented } },
    {
      path: ["v1", "locations", "default"],
      methods: {
        GET: notImplemented,
        PUT: async (exchange) => {
          parseLocationName(asString(await requiredJson(exchange), "the body"), "bad_json");
          notImplemented();
        },
      },
    },
  ];
}

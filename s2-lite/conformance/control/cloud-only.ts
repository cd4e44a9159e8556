import { deepEqual, equal } from "node:assert/strict";
import { bodyOf } from "../answer.js";
import { group } from "../case.js";
import { expectOutcomes, type OutcomeRow } from "../outcomes.js";

const JSON_TYPE = { "content-type": "application/json" };
const NONE = "501 not_implemented";
const OPERATIONS = [
  ...["list-basins", "create-basin", "delete-basin", "reconfigure-basin", "get-basin-config"],
  ...["issue-access-token", "revoke-access-token", "list-access-tokens"],
  ...["list-streams", "create-stream", "delete-stream", "get-stream-config", "reconfigure-stream"],
  ...["check-tail", "append", "read", "trim", "fence"],
  ...["account-metrics", "basin-metrics", "stream-metrics"],
  ...["list-locations", "get-default-location", "set-default-location"],
];

function issue(body: string, outcome: string): OutcomeRow {
  return ["POST", "/v1/access-tokens", outcome, { headers: JSON_TYPE, body }];
}

function scope(text: string, outcome: string): OutcomeRow {
  return issue(`{"id":"a","scope":${text}}`, outcome);
}

function metrics(path: string, query: string, outcome: string): OutcomeRow {
  return ["GET", `/v1/metrics${path}?${query}`, outcome];
}

/** What only the cloud has: 501, for a request that is right. */
export const CLOUD_ONLY = group("what only the cloud has", {
  "is 501 with one body, which the SDK does not try again": async (ctx) => {
    const answer = await ctx.request("GET", "/v1/access-tokens");
    equal(answer.status, 501);
    deepEqual(bodyOf(answer), { code: "not_implemented", message: "Not implemented" });
    await expectOutcomes(ctx, [
      ["GET", "/v1/locations", NONE],
      ["GET", "/v1/locations/default", NONE],
      ["DELETE", "/v1/access-tokens/id", NONE],
    ]);
  },

  "listings of access tokens are parsed": (ctx) =>
    expectOutcomes(ctx, [
      ["GET", "/v1/access-tokens?prefix=.&start_after=..&limit=1001", NONE],
      ["GET", `/v1/access-tokens?prefix=${"a".repeat(96)}`, NONE],
      ["GET", `/v1/access-tokens?prefix=${"a".repeat(97)}`, "400 bad_query"],
      ["GET", "/v1/access-tokens?prefix=%00", "400 bad_query"],
      ["GET", "/v1/access-tokens?start_after=%00", "400 bad_query"],
      ["GET", "/v1/access-tokens?limit=x", "400 bad_query"],
      ["GET", "/v1/access-tokens?limit=1&limit=1", "400 bad_query"],
    ]),

  "an access token's id has 1 to 96 bytes without NUL, and is not `.` or `..`": (ctx) =>
    expectOutcomes(ctx, [
      ...["a", "a".repeat(96), "...", "é"].map((id) => issue(JSON.stringify({ id, scope: {} }), NONE)),
      ...["", ".", "..", "a\0", "a".repeat(97)].map((id) =>
        issue(JSON.stringify({ id, scope: {} }), "400 bad_json"),
      ),
      ["DELETE", `/v1/access-tokens/${"a".repeat(96)}`, NONE],
      ...["a".repeat(97), ".", "..", "%00", "%ff"].map(
        (id): OutcomeRow => ["DELETE", `/v1/access-tokens/${id}`, "400 bad_path"],
      ),
    ]),

  "requests for access tokens are parsed": (ctx) =>
    expectOutcomes(ctx, [
      issue("{}", "400 bad_json"),
      issue('{"id":"a"}', "400 bad_json"),
      issue('{"id":"a","id":"a","scope":{}}', "400 bad_json"),
      issue('{"id":"a","scope":null}', "400 bad_json"),
      ["POST", "/v1/access-tokens", "400 bad_json", { body: '{"id":"a","scope":{}}' }],
      issue('{"id":"a","scope":{},"expires_at":null,"auto_prefix_streams":null}', NONE),
      issue('{"id":"a","scope":{},"expires_at":"2027-01-01T00:00:00Z","auto_prefix_streams":true}', NONE),
      issue('{"id":"a","scope":{},"expires_at":"2027-01-01"}', "400 bad_json"),
      issue('{"id":"a","scope":{},"expires_at":1}', "400 bad_json"),
      issue('{"id":"a","scope":{},"auto_prefix_streams":1}', "400 bad_json"),
    ]),

  "scopes of access tokens are parsed": (ctx) =>
    expectOutcomes(ctx, [
      scope('{"basins":null,"streams":null,"access_tokens":null,"ops":null,"op_groups":null}', NONE),
      scope('{"basins":{"exact":"some-basin"},"streams":{"exact":"s"},"access_tokens":{"exact":"t"}}', NONE),
      scope('{"basins":{"prefix":"so"},"streams":{"prefix":""},"access_tokens":{"prefix":"t"}}', NONE),
      scope('{"basins":{"exact":""},"streams":{"exact":""},"access_tokens":{"exact":""}}', NONE),
      scope('{"basins":{"exact":"short"}}', "400 bad_json"),
      scope('{"basins":{"other":""}}', "400 bad_json"),
      scope('{"basins":"x"}', "400 bad_json"),
      scope(JSON.stringify({ ops: OPERATIONS }), NONE),
      scope('{"ops":["ensure-basin"]}', "400 bad_json"),
      scope('{"ops":"append"}', "400 bad_json"),
      scope(
        '{"op_groups":{"account":{"read":true},"basin":null,"stream":{"read":true,"write":false}}}',
        NONE,
      ),
      scope('{"op_groups":{"account":{"read":1}}}', "400 bad_json"),
    ]),

  "queries for metrics are parsed, each with the sets it has": (ctx) =>
    expectOutcomes(ctx, [
      ...["active-basins", "account-ops", "estimated-billable-usage"].map((set) =>
        metrics("", `set=${set}`, NONE),
      ),
      ...["storage", "append-ops", "read-ops", "read-throughput", "append-throughput", "basin-ops"].map(
        (set) => metrics("/some-basin", `set=${set}`, NONE),
      ),
      metrics("/some-basin/s", "set=storage", NONE),
      metrics("", "set=storage", "400 bad_query"),
      metrics("/some-basin", "set=account-ops", "400 bad_query"),
      metrics("/some-basin/s", "set=append-ops", "400 bad_query"),
      metrics("", "", "400 bad_query"),
      metrics("", "set=account-ops&set=account-ops", "400 bad_query"),
      ...["minute", "hour", "day"].map((interval) =>
        metrics("", `set=account-ops&interval=${interval}`, NONE),
      ),
      metrics("", "set=account-ops&interval=Minute", "400 bad_query"),
      metrics("", "set=account-ops&start=4294967295&end=0", NONE),
      metrics("", "set=account-ops&start=4294967296", "400 bad_query"),
      metrics("", "set=account-ops&end=x", "400 bad_query"),
      metrics("/short", "set=storage", "400 bad_path"),
      metrics("/some-basin/..", "set=storage", "400 bad_path"),
    ]),

  "the default location is a JSON string": (ctx) =>
    expectOutcomes(ctx, [
      ["PUT", "/v1/locations/default", NONE, { headers: JSON_TYPE, body: '"aws:us-east-1"' }],
      ["PUT", "/v1/locations/default", "400 bad_json", { body: '"aws:us-east-1"' }],
      ...["", '""', '"two words"', "1", "null", "{}", `"${"a".repeat(65)}"`].map(
        (body): OutcomeRow => ["PUT", "/v1/locations/default", "400 bad_json", { headers: JSON_TYPE, body }],
      ),
    ]),
});

import { equal } from "node:assert/strict";
import { outcomeOf } from "../answer.js";
import { group } from "../case.js";
import { expectOutcomes, type OutcomeRow } from "../outcomes.js";

const latin1 = (text: string) => Buffer.from(text).toString("latin1");

/** The headers of control requests. */
export const HEADERS = group("headers", {
  "s2-basin must be there, and a basin's name": (ctx) =>
    expectOutcomes(ctx, [
      ["GET", "/v1/streams", "400 bad_header"],
      ...["", "short", "UPPERCASE", "-leading", "trailing-", "under_score", "a".repeat(49), "two words"].map(
        (basin): OutcomeRow => ["GET", "/v1/streams", "400 bad_header", { basin }],
      ),
      ["GET", "/v1/streams", "400 bad_header", { basin: latin1("bäsin-name") }],
      ["GET", "/v1/streams", "404 basin_not_found", { basin: ctx.basinName() }],
      ["GET", "/v1/streams", "404 basin_not_found", { basin: "a".repeat(48) }],
    ]),

  "spaces around a value do not count": async (ctx) => {
    const basin = await ctx.newBasin();
    equal(await basin.outcome("GET", "/v1/streams", undefined, { basin: ` ${basin.name} ` }), "200");
  },

  "of a repeated header the first counts, over both HTTP versions": async (ctx) => {
    const basin = await ctx.newBasin();
    for (const over of ["h1", "h2"] as const)
      await expectOutcomes(ctx, [
        ["GET", "/v1/streams", "200", { over, headers: { "s2-basin": [basin.name, "nope"] } }],
        ["GET", "/v1/streams", "400 bad_header", { over, headers: { "s2-basin": ["nope", basin.name] } }],
      ]);
  },

  "s2-request-token has at most 36 visible bytes": async (ctx) => {
    const basin = await ctx.newBasin();
    const create = (stream: string, token: string) =>
      basin.outcome("POST", "/v1/streams", { stream }, { headers: { "s2-request-token": latin1(token) } });
    equal(await create("a", "x".repeat(36)), "201 created");
    equal(await create("b", "two words"), "201 created");
    equal(await create("c", "a\tb"), "201 created");
    equal(await create("d", "x".repeat(37)), "400 bad_header");
    equal(await create("d", "tökén"), "400 bad_header");
  },

  "headers are looked at in this order: content coding, token, basin; then path, query and body": async (
    ctx,
  ) => {
    const bad = { "s2-request-token": "x".repeat(37), "s2-basin": "nope", "content-encoding": "br" };
    const json = { "content-type": "application/json" };
    const message = async (headers: Record<string, string>) => {
      const answer = await ctx.request("POST", "/v1/streams", {
        headers: { ...json, ...headers },
        body: "{",
      });
      const named = /s2-request-token|s2-basin/.exec(answer.text)?.[0];
      return named ?? outcomeOf(answer);
    };
    equal(await message(bad), "415");
    equal(await message({ ...bad, "content-encoding": "identity" }), "s2-request-token");
    equal(await message({ "s2-basin": "nope" }), "s2-basin");
    equal(await message({ "s2-basin": ctx.basinName() }), "400 bad_json");
    await expectOutcomes(ctx, [
      ["GET", "/v1/streams/%ff", "400 bad_header"],
      ["GET", "/v1/streams?limit=x", "400 bad_header"],
      ["GET", "/v1/streams?limit=x", "400 bad_query", { basin: ctx.basinName() }],
      ["PATCH", "/v1/streams/..", "400 bad_path", { basin: ctx.basinName(), headers: json, body: "{" }],
      ["GET", "/v1/metrics/short?set=x", "400 bad_path"],
    ]);
  },

  "authorization is not looked at by a server in a box, other headers neither": (ctx) =>
    expectOutcomes(ctx, [
      ["GET", "/v1/basins?limit=1", "200", { headers: { authorization: "nonsense" } }],
      ["GET", "/v1/basins?limit=1", "200", { headers: { "user-agent": "", "x-anything": latin1("é") } }],
    ]),

  "more than 100 fields are 431 without a body over HTTP/1.1, 100 pass": async (ctx) => {
    const fields = (count: number) => {
      const lines = Array.from({ length: count - 1 }, (_, index) => `x-${index}: v\r\n`).join("");
      return `GET /health HTTP/1.1\r\nhost: x\r\n${lines}\r\n`;
    };
    const passed = await ctx.bytes([fields(100)], (seen) => seen.endsWith("OK"));
    equal(passed.startsWith("HTTP/1.1 200"), true);
    const refused = await ctx.bytes([fields(101)], (seen) => seen.includes("\r\n\r\n"));
    equal(refused.startsWith("HTTP/1.1 431"), true);
  },

  "headers of 300 KB pass over HTTP/1.1": async (ctx) => {
    equal((await ctx.request("GET", "/health", { headers: { x: "v".repeat(300_000) } })).status, 200);
  },

  "over HTTP/2 header lists above 16 KiB are 431 without a body": async (ctx) => {
    const answer = (bytes: number) =>
      ctx.request("GET", "/health", { over: "h2", headers: { x: "v".repeat(bytes) } });
    equal((await answer(15_000)).status, 200);
    const refused = await answer(17_000);
    equal(`${refused.status} ${refused.text}`, "431 ");
  },

  "a target of more than 65,534 characters is 414": async (ctx) => {
    const target = (chars: number) => `/health?${"q".repeat(chars - "/health?".length)}`;
    equal((await ctx.request("GET", target(65_534))).status, 200);
    equal((await ctx.request("GET", target(65_535))).status, 414);
  },
});

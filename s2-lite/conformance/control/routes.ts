import { deepEqual, equal } from "node:assert/strict";
import { group } from "../case.js";
import { expectOutcomes } from "../outcomes.js";

/** Each path there is, and the methods it has. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  "/health": ["GET", "HEAD"],
  "/ping": ["GET", "HEAD"],
  "/metrics": ["GET", "HEAD"],
  "/v1/basins": ["GET", "HEAD", "POST"],
  "/v1/basins/some-basin": ["DELETE", "GET", "HEAD", "PATCH", "PUT"],
  "/v1/streams": ["GET", "HEAD", "POST"],
  "/v1/streams/s": ["DELETE", "GET", "HEAD", "PATCH", "PUT"],
  "/v1/streams/s/records": ["GET", "HEAD", "POST"],
  "/v1/streams/s/records/tail": ["GET", "HEAD"],
  "/v1/access-tokens": ["GET", "HEAD", "POST"],
  "/v1/access-tokens/id": ["DELETE"],
  "/v1/metrics": ["GET", "HEAD"],
  "/v1/metrics/some-basin": ["GET", "HEAD"],
  "/v1/metrics/some-basin/s": ["GET", "HEAD"],
  "/v1/locations": ["GET", "HEAD"],
  "/v1/locations/default": ["GET", "HEAD", "PUT"],
};
const METHODS = ["DELETE", "GET", "HEAD", "PATCH", "POST", "PUT", "TRACE"];

/** Paths and methods. */
export const ROUTES = group("routes", {
  "/health and /ping say OK in plain text, over both HTTP versions": async (ctx) => {
    for (const path of ["/health", "/ping"]) {
      for (const over of ["h1", "h2"] as const) {
        const answer = await ctx.request("GET", path, { over });
        deepEqual([answer.status, answer.text], [200, "OK"]);
        equal(answer.headers["content-type"], "text/plain; charset=utf-8");
      }
    }
  },

  "/metrics is Prometheus text": async (ctx) => {
    const { status, headers, text } = await ctx.request("GET", "/metrics");
    equal(status, 200);
    equal(headers["content-type"]?.startsWith("text/plain; version=0.0.4"), true);
    equal(/^# TYPE \w+ (counter|gauge|histogram)$/m.test(text), true);
  },

  "an unknown path is 404 without a body, also one with a slash too many": async (ctx) => {
    const paths = [
      "/",
      "/nope",
      "/v1",
      "/v1/",
      "/v2/basins",
      "/V1/basins",
      "/v1/%62asins",
      "//v1/basins",
      "/v1//basins",
    ];
    const slashes = Object.keys(PATHS).map((path) => `${path}/`);
    const longer = [
      "/v1/streams/a/b",
      "/v1/streams/a/records/x",
      "/v1/locations/x",
      "/v1/metrics/some-basin/s/x",
    ];
    for (const path of [...paths, ...slashes, ...longer]) {
      const { status, text, headers } = await ctx.request("GET", path, { basin: "some-basin" });
      deepEqual([path, status, text, headers["content-type"]], [path, 404, "", undefined]);
    }
  },

  "a method that a path does not have is 405 without a body, and `allow` lists those it has": async (ctx) => {
    for (const [path, allowed] of Object.entries(PATHS)) {
      for (const method of METHODS.filter((each) => !allowed.includes(each))) {
        const { status, text, headers } = await ctx.request(method, path);
        const allow = (headers.allow ?? "").split(",").sort();
        deepEqual([method, path, status, text, allow], [method, path, 405, "", allowed]);
      }
    }
  },

  "HEAD is GET without the body, over both HTTP versions": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    const paths = ["/health", `/v1/basins/${basin.name}`, "/v1/streams", "/v1/streams/s", "/v1/streams/none"];
    for (const path of [
      ...paths,
      "/v1/streams/s/records/tail",
      "/v1/streams/s/records",
      "/v1/streams?limit=x",
    ]) {
      for (const over of ["h1", "h2"] as const) {
        const whole = await basin.request("GET", path, { over });
        const head = await basin.request("HEAD", path, { over });
        const { "content-type": type, "content-length": length } = whole.headers;
        deepEqual([path, over, head.status, head.text], [path, over, whole.status, ""]);
        deepEqual([path, head.headers["content-type"], head.headers["content-length"]], [path, type, length]);
      }
    }
  },

  "HEAD of an event stream ends at once": async (ctx) => {
    const basin = await ctx.newBasin();
    await basin.newStream("s");
    for (const over of ["h1", "h2"] as const) {
      const answer = await basin.request("HEAD", "/v1/streams/s/records?seq_num=0&wait=50", {
        headers: { accept: "text/event-stream" },
        over,
      });
      deepEqual([answer.status, answer.text], [200, ""]);
    }
  },

  "a variable segment may be empty, and is then a name that is refused": (ctx) =>
    expectOutcomes(ctx, [
      ["GET", "/v1/streams//records", "400 bad_path", { basin: "some-basin" }],
      ["GET", "/v1/streams//records/tail", "400 bad_path", { basin: "some-basin" }],
    ]),

  "a target may be a whole URL, as a proxy sends it": async (ctx) => {
    const text = await ctx.bytes(["GET http://elsewhere/health HTTP/1.1\r\nhost: x\r\n\r\n"], (seen) =>
      seen.endsWith("OK"),
    );
    equal(text.startsWith("HTTP/1.1 200 "), true);
  },

  "one connection serves requests one after the other, also after a refused one": async (ctx) => {
    const head =
      "POST /v1/basins HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\n";
    const good = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n";
    const text = await ctx.bytes([`${head}hello${good}`], (seen) => seen.endsWith("OK"));
    equal(text.includes("bad_json"), true);
    equal(text.includes("HTTP/1.1 200 OK"), true);
  },

  "the first bytes of a connection tell HTTP/1.1 from HTTP/2, however they come": async (ctx) => {
    const bytewise = "GET /health HTTP/1.1\r\nhost: x\r\n\r\n".split("");
    equal((await ctx.bytes(bytewise, (seen) => seen.endsWith("OK"))).includes("200 OK"), true);
    const preface = ["PRI", " * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\0\0\0\x04\0\0\0\0\0"];
    const settings = await ctx.bytes(preface, (seen) => seen.length >= 9);
    equal(settings.charCodeAt(3), 4); // a SETTINGS frame
    const post = ["P", "OST /nowhere HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n"];
    equal((await ctx.bytes(post, (seen) => seen.includes("\r\n\r\n"))).includes("404"), true);
  },

  "an error over HTTP/2 is JSON in one DATA frame": async (ctx) => {
    const basin = await ctx.newBasin();
    const call = basin.begin("POST", "/v1/streams/none/records", {
      headers: { "content-type": "s2s/proto" },
    });
    const answer = await call.answer();
    equal(answer.status, 404);
    equal(call.chunks.length, 1);
    equal(JSON.parse(answer.text).code, "stream_not_found");
    await ctx.eventually(async () => equal(call.stream.closed, true)); // the request side is let go
  },
});

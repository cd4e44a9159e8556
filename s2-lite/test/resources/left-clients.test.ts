import * as http from "node:http";
import { expect, it } from "vitest";
import { RECORDS, S2S } from "../support/one-stream.js";
import { H2Call, h1, h2connect } from "../support/raw.js";
import { BASIN, eventually, startWithBasin } from "../support/server.js";

const SSE = { accept: "text/event-stream" };

/** A gauge of the server's metrics. */
async function gauge(endpoint: string, name: string): Promise<number> {
  const { text } = await h1(endpoint, { path: "/metrics" });
  const line = text.split("\n").find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length));
}

/** A request over HTTP/1.1 that is left as it is until its connection is cut. */
function beginH1(
  endpoint: string,
  method: string,
  path: string,
  headers: Record<string, string>,
): http.ClientRequest {
  const { hostname, port } = new URL(endpoint);
  const request = http.request({
    host: hostname,
    port,
    method,
    path,
    agent: false,
    headers: { "s2-basin": BASIN, ...headers },
  });
  request.on("error", () => undefined);
  request.on("response", (response) => response.resume().on("error", () => undefined));
  if (method === "GET") request.end();
  else request.flushHeaders();
  return request;
}

it("clients that go away leave no follower and no request behind, however they read or append", async () => {
  const { server, basin } = await startWithBasin();
  await basin.streams.create({ stream: "s" });
  const { endpoint } = server;
  const session = h2connect(endpoint);
  const each = 5;
  const leave: (() => unknown)[] = [];
  for (let round = 0; round < each; round++) {
    for (const [path, headers] of [
      [RECORDS, S2S],
      [RECORDS, SSE],
      [`${RECORDS}?wait=60`, {}],
    ] as const) {
      const overH1 = beginH1(endpoint, "GET", path, headers);
      const overH2 = new H2Call(session, path, headers);
      leave.push(
        () => overH1.destroy(),
        () => overH2.stream.close(),
      );
    }
    const append = beginH1(endpoint, "POST", RECORDS, { ...S2S, "transfer-encoding": "chunked" });
    const appendH2 = new H2Call(session, RECORDS, { ":method": "POST", ...S2S });
    const body = beginH1(endpoint, "POST", RECORDS, {
      "content-type": "application/json",
      "content-length": "99",
    });
    leave.push(
      () => append.destroy(),
      () => appendH2.stream.close(8),
      () => body.destroy(),
    );
  }
  // A request that asks how many there are is one of them.
  await eventually(async () => {
    expect(await gauge(endpoint, "s2_lite_followers")).toBe(6 * each);
    expect(await gauge(endpoint, "s2_lite_requests_in_progress")).toBe(9 * each + 1);
  });
  for (const go of leave) go();
  await eventually(async () => {
    expect(await gauge(endpoint, "s2_lite_followers")).toBe(0);
    expect(await gauge(endpoint, "s2_lite_requests_in_progress")).toBe(1);
  });
  expect((await h1(endpoint, { path: `${RECORDS}/tail` })).text).toBe('{"tail":{"seq_num":0,"timestamp":0}}');
});

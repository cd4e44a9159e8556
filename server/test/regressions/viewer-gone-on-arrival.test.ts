/**
 * A viewer that left while its request was still on its way through the routes had been told of as closed before
 * anybody listened: its connection stayed for ever, and its sessions were watched, and flushed as such, for ever.
 * A HEAD request, whose client takes the headers for the whole answer, stayed in the same way.
 */
import { once } from "node:events";
import { createServer, get, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { express } from "../../src/http/express.js";
import { type Bench, startBench, type TestServer } from "../catalog/support/bench.js";
import { open } from "../catalog/support/frames.js";

let bench: Bench;
let server: TestServer;
beforeAll(async () => {
  bench = await startBench();
  server = await bench.server();
});
afterAll(() => bench.close());

it("a viewer that has left before its connection is taken watches nothing", async () => {
  const session = await open(server.recorder);
  const app = express();
  const passed = new Promise<void>((resolve) => {
    app.use(async (_request, response, next) => {
      await once(response, "close");
      next();
      setImmediate(resolve);
    }, server.live.routes);
  });
  const http = createServer(app);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = http.address() as AddressInfo;
    const leaving = get(`http://127.0.0.1:${port}/v1/live?sessions=${session.sessionId}`, { agent: false });
    leaving.on("error", () => undefined);
    await once(http, "request");
    leaving.destroy();
    await passed;
    expect(server.live.watched(session.sessionId)).toBe(false);
  } finally {
    await new Promise((resolve) => http.close(resolve));
  }
});

it("a HEAD request is answered and watches nothing", async () => {
  const session = await open(server.recorder);
  const asking = httpRequest(`${server.url}/v1/live?sessions=${session.sessionId}`, { method: "HEAD" });
  asking.end();
  const [answer] = await once(asking, "response");
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([
    200,
    "text/event-stream; charset=utf-8",
  ]);
  expect(server.live.watched(session.sessionId)).toBe(false);
});

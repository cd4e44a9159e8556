/**
 * Nothing ended an answer whose client took nothing of it any more: its bytes and its connection were held for as
 * long as the client liked. And an address that cannot be read at all was answered by Express with a page of its own.
 */
import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import { buffer, text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createApp } from "../../src/http/app.js";
import { Listener } from "../../src/http/listener.js";
import { createSendError } from "../../src/http/send-error.js";

const log = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} };
const sendError = createSendError(log as never);
const ANSWER_BYTES = 64 * 1024 * 1024;
const nothing = (): undefined => undefined;

it("an answer that its client does not take is cut", async () => {
  const listener = new Listener(nothing, sendError, 100);
  const port = await listener.listen("127.0.0.1", 0);
  const answering = new Promise<ServerResponse>((resolve) =>
    listener.serve({
      checkHost: nothing,
      collector: nothing,
      app: (_request, response) => {
        response.end(Buffer.alloc(ANSWER_BYTES));
        resolve(response);
      },
    }),
  );
  const client = connect(port, "127.0.0.1").pause();
  client.on("error", nothing).write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const response = await answering;
  await once(response, "close");
  const taken = await buffer(client).catch(() => undefined);
  expect(taken?.length ?? 0).toBeLessThan(ANSWER_BYTES);
  await listener.close(0);
});

it("an address that cannot be read is refused in our own words", async () => {
  const app = createApp({ handlers: [], methodsOf: () => [], sendError });
  const listener = new Listener(nothing, sendError);
  const port = await listener.listen("127.0.0.1", 0);
  listener.serve({ checkHost: nothing, collector: nothing, app });
  for (const address of ["http://[", "http://"]) {
    const client = connect(port, "127.0.0.1");
    client.write(`GET ${address} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    const [head, body = ""] = (await text(client)).split("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(body)).toMatchObject({ error: { code: "bad_request" } });
  }
  await listener.close(0);
});

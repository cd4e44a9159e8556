/**
 * Once it listened nobody heard the HTTP server's errors, which it has when a connection cannot be taken: one moment
 * without file handles ended the process.
 */
import { Server } from "node:http";
import { expect, it, vi } from "vitest";
import { Listener } from "../../src/http/listener.js";
import { createSendError } from "../../src/http/send-error.js";

it("a connection that cannot be taken does not end the server", async () => {
  const listen = vi.spyOn(Server.prototype, "listen");
  const listener = new Listener(
    (_request, response) => Promise.resolve(void response.end("here")),
    createSendError({ error() {}, debug() {} } as never),
  );
  const port = await listener.listen("127.0.0.1", 0);
  const [server] = listen.mock.contexts as Server[];
  listen.mockRestore();
  server?.emit("error", Object.assign(new Error("accept EMFILE"), { code: "EMFILE" }));
  expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("here");
  await listener.close(0);
});

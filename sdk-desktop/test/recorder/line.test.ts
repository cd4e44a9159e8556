import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fetch } from "@reeltime/recorder/uploader";
import { describe, expect, it, onTestFinished } from "vitest";
import { collectorFetch } from "../../src/recorder/collector-fetch.js";
import { type Line, openLine } from "../../src/recorder/line.js";

/** A line to a server that answers as it is told to. */
async function lineTo(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const line = openLine(
    collectorFetch((url, init) => fetch(url, init as RequestInit), {
      onStranger: () => {},
      onCollector: () => {},
    }),
  );
  const ask = (signal?: AbortSignal): ReturnType<Fetch> =>
    line.fetch(`http://127.0.0.1:${port}/v1/sessions`, {
      method: "POST",
      headers: {},
      body: "{}",
      credentials: "omit",
      keepalive: false,
      signal,
    });
  return { server, line, ask };
}

const cutOnceAsked = async ({ server, line }: { server: ReturnType<typeof createServer>; line: Line }) => {
  await once(server, "request");
  line.cut();
};

describe("a line to the collector", () => {
  it("that is cut ends every request that is under way", async () => {
    const parts = await lineTo(() => {});
    const both = Promise.allSettled([parts.ask(), parts.ask(AbortSignal.timeout(60_000))]);
    await cutOnceAsked(parts);
    expect((await both).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("that is cut ends an answer that does not come to its end", async () => {
    const parts = await lineTo((_, response) => void response.writeHead(200).write("{"));
    const asked = parts.ask();
    asked.catch(() => {});
    await cutOnceAsked(parts);
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
  });

  it("that is cut asks nothing more", async () => {
    let asked = 0;
    const { line, ask } = await lineTo((_, response) => {
      asked += 1;
      response.end("{}");
    });
    await ask();
    line.cut();
    await expect(ask()).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toBe(1);
  });

  it("gives a request up when who asked does", async () => {
    const { server, ask } = await lineTo(() => {});
    const asking = new AbortController();
    const asked = ask(asking.signal);
    asked.catch(() => {});
    await once(server, "request");
    asking.abort();
    await expect(asked).rejects.toMatchObject({ name: "AbortError" });
    await expect(ask(AbortSignal.abort())).rejects.toMatchObject({ name: "AbortError" });
  });
});

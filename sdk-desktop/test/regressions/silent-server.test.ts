/*
 * Cause: an upload that the server never answered was under way until its own time was over, so that an app that had nothing left
 * to do went on for half a minute after `stop`. What waited in memory alone was gone then, and nobody was told.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ANSWER_TIMEOUT_MS } from "@reeltime/recorder/uploader";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Collector, startCollector } from "../../../sdk-browser/test/collector.js";
import type { RecorderOptions, RecorderStatus } from "../../src/types.js";
import { newFolder, removeFolders } from "../spool/processes.js";
import { builtPackage } from "../support/built.js";
import { missingForX, startX, until, type XServer } from "../support/x-server.js";

const APP = fileURLToPath(new URL("../support/recording-app.mjs", import.meta.url));

/** In front of a collector: while it is silent, what it is sent arrives, and is not answered. */
interface Door {
  readonly origin: string;
  isSilent: (url: string) => boolean;
}

async function startDoor(collector: Collector): Promise<Door> {
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = "", headers } = request;
    const body = new Uint8Array(await buffer(request));
    const type = headers["content-type"] ?? "";
    const answer = await fetch(`${collector.origin}${url}`, {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
    const text = await answer.text();
    if (!door.isSilent(url)) response.writeHead(answer.status).end(text);
  };
  const server: Server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const door: Door = { origin: `http://127.0.0.1:${port}`, isSilent: () => false };
  return door;
}

/** What an app said when it had stopped. */
interface Ending {
  readonly status: RecorderStatus;
  readonly troubles: readonly string[];
}

describe.skipIf(missingForX.length > 0)("an app whose server accepts and never answers", () => {
  let x: XServer;
  let folder: string;
  beforeAll(async () => {
    [x, folder] = await Promise.all([
      startX({ width: 320, height: 240, windowManager: false }),
      builtPackage("silent-server"),
    ]);
  });
  afterAll(async () => {
    await x?.close();
    removeFolders();
  });

  const begin = (options: Partial<RecorderOptions>): ChildProcess => {
    const module = pathToFileURL(join(folder, "index.js")).href;
    const given = JSON.stringify({ projectKey: "pk_test", ...options });
    const app = fork(APP, [module, given], { env: { ...process.env, DISPLAY: x.display }, execArgv: [] });
    onTestFinished(() => void app.kill("SIGKILL"));
    return app;
  };
  /** Stops it; resolves when it has ended by itself. */
  const stop = async (app: ChildProcess): Promise<Ending> => {
    const ended = once(app, "exit");
    app.send("stop");
    const [ending] = (await once(app, "message")) as [Ending];
    const stoppedMs = performance.now();
    expect((await ended)[0]).toBe(0);
    expect(performance.now() - stoppedMs).toBeLessThan(ANSWER_TIMEOUT_MS / 6);
    return ending;
  };

  it("ends when it has stopped, and the next one sends what it has captured, once", async () => {
    const collector = await startCollector();
    onTestFinished(() => collector.stop());
    const door = await startDoor(collector);
    door.isSilent = (url) => url !== "/v1/sessions";
    const options = { apiHost: door.origin, spoolFolder: newFolder() };
    const first = begin(options);
    await collector.until("its first upload", () => collector.frames.length > 0);
    const { status } = await stop(first);
    expect(status.lost).toBe(0);
    expect(status.spooledBytes).toBeGreaterThan(0);
    expect(collector.closed.size).toBe(0);

    door.isSilent = () => false;
    const next = begin(options);
    await collector.until("the end of the first session", () => collector.closed.size > 0);
    await stop(next);
    const [{ sessionId } = { sessionId: "" }] = collector.opened;
    const frames = collector.frames.filter(({ session }) => session === sessionId);
    expect(new Set(frames.map(({ writer }) => writer)).size).toBe(1);
    // All that it handed over, and the end.
    expect(frames.map(({ number }) => number)).toEqual([...Array(status.framesSent + 1).keys()]);
    expect(frames.at(-1)?.kind).toBe("close");
  }, 60_000);

  it("says what is lost where there is no disk", async () => {
    const collector = await startCollector();
    onTestFinished(() => collector.stop());
    const door = await startDoor(collector);
    door.isSilent = () => true;
    const app = begin({ apiHost: door.origin, spoolFolder: false });
    await until(() => collector.opened.length > 0, "it does not open a session");
    const { status } = await stop(app);
    expect(status.framesSent).toBeGreaterThan(0);
    expect(status.lost).toBeGreaterThan(0);
    expect(status.spooledBytes).toBe(0);
  }, 60_000);
});

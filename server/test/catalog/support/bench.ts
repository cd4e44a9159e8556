import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRecorder, type Recorder, type RecorderOptions } from "@reeltime/recorder";
import { CONTROL_STREAM, type ProjectId } from "@reeltime/recorder/protocol";
import { startS2Lite } from "@reeltime/s2-lite";
import type { ControlEvent } from "../../../src/access/control-events.js";
import { type Catalog, type CatalogOptions, openCatalog } from "../../../src/catalog/index.js";
import { type ErrorRequestHandler, express } from "../../../src/http/express.js";
import { HttpError } from "../../../src/http/http-error.js";
import { createLive, type Live, type LiveLimits } from "../../../src/live/index.js";
import { readRoutes } from "../../../src/read/index.js";
import { OTHER_PROJECT, PROJECT } from "./frames.js";

/** An S2 in a temporary folder, and servers on it as far as these tests need them. */
export interface Bench {
  readonly dir: string;
  recorder(options?: Partial<RecorderOptions>): Recorder;
  catalog(options?: Partial<CatalogOptions>): Promise<Catalog>;
  server(options?: ServerOptions): Promise<TestServer>;
  /** Stops S2, does something, and starts it again with the same data and port. */
  withoutS2(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export interface ServerOptions {
  readonly recorder?: Recorder;
  readonly catalog?: Partial<CatalogOptions>;
  readonly limits?: Partial<LiveLimits>;
  readonly clock?: () => number;
}

/** One server: recorder, catalog, reading and live routes over HTTP. */
export interface TestServer {
  readonly url: string;
  readonly recorder: Recorder;
  readonly catalog: Catalog;
  readonly live: Live;
  /** Bytes that wait in memory for viewers to take them. */
  buffered(): number;
  close(): Promise<void>;
}

export async function startBench(): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), "server-b-"));
  let s2 = await startS2Lite({ dir: join(dir, "s2"), port: 0 });
  const { port } = s2;
  const access = {
    basin: "reeltime-test",
    accessToken: "test",
    accountEndpoint: s2.endpoint,
    basinEndpoint: s2.endpoint,
  };
  const closing: (() => Promise<unknown>)[] = [];
  let made = 0;
  const recorder: Bench["recorder"] = (options = {}) => {
    const recorder = createRecorder({ s2: access, serverId: `server-${made++}`, ...options });
    closing.unshift(() => recorder.drain());
    return recorder;
  };
  const catalog: Bench["catalog"] = async (options = {}) => {
    const catalog = await openCatalog({
      file: join(dir, `catalog-${made++}.sqlite`),
      recorder: options.recorder ?? recorder(),
      clock: Date.now,
      tickMs: 20,
      ...options,
    });
    closing.unshift(() => catalog.close());
    return catalog;
  };
  const first = recorder();
  await first.ready();
  const projects: readonly ProjectId[] = [PROJECT, OTHER_PROJECT];
  await first.appendEvents(
    CONTROL_STREAM,
    projects.map(
      (id): ControlEvent => ({ type: "project-created", atMs: 0, id, name: id, key: id, origins: [] }),
    ),
  );

  const server: Bench["server"] = async (options = {}) => {
    const own = options.recorder ?? recorder();
    const clock = options.clock ?? Date.now;
    const index = await catalog({ recorder: own, clock, ...options.catalog });
    await index.ready();
    const live = createLive({
      recorder: own,
      catalog: index,
      clock,
      limits: { lingerMs: 50, ...options.limits },
    });
    const app = express();
    app.use(live.routes, readRoutes({ recorder: own, catalog: index }), answerErrors);
    const http = createServer(app);
    const sockets = new Set<Socket>();
    http.on("connection", (socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
    });
    const buffered = (): number => [...sockets].reduce((sum, socket) => sum + socket.writableLength, 0);
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    let closed = false;
    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      await live.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    };
    closing.unshift(close);
    const address = http.address() as AddressInfo;
    return { url: `http://127.0.0.1:${address.port}`, recorder: own, catalog: index, live, buffered, close };
  };

  return {
    dir,
    recorder,
    catalog,
    server,
    withoutS2: async (work) => {
      await s2.close();
      await work();
      s2 = await startS2Lite({ dir: join(dir, "s2"), port });
    },
    close: async () => {
      for (const close of closing) await close();
      await s2.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

const answerErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  if (!(error instanceof HttpError)) console.error(error);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal = error instanceof HttpError ? error : new HttpError("internal", String(error));
  response.status(refusal.status).json({ error: { code: refusal.code, message: refusal.message } });
};

/** Waits for something to become true; what it waits for is asked again a little later. */
export async function until<T>(ask: () => T | Promise<T>, timeoutMs = 10_000): Promise<NonNullable<T>> {
  const giveUpMs = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (performance.now() > giveUpMs) throw new Error(`never came true: ${ask}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

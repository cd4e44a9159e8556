import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createRecorder, type Recorder, type S2Access } from "@reeltime/recorder";
import type { SessionRef } from "@reeltime/recorder/protocol";
import { Control } from "./access/control.js";
import { type DataFolder, openDataFolder } from "./access/data-folder.js";
import { DEFAULT_PROJECT, prepareFirstStart } from "./access/first-start.js";
import { createProjects } from "./access/projects.js";
import { Readers } from "./access/readers.js";
import { SignInCode } from "./access/sign-in-code.js";
import { defaultPublicUrl } from "./addresses.js";
import { openCatalog } from "./catalog/index.js";
import { type Clock, systemClock } from "./clock.js";
import { Closers } from "./closers.js";
import type { Config } from "./config.js";
import { attachExports, createFfmpegProblem, createJobProcess, Exports } from "./export/index.js";
import { Readiness } from "./health/readiness.js";
import { answerHealth } from "./health/routes.js";
import { createAddressOf } from "./http/address.js";
import { Listener } from "./http/listener.js";
import { createSendError, type SendError } from "./http/send-error.js";
import { Life } from "./life/life.js";
import { DRAIN_MS, S2_START_MS } from "./limits.js";
import { createLive } from "./live/index.js";
import { createLog, type Log } from "./log.js";
import { type BuiltPlaces, DEFAULT_PLACES } from "./pages/built-files.js";
import { createRoutes } from "./routes.js";
import { type OpenedS2, openS2 } from "./s2/open-s2.js";
import { refusalOf } from "./s2/refusal.js";
import { StartError } from "./start-error.js";

/** What a server is started with beside its settings. */
export interface ServerOptions {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Where the built SDK and dashboard lie. */
  readonly places?: BuiltPlaces;
  /** Milliseconds S2 has to be reached at the start. */
  readonly s2StartMs?: number;
  /** Milliseconds between two looks at the idle clock at the most. */
  readonly lifeTickMs?: number;
}

/** A server that listens and takes recordings. */
export interface RunningServer {
  /** How browsers reach it, without a trailing slash. */
  readonly url: string;
  /** Where it listens. */
  readonly port: number;
  /** Signs one browser in, once. */
  readonly signInUrl: string;
  readonly demoUrl: string;
  readonly dataDir: string;
  /** The public key of the project that is there from the start. */
  readonly projectKey: string;
  readonly readKey: string;
  /** True when this start made the read key. */
  readonly readKeyMade: boolean;
  /** The process of the embedded S2, when there is one. */
  s2Pid(): number | undefined;
  /** Resolves once `/ready` no longer waits for the start: the catalog has what was in the streams. */
  ready(): Promise<void>;
  /** Drains: takes nothing new, finishes what is under way, lets everything go. */
  close(): Promise<void>;
}

/**
 * Starts a server: the composition root. It listens first, so that probes have an answer, and resolves when it
 * takes recordings; the catalog may still be reading on. Throws `StartError`; nothing is left open then.
 */
export async function startServer(config: Config, options: ServerOptions = {}): Promise<RunningServer> {
  const log = options.log ?? createLog(config.logLevel);
  const closers = new Closers(log);
  try {
    const parts = { config, options, clock: options.clock ?? systemClock, log, closers };
    return await serve(parts, await openGround(parts));
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

interface Parts {
  readonly config: Config;
  readonly options: ServerOptions;
  readonly clock: Clock;
  readonly log: Log;
  readonly closers: Closers;
}

/** What everything else stands on: a folder, a port, an S2 that answers. */
interface Ground {
  readonly folder: DataFolder;
  readonly secret: string;
  readonly readiness: Readiness;
  readonly sendError: SendError;
  readonly listener: Listener;
  readonly port: number;
  readonly url: string;
  readonly s2: OpenedS2;
  readonly recorder: Recorder;
}

async function openGround({ config, options, clock, log, closers }: Parts): Promise<Ground> {
  const folder = await openDataFolder(config.dataDir);
  const secret = config.secret ?? (await folder.secret());
  const readiness = new Readiness();
  const sendError = createSendError(log);
  const listener = new Listener((request, response) => answerHealth(readiness, request, response), sendError);
  const port = await listener.listen(config.host, config.port);
  closers.add("the HTTP server", () => listener.close(DRAIN_MS));
  const s2 = await openS2(config.s2, folder.path, log);
  closers.add("the embedded S2", s2.close);
  const recorder = createRecorder({ s2: s2.access, serverId: randomUUID(), clock });
  closers.add("the recorder", () => recorder.drain());
  await reachS2(recorder, s2.access, options.s2StartMs ?? S2_START_MS);
  const url = config.publicUrl ?? defaultPublicUrl(config.host, port);
  return { folder, secret, readiness, sendError, listener, port, url, s2, recorder };
}

async function serve(parts: Parts, ground: Ground): Promise<RunningServer> {
  const { config, options, clock, log, closers } = parts;
  const { folder, secret, listener, recorder, readiness, url } = ground;
  const control = await Control.open(recorder, clock);
  const readKey = await prepareFirstStart(control, folder, clock);
  const projects = createProjects(() => control.state, [url, ...config.origins]);
  const following = new AbortController();
  const followed = control.follow(following.signal, (error) =>
    log.warn({ err: error }, "following the control stream failed and is tried again"),
  );
  closers.add("the control stream", async () => {
    following.abort();
    await followed;
  });
  const catalog = await openCatalog({
    file: join(folder.path, "catalog.sqlite"),
    recorder,
    clock,
    onError: (error) => log.warn({ err: error }, "the catalog failed at something and tries again"),
  });
  closers.add("the catalog", () => catalog.close());
  const live = createLive({
    recorder,
    catalog,
    clock,
    clientOf: createAddressOf(config.proxies),
    onError: (error) => log.warn({ err: error }, "following a session failed at something and tries again"),
  });
  const ffmpeg = createFfmpegProblem(config.ffmpegPath, config.searchPath);
  const exports = await Exports.open({
    folder: join(folder.path, "exports"),
    run: createJobProcess({ access: ground.s2.access, ...config, log }),
    maxBytes: config.maxExportBytes,
    clock,
    log,
  });
  closers.add("the exports", () => exports.close());
  const detach = attachExports({ recorder, catalog, projects, exports, ffmpeg, log });
  closers.add("what exports hear of", async () => detach());
  const code = new SignInCode(clock);
  const readers = new Readers({ control, secret, publicUrl: url, clock });
  const places = options.places ?? DEFAULT_PLACES;
  listener.serve(
    await createRoutes({
      ...ground,
      config,
      catalog,
      live,
      exports,
      ffmpeg,
      control,
      projects,
      readers,
      code,
      places,
      clock,
    }),
  );

  const openSessions = () => catalog.openSessions();
  const onBehind = (session: SessionRef) => catalog.readOn(session);
  const tick = options.lifeTickMs === undefined ? {} : { tickMs: options.lifeTickMs };
  const life = new Life({ recorder, openSessions, onBehind, limits: config, clock, log, ...tick });
  const probe = () => recorder.list(DEFAULT_PROJECT, { limit: 1 });
  readiness.watch({ reachS2: probe, s2Failed: ground.s2.failure, clock });
  const ready = catalog.ready().then(() => {
    readiness.waitFor(undefined);
    life.start();
  });
  ready.catch((error: unknown) =>
    log.error({ err: error }, "the catalog cannot be read; the server is not ready"),
  );
  // In this order: nothing new is sent here, what streams for ever ends, the rest finishes, then its ground goes.
  closers.add("HTTP", async () => {
    readiness.drain();
    await life.close();
    await live.close();
    await listener.close(DRAIN_MS);
  });
  return {
    url,
    port: ground.port,
    signInUrl: `${url}/sign-in?code=${code.code}`,
    demoUrl: `${url}/demo`,
    dataDir: folder.path,
    projectKey: projects.all()[0]?.key ?? "",
    readKey: readKey.key,
    readKeyMade: readKey.made,
    s2Pid: ground.s2.pid,
    ready: () => ready,
    close: () => closers.closeAll(),
  };
}

/** Tries until S2 answers. Throws `StartError`: `config` when S2 refuses us, `s2` when it does not answer in time. */
async function reachS2(recorder: Recorder, access: S2Access, timeoutMs: number): Promise<void> {
  const giveUpMs = performance.now() + timeoutMs;
  for (let waitMs = 50; ; waitMs = Math.min(waitMs * 2, 2_000)) {
    try {
      return await recorder.ready();
    } catch (cause) {
      const refusal = refusalOf(cause);
      if (refusal !== undefined) {
        throw new StartError("config", `S2_ACCESS_TOKEN or S2_BASIN is refused by S2: ${refusal}`, { cause });
      }
      if (performance.now() + waitMs >= giveUpMs) {
        const where = access.accountEndpoint ?? "S2 Cloud";
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new StartError("s2", `S2 at ${where} cannot be used: ${why}`, { cause });
      }
      await wait(waitMs);
    }
  }
}

import type { Recorder } from "@reeltime/recorder";
import type { SessionId } from "@reeltime/recorder/protocol";
import type { Control } from "./access/control.js";
import { projectRoutes } from "./access/project-routes.js";
import type { Projects } from "./access/projects.js";
import type { Readers } from "./access/readers.js";
import { requireReader } from "./access/require-reader.js";
import { accessRoutes, signInPage } from "./access/routes.js";
import type { SignInCode } from "./access/sign-in-code.js";
import type { Catalog } from "./catalog/index.js";
import type { Clock } from "./clock.js";
import { createCollector } from "./collector/collector.js";
import type { Config } from "./config.js";
import { demoRoutes } from "./demo/routes.js";
import { type Exports, exportRoutes, type FfmpegProblem, isDownload } from "./export/index.js";
import { createAddressOf } from "./http/address.js";
import { createApp } from "./http/app.js";
import { ByteBudget } from "./http/body.js";
import { type RequestHandler, Router } from "./http/express.js";
import { createHostCheck } from "./http/hosts.js";
import type { Served } from "./http/listener.js";
import { sendJson } from "./http/send.js";
import type { SendError } from "./http/send-error.js";
import { createOpenApi, methodsOf } from "./openapi/document.js";
import { type BuiltPlaces, loadFolder, loadRecorder } from "./pages/built-files.js";
import { pageRoutes, recorderScript } from "./pages/routes.js";
import { readRoutes } from "./read/index.js";
import type { OpenedS2 } from "./s2/open-s2.js";
import { requireAlive } from "./s2/require-alive.js";
import { createSessionTokens } from "./tokens/session-token.js";

/** The live fan-out, as far as routes need it. */
export interface LiveParts {
  readonly routes: RequestHandler;
  watched(id: SessionId): boolean;
}

/** What the routes stand on. */
export interface RoutesOptions {
  readonly config: Config;
  /** How browsers reach the server, without a trailing slash. */
  readonly url: string;
  readonly secret: string;
  readonly recorder: Recorder;
  readonly catalog: Catalog;
  readonly live: LiveParts;
  readonly exports: Exports;
  readonly ffmpeg: FfmpegProblem;
  readonly control: Pick<Control, "change">;
  readonly projects: Projects;
  readonly readers: Readers;
  readonly code: SignInCode;
  readonly places: BuiltPlaces;
  readonly clock: Clock;
  readonly sendError: SendError;
  readonly s2: Pick<OpenedS2, "failure">;
}

/** Every route of a server: the collector first, public pages, then what only readers get. */
export async function createRoutes(options: RoutesOptions): Promise<Served> {
  const { config, url, secret, recorder, catalog, live, projects, readers, code, places, clock } = options;
  const { control, exports, ffmpeg } = options;
  const budget = new ByteBudget(config.maxBytesInFlight);
  const addressOf = createAddressOf(config.proxies);
  const collector = createCollector({
    recorder,
    projects,
    // Longer than any session, so that none expires under one that uploads; renewed from half of it on.
    tokens: createSessionTokens(secret, config.sessionLimitMs * 2),
    watched: (id) => live.watched(id),
    budget,
    rates: config.rates,
    addressOf,
    publicUrl: url,
    sessionLimitMs: config.sessionLimitMs,
    clock,
    s2Failed: options.s2.failure,
  });
  const { signInsPerMinute } = config.rates;
  const open = Router();
  open.get("/recorder.js", recorderScript(await loadRecorder(places)));
  open.get("/sign-in", signInPage({ readers, code }));
  const openApi = createOpenApi(url);
  open.get("/v1/openapi.json", (_request, response) => sendJson(response, 200, openApi));
  const app = createApp({
    handlers: [
      open,
      await pageRoutes(await loadFolder(places.dashboard)),
      await demoRoutes(url, projects.all()[0]?.key ?? ""),
      accessRoutes({ readers, code, budget, signInsPerMinute, addressOf }),
      forReaders(readers, [
        whileAlive(options.s2),
        projectRoutes({ projects, control, budget, clock }),
        live.routes,
        exportRoutes({ recorder, catalog, exports, ffmpeg }),
        readRoutes({ recorder, catalog }),
      ]),
    ],
    methodsOf,
    sendError: options.sendError,
  });
  return { checkHost: createHostCheck([new URL(url).host, ...config.hosts]), collector, app };
}

/** Lets nothing on while S2 is dead. */
function whileAlive(s2: Pick<OpenedS2, "failure">): RequestHandler {
  return (_request, _response, next) => {
    requireAlive(s2.failure);
    next();
  };
}

/** Private routes, behind one guard. What is no route at all is 404 for everybody, so the guard asks first whether it is one. */
function forReaders(readers: Readers, routes: readonly RequestHandler[]): RequestHandler {
  const router = Router();
  const guard = requireReader(readers, isDownload);
  router.use((request, response, next) => {
    const method = request.method === "HEAD" ? "GET" : request.method;
    if (methodsOf(request.path).includes(method)) guard(request, response, next);
    else next("router");
  });
  for (const route of routes) router.use(route);
  return router;
}

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Recorder } from "@reeltime/recorder";
import type { SessionId } from "@reeltime/recorder/protocol";
import type { Projects } from "../access/projects.js";
import type { Clock } from "../clock.js";
import type { RateConfig } from "../config.js";
import type { ByteBudget } from "../http/body.js";
import { allowOrigin, answerPreflight } from "../http/cors.js";
import { TokenBuckets } from "../http/rate.js";
import { SESSION_BYTES_BURST_SECONDS } from "../limits.js";
import { requireAlive } from "../s2/require-alive.js";
import type { SessionTokens } from "../tokens/session-token.js";
import { createAppend } from "./append.js";
import { createOpen } from "./open.js";
import { createStop } from "./stop.js";

/** What the collector stands on. */
export interface CollectorOptions {
  readonly recorder: Recorder;
  readonly projects: Projects;
  readonly tokens: SessionTokens;
  /** Whether somebody is watching a session now. */
  readonly watched: (id: SessionId) => boolean;
  readonly budget: ByteBudget;
  readonly rates: RateConfig;
  readonly addressOf: (request: IncomingMessage) => string;
  /** How browsers reach this server, without a trailing slash. */
  readonly publicUrl: string;
  /** How long a session may last, and so how long ago one may have begun that is opened now. */
  readonly sessionLimitMs: number;
  readonly clock: Clock;
  /** Why S2 will not come back by itself; `undefined` while it may. */
  readonly s2Failed: () => string | undefined;
}

/** Answers the routes SDKs write to; `undefined` when a request is for none of them. */
export type Collector = (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;

const PREFIX = "/v1/sessions";

/**
 * The public, write-only routes: open, frames, stop. They take a project's key or a session's token, read no
 * cookie and answer to allowed origins only. They run on Node's own request and response, before Express: frames
 * is the route that thousands of sessions use every second.
 */
export function createCollector(options: CollectorOptions): Collector {
  const { projects, addressOf, clock, rates } = options;
  const perSession = {
    uploads: new TokenBuckets({
      perSecond: rates.sessionUploadsPerSecond,
      burst: rates.sessionUploadsPerSecond * 2,
    }),
    bytes: new TokenBuckets({
      perSecond: rates.sessionBytesPerSecond,
      burst: rates.sessionBytesPerSecond * SESSION_BYTES_BURST_SECONDS,
    }),
  };
  const perAddress = new TokenBuckets({
    perSecond: rates.addressUploadsPerSecond,
    burst: rates.addressUploadsPerSecond * 2,
  });
  const open = createOpen(options);
  const append = createAppend(options, perSession);
  const stop = createStop(options, perSession);

  return (request, response) => {
    const target = parseTarget(request.url ?? "");
    if (target === undefined) return undefined;
    if (request.method === "OPTIONS") {
      return run(async () => {
        allowOrigin(request, response, projects.allowsOrigin);
        answerPreflight(request, response);
      });
    }
    if (request.method !== "POST") return undefined;
    return run(async () => {
      allowOrigin(request, response, projects.allowsOrigin);
      requireAlive(options.s2Failed);
      if (target.action === "open") return open(request, response);
      perAddress.require(addressOf(request), 1, clock());
      return (target.action === "frames" ? append : stop)(request, response, target.id);
    });
  };
}

const run = (task: () => Promise<void>): Promise<void> => task();

type Target = { readonly action: "open" } | { readonly action: "frames" | "stop"; readonly id: string };

function parseTarget(url: string): Target | undefined {
  if (!url.startsWith(PREFIX)) return undefined;
  const query = url.indexOf("?");
  const path = query < 0 ? url : url.slice(0, query);
  if (path.length === PREFIX.length) return { action: "open" };
  const slash = path.indexOf("/", PREFIX.length + 1);
  if (path[PREFIX.length] !== "/" || slash < 0) return undefined;
  const id = path.slice(PREFIX.length + 1, slash);
  const action = path.slice(slash + 1);
  return action === "frames" || action === "stop" ? { action, id } : undefined;
}

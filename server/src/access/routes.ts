import type { IncomingMessage } from "node:http";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { z } from "zod";
import { type ByteBudget, withBody } from "../http/body.js";
import { type RequestHandler, Router } from "../http/express.js";
import { requireFetch, requireNavigation, requireSameOrigin } from "../http/fetch-guard.js";
import { HttpError } from "../http/http-error.js";
import { sendJson } from "../http/send.js";
import { MAX_JSON_BODY_BYTES } from "../limits.js";
import type { Readers } from "./readers.js";
import type { SignInCode } from "./sign-in-code.js";

/** What signing in stands on. */
export interface AccessRoutesOptions {
  readonly readers: Readers;
  readonly code: SignInCode;
  readonly budget: ByteBudget;
  readonly signInsPerMinute: number;
  readonly addressOf: (request: IncomingMessage) => string;
}

const signInBody = z.object({ key: z.string().max(256) });

/** `GET /sign-in`: the printed link. Signs the browser in once and goes on to the dashboard. */
export function signInPage({ readers, code }: Pick<AccessRoutesOptions, "readers" | "code">): RequestHandler {
  return (request, response) => {
    requireNavigation(request);
    response.setHeader("cache-control", "no-store");
    response.setHeader("referrer-policy", "no-referrer");
    const given = request.query.code;
    if (request.method === "GET" && typeof given === "string" && code.use(given)) {
      response.setHeader("set-cookie", readers.signIn());
      response.redirect(303, "/");
      return;
    }
    response.redirect(303, readers.of(request) === undefined ? "/?sign-in=used" : "/");
  };
}

/** `POST /v1/sign-in`, `POST /v1/sign-out`, `GET /v1/me`: these answer to anybody, so each checks for itself. */
export function accessRoutes(options: AccessRoutesOptions): Router {
  const { readers, budget, addressOf, signInsPerMinute } = options;
  const limiter = new RateLimiterMemory({ points: signInsPerMinute, duration: 60 });
  const router = Router();

  router.post("/v1/sign-in", async (request, response) => {
    requireFetch(request);
    if (request.headers["sec-fetch-site"] !== undefined || request.headers.origin !== undefined) {
      requireSameOrigin(request);
    }
    await consume(limiter, addressOf(request));
    await withBody(request, { maxBytes: MAX_JSON_BODY_BYTES, budget }, async (bytes) => {
      if (!readers.isReadKey(parseKey(bytes))) throw new HttpError("unauthorized", "This is not a read key.");
      response.setHeader("set-cookie", readers.signIn());
      sendJson(response, 200, { signedIn: true });
    });
  });

  router.post("/v1/sign-out", async (request, response) => {
    requireFetch(request);
    const reader = readers.of(request);
    if (reader === undefined) throw new HttpError("unauthorized", "Nobody is signed in.");
    if (reader.by === "cookie") requireSameOrigin(request);
    response.setHeader("set-cookie", await readers.signOut(reader));
    sendJson(response, 200, { signedIn: false });
  });

  router.get("/v1/me", (request, response) => {
    requireFetch(request);
    const reader = readers.of(request);
    if (reader === undefined) throw new HttpError("unauthorized", "Nobody is signed in.");
    if (reader.by === "cookie") requireSameOrigin(request);
    sendJson(response, 200, { signedIn: true });
  });
  return router;
}

async function consume(limiter: RateLimiterMemory, address: string): Promise<void> {
  try {
    await limiter.consume(address);
  } catch (rejected) {
    if (!(rejected instanceof RateLimiterRes)) throw rejected;
    throw new HttpError("rate_limited", "Too many attempts to sign in.", {
      retryAfterSeconds: rejected.msBeforeNext / 1000,
    });
  }
}

function parseKey(bytes: Uint8Array): string {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new HttpError("malformed", "The body is not JSON.", {}, { cause });
  }
  const parsed = signInBody.safeParse(value);
  if (!parsed.success) throw new HttpError("invalid", 'The body is {"key": "rk_…"}.');
  return parsed.data.key.trim();
}

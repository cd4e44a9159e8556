import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  ANSWER_STALLED_MS,
  DRAIN_SWEEP_MS,
  HEADERS_TIMEOUT_MS,
  KEEP_ALIVE_MS,
  MAX_CONNECTIONS,
  MAX_HEADER_BYTES,
  REQUEST_TIMEOUT_MS,
  TIMEOUT_CHECK_MS,
} from "../limits.js";
import { StartError } from "../start-error.js";
import type { CheckHost } from "./hosts.js";
import { HttpError } from "./http-error.js";
import { createRequestIds } from "./request-id.js";
import type { SendError } from "./send-error.js";

/** Answers a request, or `undefined` when it is for somebody else. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void> | undefined;

/** What answers once everything has started. */
export interface Served {
  readonly checkHost: CheckHost;
  /** Asked first: the hot path. */
  readonly collector: Answer;
  /** Answers everything else; where it cannot, it says so by `giveUp`, with the error if there was one. */
  readonly app: (
    request: IncomingMessage,
    response: ServerResponse,
    giveUp: (error?: unknown) => void,
  ) => void;
}

/** The HTTP server. It listens before anything else has started, so that probes have an answer, and refuses the rest. */
export class Listener {
  readonly #server: Server;
  readonly #health: Answer;
  readonly #sendError: SendError;
  readonly #giveId = createRequestIds();
  #served: Served | undefined;
  #draining = false;

  /** @param answerStalledMs milliseconds a client may take nothing of its answer; event streams have their own rule */
  constructor(health: Answer, sendError: SendError, answerStalledMs: number = ANSWER_STALLED_MS) {
    this.#health = health;
    this.#sendError = sendError;
    this.#server = createServer(
      {
        requestTimeout: REQUEST_TIMEOUT_MS,
        headersTimeout: HEADERS_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: TIMEOUT_CHECK_MS,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, response) => this.#answer(request, response),
    );
    this.#server.timeout = answerStalledMs;
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** Listens. Answers the port. Throws `StartError` `config` when it cannot be had. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (cause: NodeJS.ErrnoException): void => {
        reject(new StartError("config", whyNot(cause, host, port), { cause }));
      };
      this.#server.once("error", fail);
      this.#server.listen({ host, port }, () => {
        this.#server.off("error", fail);
        // From here on it tells of connections that could not be taken, for want of file handles: their clients try again.
        this.#server.on("error", () => undefined);
        resolve((this.#server.address() as AddressInfo).port);
      });
    });
  }

  /** From now on these answer. */
  serve(served: Served): void {
    this.#served = served;
  }

  /** Takes no new connection, lets what is under way finish within `timeoutMs`, then cuts the rest. */
  async close(timeoutMs: number): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    // A connection whose last answer went out after this began is kept alive by Node: let go of those again and again.
    const sweep = setInterval(() => this.#server.closeIdleConnections(), DRAIN_SWEEP_MS);
    const cut = setTimeout(() => this.#server.closeAllConnections(), timeoutMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#giveId(request, response);
    if (this.#draining) response.setHeader("connection", "close");
    try {
      const answering = this.#route(request, response);
      answering?.catch((error: unknown) => this.#sendError(request, response, error));
    } catch (error) {
      this.#sendError(request, response, error);
    }
  }

  #route(request: IncomingMessage, response: ServerResponse): Promise<void> | undefined {
    const health = this.#health(request, response);
    if (health !== undefined) return health;
    const served = this.#served;
    if (served === undefined) {
      throw new HttpError("unavailable", "The server is starting.", { retryAfterSeconds: 1 });
    }
    served.checkHost(request.headers.host);
    const collected = served.collector(request, response);
    if (collected !== undefined) return collected;
    served.app(request, response, (error) => {
      // Express gives up on an address that it cannot read at all, and would answer with a page of its own.
      const refusal = error ?? new HttpError("bad_request", "The address cannot be read.");
      this.#sendError(request, response, refusal);
    });
    return undefined;
  }
}

function whyNot(cause: NodeJS.ErrnoException, host: string, port: number): string {
  if (cause.code === "EADDRINUSE") return `PORT ${port} of ${host} is in use; set PORT to another`;
  if (cause.code === "EACCES") return `PORT ${port} may not be used by this user; set PORT to one above 1023`;
  return `HOST ${host} cannot be listened at: ${cause.message}`;
}

import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import {
  H2_CONNECTION_WINDOW_BYTES,
  H2_FIELD_OVERHEAD_BYTES,
  H2_MAX_STREAMS,
  H2_SESSION_MEMORY_MB,
  H2_STREAM_WINDOW_BYTES,
  MAX_H2_HEADER_LIST_BYTES,
  MAX_HEADER_BYTES,
  MAX_HEADER_FIELDS,
  SNIFF_TIMEOUT_MS,
} from "../limits.js";
import type { Exchange } from "./exchange.js";
import { H1Exchange } from "./h1-exchange.js";
import { H2Exchange } from "./h2-exchange.js";

/** What an HTTP/2 client with prior knowledge sends first. */
const PREFACE = Buffer.from("PRI * HTTP/2.0");

/** For whom answers are compressed: over loopback it costs more than it saves. */
export type CompressFor = "remote" | "always";

/** Node gives a stream's raw headers too; its types say so only from a later version on. */
type OnStream = (
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  flags: number,
  rawHeaders: readonly string[],
) => void;

/**
 * One port that speaks HTTP/1.1 and cleartext HTTP/2: the SDK uses both against one origin. The first
 * bytes of a connection tell which.
 */
export class Listener {
  readonly #net: net.Server;
  readonly #h1: http.Server;
  readonly #h2: http2.Http2Server;
  readonly #sockets = new Set<net.Socket>();
  readonly #sessions = new Set<http2.ServerHttp2Session>();

  /** `handle` gets every request whose headers are not too many or too large. */
  constructor(handle: (exchange: Exchange) => void, compressFor: CompressFor = "remote") {
    const compresses = (socket: net.Socket | undefined) => compressFor === "always" || !isLoopback(socket);
    this.#h1 = http.createServer(
      // Sessions are bodies that never end: no limit on a request's time.
      { maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: 0, keepAliveTimeout: 75_000, noDelay: true },
      (request, response) => {
        if (request.rawHeaders.length > 2 * MAX_HEADER_FIELDS) response.writeHead(431).end();
        else handle(new H1Exchange(request, response, compresses(request.socket)));
      },
    );
    this.#h2 = http2.createServer({
      maxSessionMemory: H2_SESSION_MEMORY_MB,
      settings: {
        initialWindowSize: H2_STREAM_WINDOW_BYTES,
        maxConcurrentStreams: H2_MAX_STREAMS,
        // Far more than is taken: Node would reset a stream that has more without an answer.
        maxHeaderListSize: 4 * MAX_H2_HEADER_LIST_BYTES,
      },
    });
    this.#h2.on("session", (session) => {
      session.setLocalWindowSize(H2_CONNECTION_WINDOW_BYTES);
      session.setTimeout(0);
      this.#sessions.add(session);
      session.once("close", () => this.#sessions.delete(session));
    });
    // A connection that breaks is its client's matter; its streams close and their handlers hear that.
    this.#h2.on("sessionError", () => undefined);
    const onStream: OnStream = (stream, headers, _flags, rawHeaders) => {
      if (headerListBytes(rawHeaders) > MAX_H2_HEADER_LIST_BYTES) refuseH2(stream, 431);
      else handle(new H2Exchange(stream, headers, rawHeaders, compresses(stream.session?.socket)));
    };
    this.#h2.on("stream", onStream as (stream: http2.ServerHttp2Stream) => void);
    this.#net = net.createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /** Listens; resolves with the port. */
  listen(port: number, host: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#net.once("error", reject);
      this.#net.listen({ port, host, backlog: 4_096 }, () => {
        this.#net.off("error", reject);
        const address = this.#net.address();
        resolve(typeof address === "object" && address !== null ? address.port : port);
      });
    });
  }

  /** Takes no more connections, and no more requests on those there are. */
  stop(): void {
    this.#net.close();
    for (const session of this.#sessions) session.close();
    this.#h1.closeIdleConnections();
  }

  /** Ends every connection. */
  destroy(): void {
    for (const session of this.#sessions) session.destroy();
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: net.Socket): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    const ignore = () => undefined; // a connection lost before it said anything is nobody's loss
    socket.on("error", ignore);
    socket.setTimeout(SNIFF_TIMEOUT_MS, () => socket.destroy());
    let seen: Buffer = Buffer.alloc(0);
    const look = () => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read())
        seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
      const compared = Math.min(seen.length, PREFACE.length);
      const matches = seen.subarray(0, compared).equals(PREFACE.subarray(0, compared));
      if (seen.length === 0 || (matches && compared < PREFACE.length)) return;
      socket.off("readable", look);
      socket.off("error", ignore);
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      socket.unshift(seen);
      (matches ? this.#h2 : this.#h1).emit("connection", socket);
    };
    socket.on("readable", look);
  }
}

function isLoopback(socket: net.Socket | undefined): boolean {
  const address = socket?.remoteAddress?.replace(/^::ffff:/, "");
  return address === undefined || address === "::1" || address.startsWith("127.");
}

function headerListBytes(rawHeaders: readonly string[]): number {
  const text = rawHeaders.reduce((sum, part) => sum + part.length, 0);
  return text + (rawHeaders.length / 2) * H2_FIELD_OVERHEAD_BYTES;
}

/** Answers with a status alone, and asks for no more of the request. */
function refuseH2(stream: http2.ServerHttp2Stream, status: number): void {
  stream.on("error", () => undefined);
  stream.respond({ ":status": status }, { endStream: true });
  stream.resume();
}

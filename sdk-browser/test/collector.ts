import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  createSessionId,
  decodeEvents,
  decodeFrame,
  decodeUpload,
  type Frame,
  MAX_UPLOAD_BYTES,
  type OpenRequest,
} from "@reeltime/recorder/protocol";

/** One frame as the collector has it, its events decoded. */
export interface StoredFrame extends Frame {
  readonly session: string;
  readonly list: readonly RecordedEvent[];
}

/** An rrweb event, as far as tests look into it. */
export interface RecordedEvent {
  readonly type: number;
  readonly timestamp: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A collector in memory that keeps to the protocol and remembers what it was told. */
export interface Collector {
  readonly origin: string;
  /** Everything durable, in the order it came. */
  readonly frames: StoredFrame[];
  readonly opened: (OpenRequest & { readonly sessionId: string })[];
  /** Closed sessions, and why. */
  readonly closed: Map<string, string>;
  /** Raw bodies of every request, whatever became of it. */
  readonly bodies: Buffer[];
  /** Methods and content types of every request, preflights too. */
  readonly requests: { readonly method: string; readonly url: string; readonly type: string | undefined }[];
  /** Answers in place of the collector when it returns a status (or "drop": the connection is cut); before or after the frames are stored. */
  fault:
    | ((url: string) => { readonly status: number | "drop"; readonly stored?: boolean } | undefined)
    | undefined;
  /** What acks say beside the number. */
  ack: { watched?: boolean; checkout?: readonly string[] };
  /** Serves at `/recorder.js`. */
  script: string;
  /** Resolves once `test` holds for what is stored. */
  until(what: string, test: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one on a port of its own. */
export async function startCollector(): Promise<Collector> {
  const numbers = new Map<string, number>();
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const collector: Collector = {
    origin: `http://127.0.0.1:${port}`,
    frames: [],
    opened: [],
    closed: new Map(),
    bodies: [],
    requests: [],
    fault: undefined,
    ack: {},
    script: "",
    until: (what, test) => {
      if (test()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never: ${what}`)), 15_000);
        const look = (): void => {
          if (!test()) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? "";
    collector.requests.push({ method: request.method ?? "", url, type: request.headers["content-type"] });
    response.setHeader("access-control-allow-origin", request.headers.origin ?? "*");
    response.setHeader("cross-origin-resource-policy", "cross-origin");
    if (url === "/recorder.js") {
      response.setHeader("content-type", "text/javascript");
      response.end(collector.script);
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    collector.bodies.push(body);
    const fault = collector.fault?.(url);
    const answer = !fault || fault.stored ? await route(url, body) : undefined;
    if (fault?.status === "drop") request.socket.destroy();
    else {
      response.statusCode = fault?.status ?? answer?.status ?? 500;
      response.setHeader("content-type", "application/json");
      response.end(
        JSON.stringify((fault ? undefined : answer?.json) ?? { error: { code: "unavailable", message: "" } }),
      );
    }
    for (const look of waiting) look();
  }

  async function route(
    url: string,
    body: Buffer,
  ): Promise<{ readonly status: number; readonly json: unknown }> {
    if (url === "/v1/sessions") {
      const request = JSON.parse(body.toString()) as OpenRequest;
      const sessionId = createSessionId(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
      collector.opened.push({ ...request, sessionId });
      return {
        status: 201,
        json: { sessionId, token: `token.${sessionId}`, url: `http://watch/${sessionId}` },
      };
    }
    const [, sessionId = "", verb] = /^\/v1\/sessions\/([^/]+)\/(frames|stop)$/.exec(url) ?? [];
    const refuse = (status: number, code: string, more: object = {}): { status: number; json: unknown } => ({
      status,
      json: { error: { code, message: code, ...more } },
    });
    const upload = decodeUpload(new Uint8Array(body));
    if (body.length > MAX_UPLOAD_BYTES) return refuse(413, "too_large");
    if (!collector.opened.some((one) => one.sessionId === sessionId)) return refuse(404, "not_found");
    if (upload.token !== `token.${sessionId}`) return refuse(401, "unauthorized");
    // All that waits comes first: between here and the store no other request may come.
    const frames = await Promise.all(
      upload.frames.map(async (bytes) => {
        const frame = decodeFrame(bytes);
        const list =
          frame.rawBytes > 0 && frame.codec !== "screen" ? await decodeEvents(frame.codec, frame.body) : [];
        return { ...frame, session: sessionId, list: list as readonly RecordedEvent[] };
      }),
    );
    const reason = collector.closed.get(sessionId);
    if (reason) return refuse(410, "session_closed", { reason });
    const writer = `${sessionId} ${frames[0]?.writer}`;
    let acked = numbers.get(writer) ?? -1;
    const first = frames[0]?.number ?? acked + 1;
    if (first > acked + 1) return refuse(409, "gap", { expected: acked + 1 });
    for (const frame of frames) {
      if (frame.number <= acked) continue;
      if (frame.number !== acked + 1) return refuse(409, "gap", { expected: acked + 1 });
      acked = frame.number;
      numbers.set(writer, acked);
      collector.frames.push(frame);
    }
    if (verb === "stop") {
      collector.closed.set(sessionId, "stopped");
      return { status: 200, json: { closed: true, acked } };
    }
    return { status: 200, json: { acked, watched: false, checkout: [], ...collector.ack } };
  }
  return collector;
}

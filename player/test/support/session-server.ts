import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import {
  encodeFramesPage,
  FRAMES_PAGE_TYPE,
  type SessionId,
  type SessionItem,
  type StoredFrame,
} from "@reeltime/recorder/protocol";
import type { RecordedSession } from "./recorded-session.js";

/** The policy that a server sends with the page the player is in. */
export const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data: blob:; connect-src 'self'; font-src data:; frame-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A server for tests, on 127.0.0.1. */
export interface SessionServer {
  readonly url: string;
  /** Every request's method and address, in order. */
  readonly hits: string[];
  /** `Last-Event-ID` of each live request; empty where there was none. */
  readonly lastEventIds: string[];
  /** Breaks every live connection that is open. */
  cut(): void;
  /** Tells every live connection that follows a list of changes. */
  tell(changed: readonly SessionItem[], removed: readonly SessionId[]): void;
  /** How many live connections are open. */
  liveCount(): number;
  close(): Promise<void>;
}

/** What a test server serves. */
export interface SessionServerOptions {
  readonly sessions?: readonly RecordedSession[];
  /** Addresses answered with a text and its type. */
  readonly files?: Readonly<
    Record<string, { readonly type: string; readonly body: string | Uint8Array; readonly csp?: false }>
  >;
  /** Breaks a live connection after an event when it says so. */
  readonly breaks?: () => boolean;
  /** Answers this status to live requests while it gives one. */
  readonly refuse?: () => number | undefined;
}

/** Serves sessions the way the server does: details, pages of frames, and the live tail with cursors. */
export async function startSessionServer(options: SessionServerOptions = {}): Promise<SessionServer> {
  const hits: string[] = [];
  const lastEventIds: string[] = [];
  const open = new Set<ServerResponse>();
  const lists = new Map<ServerResponse, (data: unknown) => void>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    hits.push(`${request.method} ${url.pathname}${url.search}`);
    const file = options.files?.[url.pathname];
    if (file !== undefined) {
      const policy = file.csp === false ? {} : { "content-security-policy": PAGE_CSP };
      response.writeHead(200, { "content-type": file.type, ...policy });
      response.end(file.body);
      return;
    }
    const match = /^\/v1\/sessions\/([^/]+)(\/frames)?$/.exec(url.pathname);
    const session = options.sessions?.find(({ id }) => id === match?.[1]);
    if (url.pathname === "/v1/live") live(request, response, url);
    else if (session === undefined) refuse(response, 404, "not_found");
    else if (match?.[2] === undefined) json(response, 200, session.detail());
    else frames(response, url, session);
  });

  const live = (request: IncomingMessage, response: ServerResponse, url: URL): void => {
    const status = options.refuse?.();
    if (status !== undefined) {
      refuse(response, status, status === 401 ? "unauthorized" : "unavailable");
      return;
    }
    const resumed = request.headers["last-event-id"];
    lastEventIds.push(typeof resumed === "string" ? resumed : "");
    const cursors = new Map(
      (typeof resumed === "string" && resumed !== "" ? resumed : (url.searchParams.get("sessions") ?? ""))
        .split(",")
        .filter((part) => part !== "")
        .map((part) => part.split("@") as [string, string | undefined]),
    );
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(":\n\n");
    open.add(response);
    const nexts = new Map<string, number>();
    const id = (): string => [...nexts].map(([session, next]) => `${session}@${next}`).join(",");
    const send = (type: string, data: unknown): void => {
      if (!open.has(response)) return;
      response.write(`event: ${type}\nid: ${id()}\ndata: ${JSON.stringify(data)}\n\n`);
      if (options.breaks?.() === true) {
        open.delete(response);
        response.socket?.destroy();
      }
    };
    if (url.searchParams.has("list")) lists.set(response, (data) => send("list", data));
    const stops: (() => void)[] = [];
    for (const session of options.sessions ?? []) {
      if (!cursors.has(session.id)) continue;
      const from = Number(cursors.get(session.id) ?? session.tail);
      nexts.set(session.id, from);
      const give = (stored: readonly StoredFrame[]): void => {
        const last = stored.at(-1);
        if (last === undefined) return;
        nexts.set(session.id, session.nextOf(last));
        send("frames", { session: session.id, frames: stored.map(wireFrame) });
      };
      give(session.stored.filter(({ seqNum }) => seqNum >= from));
      nexts.set(session.id, Math.max(from, session.tail));
      send("caught-up", { session: session.id, tail: session.tail });
      const said = (): void => send("session", { session: session.item(session.stored.at(-1)?.timestampMs) });
      if (session.closed) said();
      stops.push(session.listen((stored) => give([stored]), said));
    }
    response.on("close", () => {
      open.delete(response);
      lists.delete(response);
      for (const stop of stops) stop();
    });
  };

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hits,
    lastEventIds,
    cut: () => {
      for (const response of open) response.socket?.destroy();
      open.clear();
    },
    tell: (changed, removed) => {
      for (const send of lists.values()) send({ changed, removed });
    },
    liveCount: () => open.size,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const wireFrame = ({ seqNum, timestampMs, offsetMs, bytes }: StoredFrame): unknown => ({
  seqNum,
  timestampMs,
  offsetMs,
  data: Buffer.from(bytes).toString("base64"),
});

function frames(response: ServerResponse, url: URL, session: RecordedSession): void {
  const at = url.searchParams.get("at");
  const from = Number(url.searchParams.get("from"));
  const page = session.page(at === null ? { from } : { at: at === "end" ? "end" : Number(at) });
  response.writeHead(200, { "content-type": FRAMES_PAGE_TYPE });
  response.end(encodeFramesPage(page));
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  json(response, status, { error: { code, message: code } });
}

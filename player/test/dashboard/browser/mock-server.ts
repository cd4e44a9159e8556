import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize } from "node:path";
import {
  ERROR_STATUS,
  type ErrorCode,
  encodeFramesPage,
  FRAMES_PAGE_TYPE,
  type SessionDetail,
  type SessionExport,
  type SessionId,
  type SessionItem,
  type StoredFrame,
} from "@reeltime/recorder/protocol";
import { fabricateDetail } from "./fabricate.js";
import { fabricateFrames } from "./fabricate-frames.js";

/** The policy the server sends with the page. */
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src data: blob:; connect-src 'self'; font-src data:; base-uri 'none'; form-action 'none'";

/** The private API over real HTTP and Server-Sent Events, with made-up sessions. */
export class MockServer {
  /** Newest first. */
  sessions: readonly SessionItem[] = [];
  details = new Map<SessionId, SessionDetail>();
  exports = new Map<SessionId, SessionExport>();
  projects: readonly unknown[] = [
    { id: "shop-web", name: "shop-web", key: "pk_shop_7f3a91c2", origins: ["*"] },
  ];
  signedIn = true;
  readonly readKey = "rk_right";
  /** Milliseconds before the API answers. */
  delayMs = 0;
  /** What the API refuses with, by the start of a path. */
  readonly refuse = new Map<string, ErrorCode>();
  /** `METHOD path?query` of each call of the API. */
  readonly calls: string[] = [];
  readonly #live = new Set<ServerResponse>();
  readonly #server: Server;
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  /** Serves the built dashboard in `root` beside the API. */
  static async start(root: string): Promise<MockServer> {
    const mock = new MockServer(root);
    await new Promise<void>((resolve) => mock.#server.listen(0, "127.0.0.1", resolve));
    return mock;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many live connections are open. */
  get watching(): number {
    return this.#live.size;
  }

  /** Adds or changes sessions and tells every page. */
  push(...changed: readonly SessionItem[]): void {
    const ids = new Set(changed.map(({ id }) => id));
    this.sessions = [...changed, ...this.sessions.filter(({ id }) => !ids.has(id))].sort(
      (a, b) => b.startMs - a.startMs,
    );
    this.#tell({ changed, removed: [] });
  }

  /** Takes sessions away and tells every page. */
  remove(...removed: readonly SessionId[]): void {
    this.sessions = this.sessions.filter(({ id }) => !removed.includes(id));
    this.#tell({ changed: [], removed });
  }

  /** Tells every page of new frames of a session. */
  say(session: SessionId, ...frames: readonly StoredFrame[]): void {
    const data = {
      session,
      frames: frames.map(({ bytes, ...frame }) => ({
        ...frame,
        data: Buffer.from(bytes).toString("base64"),
      })),
    };
    const id = `${session}@${(frames.at(-1)?.seqNum ?? 0) + 1}`;
    for (const response of this.#live) {
      response.write(`event: frames\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  }

  /** Cuts every live connection. */
  drop(): void {
    for (const response of this.#live) response.destroy();
  }

  async close(): Promise<void> {
    this.drop();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #tell(change: unknown): void {
    for (const response of this.#live)
      response.write(`event: list\nid: c\ndata: ${JSON.stringify(change)}\n\n`);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", this.origin);
    if (!url.pathname.startsWith("/v1/")) return this.#page(url, response);
    this.calls.push(`${request.method} ${url.pathname}${url.search}`);
    if (this.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.delayMs));
    for (const [path, code] of this.refuse) if (url.pathname.startsWith(path)) return refused(response, code);
    if (url.pathname === "/v1/sign-in") return this.#signIn(request, response);
    if (!this.signedIn) return refused(response, "unauthorized");
    if (url.pathname === "/v1/sign-out") {
      this.signedIn = false;
      response.writeHead(204).end();
    } else if (url.pathname === "/v1/live") this.#listen(response, url.searchParams.get("sessions") ?? "");
    else if (url.pathname === "/v1/projects") json(response, { projects: this.projects });
    else if (url.pathname === "/v1/me") json(response, { name: "reader" });
    else if (url.pathname === "/v1/sessions") json(response, this.#list(url.searchParams));
    else this.#session(request, response, url);
  }

  #session(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const [, , , named, what] = url.pathname.split("/");
    const item = this.sessions.find(({ id }) => id === named);
    if (item === undefined) {
      refused(response, "not_found");
      return;
    }
    const { id } = item;
    if (what === "export") {
      this.#export(request, response, `${id} ${url.pathname.split("/")[5] ?? ""}`.trim());
      return;
    }
    if (request.method === "DELETE") {
      this.remove(id);
      response.writeHead(204).end();
      return;
    }
    if (what === "frames") {
      const frames = fabricateFrames(this.details.get(id) ?? fabricateDetail(item));
      const from = Number(url.searchParams.get("from") ?? 0);
      const tail = (frames.at(-1)?.seqNum ?? 1) + 1;
      const page = {
        frames: frames.filter(({ seqNum }) => seqNum >= from),
        next: tail,
        tail,
        closed: item.status === "closed",
        dropped: 0,
      };
      response.writeHead(200, { "content-type": FRAMES_PAGE_TYPE }).end(encodeFramesPage(page));
      return;
    }
    json(response, { ...(this.details.get(id) ?? fabricateDetail(item)), ...item });
  }

  /** The video of a session as `exports` has it; asked for, it is queued. */
  #export(request: IncomingMessage, response: ServerResponse, named: string): void {
    const [id, status] = named.split(" ") as [SessionId, string | undefined];
    const known = this.exports.get(id) ?? null;
    if (request.method === "DELETE") {
      this.exports.delete(id);
      response.writeHead(204).end();
    } else if (status === "status") json(response, { export: known });
    else if (known?.state === "ready")
      response.writeHead(200, { "content-type": "video/mp4" }).end("not really a video");
    else {
      const queued: SessionExport = {
        id: "x",
        state: "queued",
        phase: null,
        percent: 0,
        format: "mp4",
        window: null,
        overlay: ["cursor", "clicks"],
        video: null,
        error: null,
      };
      this.exports.set(id, queued);
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ export: queued }));
    }
  }

  #list(params: URLSearchParams): unknown {
    const q = params.get("q")?.toLowerCase();
    const found = this.sessions.filter(
      (item) =>
        (params.get("status") === null || item.status === params.get("status")) &&
        (params.get("user") === null || item.user?.id === params.get("user")) &&
        (q === undefined || JSON.stringify([item.user, item.page]).toLowerCase().includes(q)),
    );
    const from = Number(params.get("cursor") ?? 0);
    const end = from + Number(params.get("limit") ?? 50);
    return { sessions: found.slice(from, end), next: end < found.length ? String(end) : null };
  }

  async #signIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { key } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly key: string };
    if (key !== this.readKey) return refused(response, "unauthorized");
    this.signedIn = true;
    response.writeHead(204).end();
  }

  #listen(response: ServerResponse, sessions: string): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(": hello\n\n");
    for (const position of sessions.split(",").filter((part) => part !== "")) {
      const [session, next] = position.split("@");
      response.write(
        `event: caught-up\nid: ${position}\ndata: ${JSON.stringify({ session, tail: Number(next) })}\n\n`,
      );
    }
    this.#live.add(response);
    response.on("close", () => this.#live.delete(response));
  }

  async #page(url: URL, response: ServerResponse): Promise<void> {
    const asset = url.pathname.startsWith("/assets/");
    const path = asset ? normalize(url.pathname) : "/index.html";
    try {
      const body = await readFile(join(this.#root, path));
      const type = asset ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8";
      response.writeHead(200, { "content-type": type, "content-security-policy": POLICY }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  }
}

const json = (response: ServerResponse, value: unknown): void => {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
};

const refused = (response: ServerResponse, code: ErrorCode): void => {
  response
    .writeHead(ERROR_STATUS[code], { "content-type": "application/json" })
    .end(JSON.stringify({ error: { code, message: code } }));
};

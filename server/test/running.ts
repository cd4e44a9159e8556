import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  encodeFrame,
  encodeUpload,
  type Frame,
  type OpenResponse,
  type WindowId,
  type WriterId,
} from "@reeltime/recorder/protocol";
import { startS2Lite } from "@reeltime/s2-lite";
import { type RunningServer, readConfig, type ServerOptions, startServer } from "../src/index.js";

/** An S2 of a test's own in a temporary folder. */
export async function temporaryS2() {
  const dir = mkdtempSync(join(tmpdir(), "reeltime-server-s2-"));
  const s2 = await startS2Lite({ dir, port: 0 });
  return {
    endpoint: s2.endpoint,
    close: async () => {
      await s2.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** What a test server is given beside the environment. */
export interface Start extends ServerOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The S2 to use; a new one when there is none. */
  readonly s2?: { readonly endpoint: string };
  /** The data folder to use; a new one when there is none. */
  readonly data?: string;
}

/** A server in this process, on a port of its own, over a real S2. */
export async function startTestServer({ env = {}, s2, data, ...options }: Start = {}) {
  const own = s2 === undefined ? await temporaryS2() : undefined;
  const endpoint = s2?.endpoint ?? own?.endpoint ?? "";
  const dir = data ?? mkdtempSync(join(tmpdir(), "reeltime-server-"));
  const config = readConfig(
    {
      PORT: "0",
      REELTIME_DATA: dir,
      S2_ACCOUNT_ENDPOINT: endpoint,
      S2_BASIN_ENDPOINT: endpoint,
      LOG_LEVEL: "silent",
      ...env,
    },
    "/",
  );
  const server = await startServer(config, options);
  return new TestServer(server, dir, async () => {
    await own?.close();
    if (data === undefined) rmSync(dir, { recursive: true, force: true });
  });
}

/** A server with what tests do to it. */
export class TestServer {
  readonly server: RunningServer;
  readonly data: string;
  readonly #after: () => Promise<void>;

  constructor(server: RunningServer, data: string, after: () => Promise<void>) {
    this.server = server;
    this.data = data;
    this.#after = after;
  }

  get url(): string {
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.#after();
  }

  /** Asks a private route with the read key. */
  read(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    headers.set("authorization", `Bearer ${this.server.readKey}`);
    return fetch(this.url + path, { ...init, headers });
  }

  /** Asks to open a session. */
  askOpen(body: object | string = {}, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    const request = { key: this.server.projectKey, sentAtMs: Date.now(), client: { sdk: "test/1" } };
    return fetch(`${this.url}/v1/sessions`, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : JSON.stringify({ ...request, ...body }),
    });
  }

  /** Opens a session. */
  async open(body: object = {}): Promise<OpenResponse> {
    const answer = await this.askOpen(body);
    if (answer.status !== 201) throw new Error(`open answered ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as OpenResponse;
  }

  /** Sends bytes to a route below a session. */
  post(
    id: string,
    action: "frames" | "stop",
    body: Uint8Array<ArrayBuffer>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${this.url}/v1/sessions/${id}/${action}`, { method: "POST", body, headers });
  }

  /** Appends frames to a session. */
  append(session: OpenResponse, ...frames: readonly Uint8Array[]): Promise<Response> {
    return this.post(session.sessionId, "frames", uploadOf(session.token, ...frames));
  }
}

/** An upload of frames. */
export const uploadOf = (token: string, ...frames: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  encodeUpload({ token, sentAtMs: Date.now(), frames });

/** A frame of a writer. */
export function frameOf(number: number, change: Partial<Frame> = {}): Uint8Array<ArrayBuffer> {
  const nowMs = Date.now();
  return encodeFrame({
    writer: "writer-one" as WriterId,
    number,
    window: "window-one" as WindowId,
    kind: "dom",
    firstMs: nowMs,
    lastMs: nowMs,
    inputMs: undefined,
    checkout: number === 0,
    codec: "json",
    keyId: undefined,
    events: 1,
    rawBytes: 2,
    facts: [],
    lost: undefined,
    body: new TextEncoder().encode(`[{"n":${number}}]`),
    ...change,
  });
}

/** A port that nobody has just now, for what must be known before a server listens. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The code of a refusal. */
export async function codeOf(answer: Response): Promise<string> {
  const { error } = (await answer.json()) as { readonly error: { readonly code: string } };
  return error.code;
}

/** Waits for a fact of the outside world. */
export async function until<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { Answer } from "./answer.js";

/** A request as it is sent. A header with several values is sent as several lines. */
export interface RawRequest {
  readonly method: string;
  /** Path and query, sent as they are. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer | undefined;
}

const AGENTS = {
  http: new http.Agent({ keepAlive: true }),
  https: new https.Agent({ keepAlive: true }),
};

/** One request over HTTP/1.1 and its whole answer. */
export function requestH1(origin: string, request: RawRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = new URL(origin);
    const secure = url.protocol === "https:";
    const length =
      request.body === undefined ? {} : { "content-length": String(Buffer.byteLength(request.body)) };
    const given = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        typeof value === "string" ? value : [...value],
      ]),
    );
    const options = {
      host: url.hostname,
      port: url.port,
      path: request.path,
      method: request.method,
      headers: { ...length, ...given },
    };
    const sent = secure
      ? https.request({ ...options, agent: AGENTS.https })
      : http.request({ ...options, agent: AGENTS.http });
    sent.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve(whole(response, Buffer.concat(chunks))));
    });
    sent.on("error", reject);
    sent.end(request.body);
  });
}

function whole(response: http.IncomingMessage, bytes: Buffer): Answer {
  const headers = Object.fromEntries(
    Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(", ")]),
  );
  return { status: response.statusCode ?? 0, headers, bytes, text: bytes.toString("utf8") };
}

/**
 * Sends bytes over a connection of their own, one write after the other, and gathers what comes until
 * `enough` says so or the server closes. The text is Latin-1: one character a byte. Not for TLS.
 */
export function exchangeBytes(
  origin: string,
  writes: readonly (string | Buffer)[],
  enough: (text: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(origin);
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    let text = "";
    socket.on("data", (data) => {
      text += data.toString("latin1");
      if (enough(text)) {
        socket.destroy();
        resolve(text);
      }
    });
    socket.on("close", () => resolve(text));
    // A server that refuses may reset while we still write: what it said before is the answer.
    socket.on("error", (error) => (text === "" ? reject(error) : resolve(text)));
    for (const bytes of writes)
      socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  });
}

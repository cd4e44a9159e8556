import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** A file held in memory, compressed once. */
export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly gzip: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

/** The content type of a file by its name. */
export const typeOf = (name: string): string => TYPES[extname(name)] ?? "application/octet-stream";

/** Makes a file of bytes. */
export async function createStaticFile(type: string, plain: Buffer): Promise<StaticFile> {
  const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
  return { type, etag, plain, gzip: await promisify(gzip)(plain, { level: 9 }) };
}

/** Answers with a file, or with 304 to who has it already. HEAD gets no body. */
export function sendStaticFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: StaticFile,
  cacheControl: string,
): void {
  const zipped = accepts(String(request.headers["accept-encoding"] ?? ""), "gzip");
  const bytes = zipped ? file.gzip : file.plain;
  // One tag for each coding: a cache between must not mix them up.
  const etag = zipped ? `${file.etag.slice(0, -1)}-gzip"` : file.etag;
  response.setHeader("cache-control", cacheControl);
  response.setHeader("etag", etag);
  response.appendHeader("vary", "accept-encoding");
  if (String(request.headers["if-none-match"] ?? "").includes(etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  response.statusCode = 200;
  response.setHeader("content-type", file.type);
  response.setHeader("content-length", bytes.length);
  if (zipped) response.setHeader("content-encoding", "gzip");
  response.end(request.method === "HEAD" ? undefined : bytes);
}

const accepts = (header: string, coding: string): boolean =>
  header.split(",").some((entry) => {
    const [name = "", ...parameters] = entry.split(";").map((part) => part.trim());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

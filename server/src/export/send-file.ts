import { type FileHandle, open } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";

/** A file as it is sent. It does not change under its tag. */
export interface SentFile {
  readonly path: string;
  readonly bytes: number;
  readonly type: string;
  /** Strong, with its quotes. */
  readonly etag: string;
  /** What it is called where it is saved: letters, digits, `-`, `_` and `.`. */
  readonly name: string;
}

/** Which bytes a request wants: `whole`, a part (both ends inclusive), or something that the file does not have. */
export type WantedRange =
  | { readonly type: "whole" }
  | { readonly type: "part"; readonly from: number; readonly to: number }
  | { readonly type: "unsatisfiable" };

/**
 * Reads `Range` and `If-Range` (RFC 9110, sections 13.1.5 and 14.2). What is no single range of bytes is passed over, as the RFC
 * allows: then the whole file is sent. So it is when `If-Range` names another file than this one.
 */
export function wantedRange(
  range: string | undefined,
  ifRange: string | undefined,
  file: Pick<SentFile, "bytes" | "etag">,
): WantedRange {
  const parts = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/i.exec(range?.trim() ?? "");
  if (parts === null || (ifRange !== undefined && ifRange.trim() !== file.etag)) return { type: "whole" };
  const [, first, last, suffix] = parts;
  const end = file.bytes - 1;
  const from = first === undefined ? Math.max(0, file.bytes - Number(suffix)) : Number(first);
  const to = last === undefined || last === "" ? end : Math.min(end, Number(last));
  if (first !== undefined && last !== undefined && last !== "" && Number(last) < from)
    return { type: "whole" };
  if (from > end || (suffix !== undefined && Number(suffix) === 0)) return { type: "unsatisfiable" };
  return { type: "part", from, to };
}

/**
 * Sends a file, or the part of it that is asked for, so that a download which broke off goes on where it was. Resolves when all
 * of it is sent or its client has gone; `gone`, with nothing sent, when the file is not there.
 */
export async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: SentFile,
): Promise<"sent" | "gone"> {
  let handle: FileHandle;
  try {
    handle = await open(file.path);
  } catch {
    // Removed since it was looked for: the caller knows what that means.
    return "gone";
  }
  try {
    await send(request, response, file, handle);
  } finally {
    await handle.close();
  }
  return "sent";
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  file: SentFile,
  handle: FileHandle,
): Promise<void> {
  const { range, "if-range": ifRange, "if-none-match": known } = request.headers;
  response.setHeader("etag", file.etag);
  response.setHeader("accept-ranges", "bytes");
  if (known?.split(",").some((tag) => tag.trim() === file.etag || tag.trim() === "*")) {
    response.statusCode = 304;
    response.end();
    return;
  }
  // Only a `GET` has ranges (RFC 9110, section 14.2).
  const asked = request.method === "GET" ? range : undefined;
  const wanted = wantedRange(asked, ifRange as string | undefined, file);
  if (wanted.type === "unsatisfiable") {
    response.statusCode = 416;
    response.setHeader("content-range", `bytes */${file.bytes}`);
    response.end();
    return;
  }
  const { from, to } = wanted.type === "part" ? wanted : { from: 0, to: file.bytes - 1 };
  response.statusCode = wanted.type === "part" ? 206 : 200;
  if (wanted.type === "part") response.setHeader("content-range", `bytes ${from}-${to}/${file.bytes}`);
  response.setHeader("content-type", file.type);
  response.setHeader("content-length", to - from + 1);
  response.setHeader("content-disposition", `attachment; filename="${file.name}"`);
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  const bytes = handle.createReadStream({ start: from, end: to, autoClose: false });
  // A client that goes away ends its download, and nothing else.
  await pipeline(bytes, response).catch(() => undefined);
}

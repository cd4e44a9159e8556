import { S2LiteError } from "../errors.js";
import type { JsonFormat } from "../wire/json-records.js";
import type { Exchange } from "./exchange.js";

/** How an append comes. */
export type AppendMode = "s2s" | "proto" | "json";
/** How a read goes out. */
export type ReadMode = "s2s" | "sse" | "proto" | "json";

/** The first MIME type of a header, without parameters, lower-case. */
function mime(value: string | undefined): string {
  return (value ?? "").split(",")[0]?.split(";")[0]?.trim().toLowerCase() ?? "";
}

function isProto(type: string): boolean {
  return type === "application/protobuf" || type === "application/x-protobuf";
}

/** How an append comes, by its content type. */
export function appendMode(exchange: Exchange): AppendMode {
  const type = mime(exchange.header("content-type"));
  if (type === "s2s/proto") return "s2s";
  return isProto(type) ? "proto" : "json";
}

/** How a read goes out: a session if its content type says so, else by what is accepted. */
export function readMode(exchange: Exchange): ReadMode {
  if (mime(exchange.header("content-type")) === "s2s/proto") return "s2s";
  const accept = mime(exchange.header("accept"));
  if (accept === "text/event-stream") return "sse";
  return isProto(accept) ? "proto" : "json";
}

/** Whether a unary append is answered in protobuf. */
export function acceptsProto(exchange: Exchange): boolean {
  return isProto(mime(exchange.header("accept")));
}

/** Whether the content type is JSON. */
export function isJson(exchange: Exchange): boolean {
  const type = mime(exchange.header("content-type"));
  return type === "application/json" || /^application\/.+\+json$/.test(type);
}

/** How JSON carries bytes. Throws `bad_header` for a format there is not. */
export function jsonFormat(exchange: Exchange): JsonFormat {
  const format = exchange.header("s2-format")?.trim();
  if (format === undefined || format === "raw" || format === "json") return "raw";
  if (format === "base64" || format === "json-binsafe") return "base64";
  throw new S2LiteError("bad_header", "Invalid header `s2-format`: must be raw or base64");
}

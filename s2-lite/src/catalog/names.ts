import { isUtf8 } from "node:buffer";
import { type ErrorCode, S2LiteError } from "../errors.js";
import {
  MAX_ACCESS_TOKEN_ID_BYTES,
  MAX_BASIN_NAME_BYTES,
  MAX_LOCATION_NAME_BYTES,
  MAX_STREAM_NAME_BYTES,
  MIN_BASIN_NAME_BYTES,
} from "../limits.js";

/** Where a name came from decides the code of its error. */
export type NameError = Extract<ErrorCode, "bad_json" | "bad_path" | "bad_query" | "bad_header">;

function fail(code: NameError, message: string): never {
  throw new S2LiteError(code, message);
}

/** The rules of a basin's name that hold for its beginning too. */
function checkBasinText(text: string, code: NameError, what: string): void {
  if (text !== "" && !/^[a-z0-9]/.test(text))
    fail(code, `${what} must begin with a lowercase letter or number`);
  if (!/^[a-z0-9-]*$/.test(text)) fail(code, `${what} must comprise lowercase letters, numbers, and hyphens`);
  if (text.length > MAX_BASIN_NAME_BYTES)
    fail(code, `${what} must not exceed ${MAX_BASIN_NAME_BYTES} bytes in length`);
}

/** Checks a basin's name: 8 to 48 of `a-z 0-9 -`, first and last not a hyphen. */
export function parseBasinName(name: string, code: NameError): string {
  checkBasinText(name, code, "basin name");
  if (name.length < MIN_BASIN_NAME_BYTES)
    fail(code, `basin name should be at least ${MIN_BASIN_NAME_BYTES} bytes in length`);
  if (name.endsWith("-")) fail(code, "basin name must end with a lowercase letter or number");
  return name;
}

/** Checks a prefix of basins' names, or one to start after. */
export function parseBasinPrefix(
  prefix: string,
  word: "prefix" | "start-after",
  code: NameError = "bad_query",
): string {
  checkBasinText(prefix, code, `basin ${word}`);
  return prefix;
}

/** The rules of names that may have any characters but NUL. */
function checkFreeText(text: string, maxBytes: number, code: NameError, what: string): void {
  if (Buffer.byteLength(text) > maxBytes) fail(code, `${what} must not exceed ${maxBytes} bytes in length`);
  if (text.includes("\0")) fail(code, `${what} must not contain NUL bytes`);
}

function checkFreeName(name: string, maxBytes: number, code: NameError, what: string): void {
  if (name === "") fail(code, `${what} must not be empty`);
  if (name === "." || name === "..") fail(code, `${what} must not be "." or ".."`);
  checkFreeText(name, maxBytes, code, what);
}

/** Checks a stream's name: 1 to 512 bytes without NUL, not `.` or `..`. */
export function parseStreamName(name: string, code: NameError): string {
  checkFreeName(name, MAX_STREAM_NAME_BYTES, code, "stream name");
  return name;
}

/** Checks a prefix of streams' names, or one to start after. */
export function parseStreamPrefix(
  prefix: string,
  word: "prefix" | "start-after",
  code: NameError = "bad_query",
): string {
  checkFreeText(prefix, MAX_STREAM_NAME_BYTES, code, `stream ${word}`);
  return prefix;
}

/** Checks the id of an access token: 1 to 96 bytes without NUL, not `.` or `..`. */
export function parseAccessTokenId(id: string, code: NameError): string {
  checkFreeName(id, MAX_ACCESS_TOKEN_ID_BYTES, code, "access token id");
  return id;
}

/** Checks a prefix of access tokens' ids, or one to start after. */
export function parseAccessTokenPrefix(
  prefix: string,
  word: "prefix" | "start-after",
  code: NameError = "bad_query",
): string {
  checkFreeText(prefix, MAX_ACCESS_TOKEN_ID_BYTES, code, `access token ${word}`);
  return prefix;
}

/** Checks a location's name: 1 to 64 of letters, digits, `:`, `-` and `.`. */
export function parseLocationName(name: string, code: NameError): string {
  if (name === "") fail(code, "location name must be at least 1 character in length");
  if (name.length > MAX_LOCATION_NAME_BYTES)
    fail(code, `location name must be at most ${MAX_LOCATION_NAME_BYTES} characters in length`);
  if (!/^[A-Za-z0-9:.-]+$/.test(name))
    fail(code, "location name must comprise ASCII letters, numbers, colons, hyphens, and periods");
  return name;
}

/**
 * Decodes a segment of a path, whose bytes come as Latin-1. A `%` without two hexadecimal digits stands for
 * itself, and so does `+`.
 * Throws `bad_path` when the bytes are not UTF-8.
 */
function decodeSegment(segment: string): string {
  if (/^[\x21-\x24\x26-\x7e]*$/.test(segment)) return segment;
  const bytes = segment.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  const decoded = Buffer.from(bytes, "latin1");
  if (!isUtf8(decoded)) fail("bad_path", "Invalid URL: a path segment is not UTF-8");
  return decoded.toString("utf8");
}

/** A basin's name in a segment of a path. Throws `bad_path`. */
export function basinNameInPath(segment: string): string {
  return parseBasinName(decodeSegment(segment), "bad_path");
}

/** A stream's name in a segment of a path. Throws `bad_path`. */
export function streamNameInPath(segment: string): string {
  return parseStreamName(decodeSegment(segment), "bad_path");
}

/** An access token's id in a segment of a path. Throws `bad_path`. */
export function accessTokenIdInPath(segment: string): string {
  return parseAccessTokenId(decodeSegment(segment), "bad_path");
}

import { type ErrorCode, S2LiteError } from "../errors.js";
import { MAX_BASIN_NAME_BYTES, MAX_STREAM_NAME_BYTES, MIN_BASIN_NAME_BYTES } from "../limits.js";

/** Where a name came from decides the code of its error. */
type NameError = Extract<ErrorCode, "bad_json" | "bad_path" | "bad_query" | "bad_header">;

function fail(code: NameError, message: string): never {
  throw new S2LiteError(code, message);
}

/** Checks a basin's name: 8 to 48 of `a-z 0-9 -`, first and last not a hyphen. */
export function parseBasinName(name: string, code: NameError): string {
  if (name.length < MIN_BASIN_NAME_BYTES || name.length > MAX_BASIN_NAME_BYTES)
    fail(code, `basin name must be ${MIN_BASIN_NAME_BYTES} to ${MAX_BASIN_NAME_BYTES} bytes`);
  if (!/^[a-z0-9][a-z0-9-]*[a-z0-9]$/.test(name))
    fail(code, "basin name must be lowercase letters, digits and inner hyphens");
  return name;
}

/** Checks a prefix of basins' names, or one to start after. */
export function parseBasinPrefix(prefix: string): string {
  if (prefix.length > MAX_BASIN_NAME_BYTES || !/^([a-z0-9][a-z0-9-]*)?$/.test(prefix))
    fail("bad_query", "basin prefix is not the beginning of a basin name");
  return prefix;
}

/** Checks a stream's name: 1 to 512 bytes without NUL, not `.` or `..`. */
export function parseStreamName(name: string, code: NameError): string {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MAX_STREAM_NAME_BYTES)
    fail(code, `stream name must be 1 to ${MAX_STREAM_NAME_BYTES} bytes`);
  if (name === "." || name === "..") fail(code, "stream name must not be `.` or `..`");
  if (name.includes("\0")) fail(code, "stream name must not contain NUL bytes");
  return name;
}

/** Checks a prefix of streams' names, or one to start after. */
export function parseStreamPrefix(prefix: string, word: "prefix" | "start-after"): string {
  if (Buffer.byteLength(prefix) > MAX_STREAM_NAME_BYTES)
    fail("bad_query", `stream ${word} must be at most ${MAX_STREAM_NAME_BYTES} bytes`);
  if (prefix.includes("\0")) fail("bad_query", `stream ${word} must not contain NUL bytes`);
  return prefix;
}

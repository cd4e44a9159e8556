import { parseBasinName } from "../catalog/names.js";
import type { PartialStreamConfig } from "../catalog/stream-config.js";
import { checkStreamConfig, parseStreamConfig } from "../catalog/stream-config-json.js";
import { S2LiteError, toS2LiteError } from "../errors.js";
import { MAX_ENCRYPTION_KEY_CHARS, MAX_REQUEST_TOKEN_BYTES } from "../limits.js";
import { parseJson } from "../wire/json-fields.js";
import type { Exchange } from "./exchange.js";

function badHeader(name: string, message: string): S2LiteError {
  return new S2LiteError("bad_header", `Invalid header \`${name}\`: ${message}`);
}

/** A header's value, which must be visible ASCII. Throws `bad_header`. */
function ascii(exchange: Exchange, name: string): string | undefined {
  const value = exchange.header(name);
  if (value !== undefined && !/^[\x20-\x7e\t]*$/.test(value)) throw badHeader(name, "not UTF-8");
  return value;
}

/** The basin a request is about. Throws `bad_header`. */
export function basinHeader(exchange: Exchange): string {
  const name = ascii(exchange, "s2-basin");
  if (name === undefined) throw new S2LiteError("bad_header", "Missing header `s2-basin`");
  try {
    return parseBasinName(name, "bad_header");
  } catch (error) {
    throw badHeader("s2-basin", toS2LiteError(error).message);
  }
}

/** The idempotency token of a creation. Empty is a token. Throws `bad_header`. */
export function requestToken(exchange: Exchange): string | undefined {
  const token = ascii(exchange, "s2-request-token");
  if (token !== undefined && token.length > MAX_REQUEST_TOKEN_BYTES)
    throw badHeader("s2-request-token", `longer than ${MAX_REQUEST_TOKEN_BYTES} bytes`);
  return token;
}

/** Checks the form of an encryption key, which is otherwise ignored: no stream here is encrypted. */
export function checkEncryptionKey(exchange: Exchange): void {
  const key = ascii(exchange, "s2-encryption-key")?.trim();
  if (key !== undefined && (key.length === 0 || key.length > MAX_ENCRYPTION_KEY_CHARS))
    throw badHeader("s2-encryption-key", `must be 1 to ${MAX_ENCRYPTION_KEY_CHARS} characters`);
}

/** The config for a stream that the request may create. Throws `bad_header`. */
export function streamConfigHeader(exchange: Exchange): PartialStreamConfig | undefined {
  const name = "s2-stream-config";
  const text = exchange.header(name);
  if (text === undefined) return undefined;
  if (!/^[\x20-\x7e\t]*$/.test(text)) throw badHeader(name, "not UTF-8");
  let config: PartialStreamConfig;
  try {
    config = parseStreamConfig(parseJson(Buffer.from(text)));
  } catch (error) {
    throw badHeader(name, `invalid JSON: ${toS2LiteError(error).message}`);
  }
  try {
    checkStreamConfig(config);
  } catch (error) {
    throw badHeader(name, toS2LiteError(error).message);
  }
  return config;
}

import { readBody } from "../http/body.js";
import type { Exchange } from "../http/exchange.js";
import { isJson } from "../http/negotiation.js";
import { badJson, parseJson } from "../wire/json-fields.js";

/** A required JSON body. Throws `bad_json`, also for another content type. */
export async function requiredJson(exchange: Exchange): Promise<unknown> {
  if (!isJson(exchange)) throw badJson("Expected request with `Content-Type: application/json`");
  return parseJson(await readBody(exchange, "bad_json"));
}

/**
 * An optional JSON body: undefined without a content type (a body is then ignored) or when empty.
 * Throws `bad_json`, also for another content type, even with an empty body.
 */
export async function optionalJson(exchange: Exchange): Promise<unknown> {
  if (exchange.header("content-type") === undefined) return undefined;
  if (!isJson(exchange)) throw badJson("Expected request with `Content-Type: application/json`");
  const bytes = await readBody(exchange, "bad_json");
  return bytes.length === 0 ? undefined : parseJson(bytes);
}

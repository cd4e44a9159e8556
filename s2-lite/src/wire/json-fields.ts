import { S2LiteError } from "../errors.js";
import { parseStrictJson, Unusable } from "./strict-json.js";
import { MAX_U64, type U64 } from "./u64.js";

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A body that is not what it must be. */
export function badJson(message: string): S2LiteError {
  return new S2LiteError("bad_json", message);
}

/** Parses JSON as strictly as S2 does; throws `bad_json`. See `parseStrictJson`. */
export function parseJson(bytes: Buffer): unknown {
  return parseStrictJson(bytes);
}

function mustBe(expected: string, value: unknown, what: string): S2LiteError {
  const found =
    value instanceof Unusable ? `, not ${value.what}` : value === undefined ? "; it is missing" : "";
  return badJson(`\`${what}\` must be ${expected}${found}`);
}

/** The value as an object; throws `bad_json` naming `what`. */
export function asObject(value: unknown, what: string): JsonObject {
  const isObject = typeof value === "object" && value !== null;
  if (!isObject || Array.isArray(value) || value instanceof Unusable) throw mustBe("an object", value, what);
  return value as JsonObject;
}

/** The value as a string. */
export function asString(value: unknown, what: string): string {
  if (typeof value !== "string") throw mustBe("a string", value, what);
  return value;
}

/** The value as a boolean. */
export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value !== "boolean") throw mustBe("a boolean", value, what);
  return value;
}

/** The value as a u64, exactly. */
export function asInteger(value: unknown, what: string): U64 {
  const isInteger = Number.isSafeInteger(value) || (typeof value === "bigint" && value <= MAX_U64);
  const integer = value as U64;
  if (!isInteger || integer < 0) throw mustBe("an integer from 0 to 2^64 - 1", value, what);
  return integer;
}

/** The value as an array. */
export function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw mustBe("an array", value, what);
  return value;
}

/** Applies `parse` unless the value is absent or null. */
export function optional<T>(
  value: unknown,
  what: string,
  parse: (value: unknown, what: string) => T,
): T | null {
  return value === undefined || value === null ? null : parse(value, what);
}

/** A field of a change: absent keeps, null clears, anything else is parsed. */
export type Change<T> = T | null | undefined;

/** Parses a field of a change. */
export function change<T>(
  value: unknown,
  what: string,
  parse: (value: unknown, what: string) => T,
): Change<T> {
  return value === undefined || value === null ? value : parse(value, what);
}

import { S2LiteError } from "../errors.js";

/** A parsed JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A body that is not what it must be. */
export function badJson(message: string): S2LiteError {
  return new S2LiteError("bad_json", message);
}

/** Parses JSON text; throws `bad_json`. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw badJson(cause instanceof Error ? cause.message : "invalid JSON");
  }
}

/** The value as an object; throws `bad_json` naming `what`. */
export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badJson(`${what} must be an object`);
  return value as JsonObject;
}

/** The value as a string. */
export function asString(value: unknown, what: string): string {
  if (typeof value !== "string") throw badJson(`${what} must be a string`);
  return value;
}

/** The value as a boolean. */
export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value !== "boolean") throw badJson(`${what} must be a boolean`);
  return value;
}

/** The value as a non-negative integer. */
export function asInteger(value: unknown, what: string): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0)
    throw badJson(`${what} must be a non-negative integer`);
  return value;
}

/** The value as an array. */
export function asArray(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badJson(`${what} must be an array`);
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

import { ERROR_STATUS, type ErrorCode } from "@reeltime/recorder/protocol";
import type { Schema } from "./types.js";

/** A reference to one of the document's schemas. */
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** An object of exactly these members, all required but the ones named `optional`. */
export const object = (
  properties: Readonly<Record<string, Schema>>,
  optional: readonly string[] = [],
): Schema => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
});

/** A list. */
export const array = (items: Schema, maxItems?: number): Schema => ({
  type: "array",
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
});

/** A text, described. */
export const text = (description?: string, more: Schema = {}): Schema => ({
  type: "string",
  ...described(description),
  ...more,
});
/** A number, described. */
export const number = (description?: string, more: Schema = {}): Schema => ({
  type: "number",
  ...described(description),
  ...more,
});
/** A whole number from 0. */
export const count = (description?: string): Schema => ({
  type: "integer",
  minimum: 0,
  ...described(description),
});
/** A time. */
export const time = (description = "Epoch milliseconds of the server's clock."): Schema => ({
  type: "number",
  description,
});
/** A schema, or JSON's `null`. */
export const nullable = (schema: Schema): Schema => ({ anyOf: [schema, { type: "null" }] });

const described = (description: string | undefined): Schema =>
  description === undefined ? {} : { description };

/** An answer of JSON. */
export const json = (description: string, schema: Schema): Schema => ({
  description,
  headers: { "x-request-id": { $ref: "#/components/headers/RequestId" } },
  content: { "application/json": { schema } },
});

/** The refusals a route can answer with, by status. */
export function refusals(...codes: readonly ErrorCode[]): Readonly<Record<string, Schema>> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes)
    byStatus.set(ERROR_STATUS[code], [...(byStatus.get(ERROR_STATUS[code]) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, said]) => [
      String(status),
      json(said.map((code) => `\`${code}\``).join(" or "), ref("Error")),
    ]),
  );
}

/** Read keys and signed-in browsers. */
export const PRIVATE = [{ readKey: [] }, { signedIn: [] }] as const;

/** The parameter `id` of paths below one session. */
export const SESSION_ID: Schema = {
  name: "id",
  in: "path",
  required: true,
  schema: text("The session's id, a UUIDv7."),
};

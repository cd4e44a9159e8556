import type { Schema } from "../../src/openapi/types.js";

type Schemas = Readonly<Record<string, Schema>>;

/** What is wrong with a value by a schema: the small part of JSON Schema that the document uses. */
export function problemsOf(schema: Schema, value: unknown, schemas: Schemas, at = "$"): readonly string[] {
  const {
    $ref,
    anyOf,
    enum: among,
    const: only,
    type,
    properties,
    required,
    items,
    additionalProperties,
  } = schema;
  if (typeof $ref === "string") {
    return problemsOf(schemas[$ref.split("/").at(-1) ?? ""] ?? { const: "missing" }, value, schemas, at);
  }
  if (Array.isArray(anyOf)) {
    const each = (anyOf as readonly Schema[]).map((one) => problemsOf(one, value, schemas, at));
    return each.some((problems) => problems.length === 0) ? [] : each.flat();
  }
  if (Array.isArray(among)) return among.includes(value) ? [] : [`${at} is none of ${among.join(", ")}`];
  if ("const" in schema) return value === only ? [] : [`${at} is not ${String(only)}`];
  if (type !== undefined && !isOf(type, value))
    return [`${at} is no ${String(type)} but ${JSON.stringify(value)}`];
  const problems: string[] = [];
  if (type === "array") {
    (value as readonly unknown[]).forEach((entry, index) => {
      problems.push(...problemsOf((items ?? {}) as Schema, entry, schemas, `${at}[${index}]`));
    });
  }
  if (type === "object") {
    const entries = value as Readonly<Record<string, unknown>>;
    const named = properties as Schemas | undefined;
    for (const name of (required ?? []) as readonly string[]) {
      if (!(name in entries)) problems.push(`${at}.${name} is missing`);
    }
    for (const [name, entry] of Object.entries(entries)) {
      const known = named?.[name] ?? (additionalProperties as Schema | undefined);
      if (known !== undefined) problems.push(...problemsOf(known, entry, schemas, `${at}.${name}`));
      else if (named !== undefined) problems.push(`${at}.${name} is not in the document`);
    }
  }
  return problems;
}

function isOf(type: unknown, value: unknown): boolean {
  if (Array.isArray(type)) return type.some((one) => isOf(one, value));
  switch (type) {
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

import { S2LiteError } from "../errors.js";
import { MAX_FENCING_TOKEN_BYTES } from "../limits.js";
import { readU64 } from "../wire/u64.js";
import type { InputRecord } from "./records.js";

/** What a command record does. */
export type Command =
  | { readonly op: "fence"; readonly token: string }
  | { readonly op: "trim"; readonly before: number };

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The command in a record, or undefined for a record of data. A command has exactly one header, whose
 * name is empty. Throws `invalid` for an unknown or malformed command, or an empty name among others.
 */
export function parseCommand(record: InputRecord): Command | undefined {
  const { headers, body } = record;
  const first = headers[0];
  if (first === undefined) return undefined;
  if (headers.length > 1 || first.name.length > 0) {
    if (headers.some((header) => header.name.length === 0))
      throw new S2LiteError("invalid", "an empty header name is for command records only");
    return undefined;
  }
  const op = first.value.toString("latin1");
  if (op === "fence") return { op, token: parseToken(body) };
  if (op === "trim") {
    if (body.length !== 8) throw new S2LiteError("invalid", "a trim must have a body of 8 bytes");
    return { op, before: readU64(body, 0) };
  }
  throw new S2LiteError("invalid", "unknown command");
}

function parseToken(body: Buffer): string {
  if (body.length > MAX_FENCING_TOKEN_BYTES)
    throw new S2LiteError("invalid", `a fencing token must be at most ${MAX_FENCING_TOKEN_BYTES} bytes`);
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw new S2LiteError("invalid", "a fencing token must be UTF-8", { cause });
  }
}

import { ProtocolError } from "./errors.js";
import {
  MAX_FACT_DETAIL_ENTRIES,
  MAX_FACT_DETAIL_VALUE_BYTES,
  MAX_FACT_TEXT_BYTES,
  MAX_FACTS_PER_FRAME,
  MAX_TIME_MS,
} from "./limits.js";
import { utf8Length } from "./utf8.js";

/**
 * What a fact is about. `navigation`: a new address (text: the address; detail `title`). `click`: what was
 * clicked, in words. `rage`: five clicks on one spot within two seconds. `input`: which field, never its value.
 * `error`: an uncaught error or rejection. `console`: a console error. `custom`: `event(name, detail)`.
 * `identify`: text is the user's id, detail their traits (`name`, `email`, …).
 */
export const FACT_TYPES = [
  "navigation",
  "click",
  "rage",
  "input",
  "error",
  "console",
  "custom",
  "identify",
] as const;
/** One of {@link FACT_TYPES}. */
export type FactType = (typeof FACT_TYPES)[number];

/** A value in a fact's detail. */
export type FactValue = string | number | boolean;

/** A small, searchable thing the SDK knows and says in clear. */
export interface Fact {
  readonly type: FactType;
  /** When, in epoch ms of the client's clock (in frames) or of the server's (everywhere else). */
  readonly atMs: number;
  readonly text: string;
  readonly detail?: Readonly<Record<string, FactValue>>;
}

/** A fact on the wire: `[type, atMs, text, detail or nil]`. */
export type FactTuple = readonly [FactType, number, string, Readonly<Record<string, FactValue>> | null];

/** A fact as it goes into an envelope. */
export const factToTuple = (fact: Fact): FactTuple => [fact.type, fact.atMs, fact.text, fact.detail ?? null];

const fail = (what: string): never => {
  throw new ProtocolError("invalid", what);
};

/** Reads one fact. Throws `ProtocolError` `invalid` or `too_large`. */
export function parseFact(value: unknown): Fact {
  if (!Array.isArray(value) || value.length !== 4) return fail("a fact is [type, atMs, text, detail]");
  const [type, atMs, text, detail] = value as readonly unknown[];
  if (!isFactType(type)) return fail("unknown type of fact");
  if (typeof atMs !== "number" || !(atMs >= 0 && atMs <= MAX_TIME_MS)) {
    return fail("a fact's time is epoch milliseconds");
  }
  if (typeof text !== "string") return fail("a fact's text is a string");
  if (utf8Length(text) > MAX_FACT_TEXT_BYTES)
    throw new ProtocolError("too_large", "a fact's text is too long");
  const parsed = detail === null ? undefined : parseDetail(detail);
  return parsed === undefined ? { type, atMs, text } : { type, atMs, text, detail: parsed };
}

/** Reads a frame's facts. Throws as {@link parseFact}. */
export function parseFacts(value: unknown): readonly Fact[] {
  if (!Array.isArray(value)) return fail("facts are an array");
  if (value.length > MAX_FACTS_PER_FRAME) throw new ProtocolError("too_large", "too many facts in one frame");
  return value.length === 0 ? NONE : value.map(parseFact);
}
const NONE: readonly Fact[] = [];

const types: ReadonlySet<unknown> = /* @__PURE__ */ new Set(FACT_TYPES);
const isFactType = (value: unknown): value is FactType => types.has(value);

function parseDetail(value: unknown): Readonly<Record<string, FactValue>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Uint8Array) {
    return fail("a fact's detail is a map");
  }
  const entries = Object.entries(value);
  if (entries.length > MAX_FACT_DETAIL_ENTRIES) {
    throw new ProtocolError("too_large", "too many entries in a fact's detail");
  }
  for (const [name, entry] of entries) {
    if (typeof entry !== "string" && typeof entry !== "boolean" && !Number.isFinite(entry)) {
      return fail("a fact's detail holds strings, numbers and booleans");
    }
    const size = typeof entry === "string" ? utf8Length(entry) : 8;
    if (size > MAX_FACT_DETAIL_VALUE_BYTES || utf8Length(name) > MAX_FACT_DETAIL_VALUE_BYTES / 2) {
      throw new ProtocolError("too_large", "a fact's detail is too long");
    }
  }
  return Object.fromEntries(entries) as Record<string, FactValue>;
}

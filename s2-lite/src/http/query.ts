import { S2LiteError } from "../errors.js";
import { MAX_LIST_ITEMS } from "../limits.js";
import { parseU64, type U64 } from "../wire/u64.js";

const MAX_U32 = 2 ** 32 - 1;

/** The query of a request, by key. Unknown keys are ignored; a known one may come once. */
export class Query {
  readonly #parameters: URLSearchParams;

  constructor(text: string) {
    this.#parameters = new URLSearchParams(`&${text}`); // the `&` keeps a leading `?` in its key
  }

  /** The text of a key, or undefined. Throws `bad_query` when it comes twice. */
  text(key: string): string | undefined {
    const values = this.#parameters.getAll(key);
    if (values.length > 1) throw badQuery(`duplicate field \`${key}\``);
    return values[0];
  }

  /** A u64, exactly. */
  exactU64(key: string): U64 | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const value = parseU64(text);
    if (value === undefined) throw badQuery(`\`${key}\` must be an integer`);
    return value;
  }

  /** A u64; above 2^53 it is rounded, which no stream reaches. */
  u64(key: string): number | undefined {
    const value = this.exactU64(key);
    return value === undefined ? undefined : Number(value);
  }

  /** A u32. */
  u32(key: string): number | undefined {
    const value = this.u64(key);
    if (value !== undefined && value > MAX_U32) throw badQuery(`\`${key}\` must be an integer`);
    return value;
  }

  /** `true` or `false`. */
  boolean(key: string): boolean | undefined {
    const text = this.text(key);
    if (text === undefined || text === "true" || text === "false")
      return text === undefined ? undefined : text === "true";
    throw badQuery(`\`${key}\` must be true or false`);
  }

  /** One of some words. */
  word(key: string, words: readonly string[], need: "required" | "optional"): string | undefined {
    const text = this.text(key);
    if (text === undefined) {
      if (need === "required") throw badQuery(`missing field \`${key}\``);
      return undefined;
    }
    if (words.includes(text)) return text;
    throw badQuery(`\`${key}\` must be one of ${words.join(", ")}`);
  }

  /** The number of items of a listing. */
  limit(): number {
    const limit = this.u64("limit");
    return limit === undefined || limit === 0 || limit > MAX_LIST_ITEMS ? MAX_LIST_ITEMS : limit;
  }
}

function badQuery(message: string): S2LiteError {
  return new S2LiteError("bad_query", `Failed to deserialize query string: ${message}`);
}

import { isUtf8 } from "node:buffer";
import { S2LiteError } from "../errors.js";
import { MAX_JSON_DEPTH } from "../limits.js";
import { toU64 } from "./u64.js";

/** What stands for a value that no field of ours can take, so that whoever asks for it refuses it. */
export class Unusable {
  /** What it is, for the error's message. */
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

const DUPLICATE = new Unusable("a duplicate field");
const NOT_INTEGER = new Unusable("a floating point number");

/** A value that starts with one of these, and what it is. */
const WORDS: ReadonlyMap<number, readonly [string, unknown]> = new Map([
  [0x74, ["true", true]],
  [0x66, ["false", false]],
  [0x6e, ["null", null]],
]);
/** What may stand in a string as it is: no quote, no backslash, no control character. */
const PLAIN_TEXT = /[ !#-[\]-\uffff]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const ESCAPED_SURROGATE = /\\u[dD]/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Parses JSON more strictly than `JSON.parse` does, as S2 does: a field that comes twice, and a number that is
 * no integer (`1.0` and `-0` too), become an `Unusable`, which matters only if the field is looked at;
 * integers above 2^53 are exact bigints; text must be UTF-8 without lone surrogates. Objects have no
 * prototype. Throws `bad_json`.
 */
export function parseStrictJson(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw invalid("not UTF-8", 0);
  return new Parser(bytes.toString("utf8")).whole();
}

function invalid(what: string, at: number): S2LiteError {
  return new S2LiteError("bad_json", `invalid JSON: ${what} at character ${at + 1}`);
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value(0);
    if (this.#at < this.#text.length) throw invalid("trailing characters", this.#at);
    return value;
  }

  /** A value and the space around it. */
  #value(depth: number): unknown {
    if (depth > MAX_JSON_DEPTH) throw invalid("nested too deeply", this.#at);
    const code = this.#skipSpace();
    let value: unknown;
    if (code === QUOTE) value = this.#string();
    else if (code === 0x7b) value = this.#object(depth);
    else if (code === 0x5b) value = this.#array(depth);
    else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) value = this.#number();
    else value = this.#word(code);
    this.#skipSpace();
    return value;
  }

  #object(depth: number): unknown {
    const fields: Record<string, unknown> = Object.create(null);
    this.#at++;
    if (this.#skipSpace() === 0x7d) {
      this.#at++;
      return fields;
    }
    for (;;) {
      if (this.#skipSpace() !== QUOTE) throw invalid("a key must be a string", this.#at);
      const name = this.#string();
      if (this.#skipSpace() !== 0x3a) throw invalid("expected `:`", this.#at);
      this.#at++;
      const value = this.#value(depth + 1);
      fields[name] = name in fields ? DUPLICATE : value;
      if (this.#closes(0x7d)) return fields;
    }
  }

  #array(depth: number): unknown {
    const items: unknown[] = [];
    this.#at++;
    if (this.#skipSpace() === 0x5d) {
      this.#at++;
      return items;
    }
    for (;;) {
      items.push(this.#value(depth + 1));
      if (this.#closes(0x5d)) return items;
    }
  }

  /** Steps over a closing bracket or a comma; says whether it was the bracket. */
  #closes(bracket: number): boolean {
    const code = this.#text.charCodeAt(this.#at);
    if (code !== bracket && code !== 0x2c)
      throw invalid(`expected \`,\` or \`${String.fromCharCode(bracket)}\``, this.#at);
    this.#at++;
    return code === bracket;
  }

  #string(): string {
    const start = this.#at + 1;
    const end = this.#plain(start);
    const code = this.#text.charCodeAt(end);
    if (code === BACKSLASH) return this.#escapedString(start - 1, end);
    if (code !== QUOTE) throw invalid("unfinished or control character in a string", end);
    this.#at = end + 1;
    return this.#text.slice(start, end);
  }

  /** A string from its quote on, whose first backslash is at `from`: `JSON.parse` knows what it means. */
  #escapedString(start: number, from: number): string {
    let end = from;
    do {
      end = this.#text.indexOf('"', end + 1);
    } while (end >= 0 && this.#isEscaped(end));
    if (end < 0) throw invalid("unfinished string", start);
    this.#at = end + 1;
    return this.#unescape(start, this.#at);
  }

  /** Whether an odd number of backslashes is before this. */
  #isEscaped(at: number): boolean {
    let first = at;
    while (this.#text.charCodeAt(first - 1) === BACKSLASH) first--;
    return (at - first) % 2 === 1;
  }

  /** Where the text stops being plain. */
  #plain(from: number): number {
    PLAIN_TEXT.lastIndex = from;
    PLAIN_TEXT.test(this.#text);
    return PLAIN_TEXT.lastIndex;
  }

  #unescape(start: number, end: number): string {
    const quoted = this.#text.slice(start, end);
    let text: string;
    try {
      text = JSON.parse(quoted) as string;
    } catch {
      throw invalid("bad escape or control character in a string", start); // its own message counts characters from elsewhere
    }
    // The text around is UTF-8: only an escape can be half of a pair.
    if (ESCAPED_SURROGATE.test(quoted) && LONE_SURROGATE.test(text)) throw invalid("lone surrogate", start);
    return text;
  }

  #number(): unknown {
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text);
    if (found === null) throw invalid("invalid number", this.#at);
    this.#at = NUMBER.lastIndex;
    const [digits, fraction, exponent] = found;
    if (fraction !== undefined || exponent !== undefined || digits === "-0") return NOT_INTEGER;
    if (digits.length < 16) return Number(digits);
    // Longer than any u64: however long it is, it need not be computed.
    return digits.length > 21 || digits.startsWith("-") ? NOT_INTEGER : toU64(BigInt(digits));
  }

  #word(code: number): unknown {
    const [word, value] = WORDS.get(code) ?? [];
    if (word === undefined || !this.#text.startsWith(word, this.#at))
      throw invalid("expected a value", this.#at);
    this.#at += word.length;
    return value;
  }

  /** Steps over space; returns the code of what follows, NaN at the end. */
  #skipSpace(): number {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code;
      this.#at++;
    }
  }
}

import { ProtocolError } from "./errors.js";
import { MAX_MSGPACK_DEPTH } from "./limits.js";

/**
 * Walks msgpack without building anything, so that only what Reeltime writes ever reaches `msgpackr`: nil,
 * booleans, numbers that JavaScript holds exactly, strings of valid UTF-8, binary, arrays, and maps with
 * strings for names. `msgpackr` also reads extensions (records, for which it compiles code, regular
 * expressions, errors, references that make cycles, big integers) and recurses as deep as the bytes say:
 * none of that may be in the hands of whoever can post a frame.
 *
 * Throws `ProtocolError`: `malformed` when the bytes are cut short, go on after the value, or nest deeper than
 * {@link MAX_MSGPACK_DEPTH}; `invalid` for a type we do not use; `too_large` past `maxValues`. Takes time
 * linear in the bytes (binary is skipped) and no memory.
 */
export function checkMsgpack(bytes: Uint8Array, maxValues: number): void {
  const walk = new Walk(bytes);
  for (let values = 0; walk.goesOn(); values++) {
    if (values >= maxValues) throw new ProtocolError("too_large", "too many msgpack values");
    walk.value();
  }
}

/** Bytes after the code of each type of fixed size. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0xc0, 0],
  [0xc2, 0],
  [0xc3, 0],
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
]);

const decoder = new TextDecoder("utf-8", { fatal: true });

class Walk {
  readonly #bytes: Uint8Array;
  #at = 0;
  #depth = 0;
  /** Values still due at each depth; in a map its names count too, so an even number means that a name is next. */
  readonly #due: number[] = [1];
  readonly #isMap: boolean[] = [false];

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Leaves what is complete. False at the end. */
  goesOn(): boolean {
    while (this.#due[this.#depth] === 0) {
      if (this.#depth === 0) {
        if (this.#at === this.#bytes.length) return false;
        throw new ProtocolError("malformed", "bytes after the msgpack value");
      }
      this.#depth -= 1;
    }
    return true;
  }

  /** Walks over one value, or into it. */
  value(): void {
    const left = this.#due[this.#depth] ?? 0;
    this.#due[this.#depth] = left - 1;
    const code = this.#number(1);
    if (this.#isMap[this.#depth] && left % 2 === 0 && !isText(code))
      throw unused("a map's name is no string");
    if (code < 0x80 || code >= 0xe0) return;
    if (code < 0x90) this.#open(2 * (code & 0x0f), true);
    else if (code < 0xa0) this.#open(code & 0x0f, false);
    else if (code < 0xc0) this.#text(code & 0x1f);
    else this.#sized(code);
  }

  #sized(code: number): void {
    const fixed = FIXED.get(code);
    if (fixed !== undefined) this.#skip(fixed);
    else if (code >= 0xc4 && code <= 0xc6) this.#skip(this.#number(1 << (code - 0xc4)));
    else if (code >= 0xd9 && code <= 0xdb) this.#text(this.#number(1 << (code - 0xd9)));
    else if (code === 0xdc || code === 0xdd) this.#open(this.#number(2 << (code - 0xdc)), false);
    else if (code === 0xde || code === 0xdf) this.#open(2 * this.#number(2 << (code - 0xde)), true);
    else if (code === 0xcf) this.#exact(this.#number(4), this.#number(4));
    else if (code === 0xd3) this.#exact(this.#number(4) | 0, this.#number(4));
    else throw unused("a msgpack extension");
  }

  #number(size: number): number {
    const from = this.#at;
    this.#skip(size);
    let value = 0;
    for (let index = from; index < this.#at; index++) value = value * 256 + (this.#bytes[index] ?? 0);
    return value;
  }

  #skip(size: number): void {
    if (size > this.#bytes.length - this.#at) throw new ProtocolError("malformed", "msgpack cut short");
    this.#at += size;
  }

  /** Enters an array or a map. Every value takes a byte at least, so more than there are bytes is cut short. */
  #open(values: number, isMap: boolean): void {
    if (values > this.#bytes.length - this.#at) throw new ProtocolError("malformed", "msgpack cut short");
    if (++this.#depth > MAX_MSGPACK_DEPTH) throw new ProtocolError("malformed", "msgpack nested too deep");
    this.#due[this.#depth] = values;
    this.#isMap[this.#depth] = isMap;
  }

  #text(size: number): void {
    const from = this.#at;
    this.#skip(size);
    for (let index = from; index < this.#at; index++) {
      if ((this.#bytes[index] ?? 0) < 0x80) continue;
      try {
        decoder.decode(this.#bytes.subarray(index, this.#at));
      } catch (cause) {
        throw new ProtocolError("malformed", "a string is not UTF-8", { cause });
      }
      return;
    }
  }

  /** Refuses integers that JavaScript would round. */
  #exact(high: number, low: number): void {
    if (!Number.isSafeInteger(high * 0x1_0000_0000 + low)) throw unused("an integer too large");
  }
}

const isText = (code: number): boolean => (code >= 0xa0 && code < 0xc0) || (code >= 0xd9 && code <= 0xdb);
const unused = (what: string): ProtocolError => new ProtocolError("invalid", `not used here: ${what}`);

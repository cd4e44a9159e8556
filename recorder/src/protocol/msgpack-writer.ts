/**
 * The few msgpack types a page writes, byte for byte as `msgpackr` would write them (`useRecords: false`):
 * whole numbers in 32 bits as the shortest integer, all others as float64. It exists because `msgpackr`
 * costs a page 11.9 KB gzipped. Golden fixtures and property tests hold the two together.
 */
export type Packable =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | readonly Packable[]
  | { readonly [name: string]: Packable };

const encoder = new TextEncoder();

/**
 * Packs one value. Strings are cut of nothing and maps keep their own order. As in JSON, an `undefined` that got
 * past the types is left out of a map and is nil in an array.
 */
export function pack(value: Packable): Uint8Array<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const put = (chunk: Uint8Array): void => {
    chunks.push(chunk);
    size += chunk.length;
  };
  /** A code; then, when `width` is 0, 1, 2 or 3, a number in 1, 2 or 4 bytes or as float64. */
  const code = (first: number, number = 0, width = -1): void => {
    const chunk = new DataView(new ArrayBuffer(width < 0 ? 1 : 1 + (1 << width)));
    chunk.setUint8(0, first);
    if (width === 0) chunk.setUint8(1, number);
    if (width === 1) chunk.setUint16(1, number);
    if (width === 2) chunk.setUint32(1, number);
    if (width === 3) chunk.setFloat64(1, number);
    put(new Uint8Array(chunk.buffer));
  };
  /** A size or whole number in its shortest form: below `few` inside the code, else after `code8` and the two codes that follow it (`least` 1: there is no form of 8 bits). */
  const sized = (number: number, few: number, fewCode: number, code8: number, least = 0): void => {
    const width = number < 0x100 && least < 1 ? 0 : number < 0x10000 ? 1 : 2;
    if (number < few) code(fewCode + number);
    else code(code8 + width, number, width);
  };
  const write = (item: Packable): void => {
    if (typeof item === "number") {
      if (item >>> 0 === item) sized(item, 0x80, 0, 0xcc);
      else if ((item | 0) !== item) code(0xcb, item, 3);
      else if (item >= -0x20) code(item);
      else {
        const width = item >= -0x80 ? 0 : item >= -0x8000 ? 1 : 2;
        code(0xd0 + width, item, width);
      }
    } else if (typeof item === "string") {
      const text = encoder.encode(item);
      sized(text.length, 0x20, 0xa0, 0xd9);
      put(text);
    } else if (item instanceof Uint8Array) {
      sized(item.length, 0, 0, 0xc4);
      put(item);
    } else if (isArray(item)) {
      sized(item.length, 0x10, 0x90, 0xdb, 1);
      for (const entry of item) write(entry);
    } else if (typeof item === "object" && item) {
      const entries = Object.entries(item).filter(([, entry]) => entry !== undefined);
      sized(entries.length, 0x10, 0x80, 0xdd, 1);
      for (const [name, entry] of entries) {
        write(name);
        write(entry);
      }
    } else code(item ? 0xc3 : item === false ? 0xc2 : 0xc0);
  };
  write(value);
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

const isArray = (value: Packable): value is readonly Packable[] => Array.isArray(value);

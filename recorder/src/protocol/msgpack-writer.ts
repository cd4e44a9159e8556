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
  let bytes = new Uint8Array(1024);
  let view = new DataView(bytes.buffer);
  let at = 0;

  const room = (size: number): void => {
    if (at + size <= bytes.length) return;
    const grown = new Uint8Array(Math.max(bytes.length * 2, at + size));
    grown.set(bytes.subarray(0, at));
    bytes = grown;
    view = new DataView(bytes.buffer);
  };
  const byte = (code: number): void => {
    room(1);
    bytes[at++] = code;
  };
  const u16 = (code: number, size: number): void => {
    room(3);
    bytes[at] = code;
    view.setUint16(at + 1, size);
    at += 3;
  };
  const u32 = (code: number, size: number): void => {
    room(5);
    bytes[at] = code;
    view.setUint32(at + 1, size);
    at += 5;
  };
  /** A length in the shortest of its forms: below `fixed` inside the code, then 8 (where there is such a code), 16 or 32 bits. */
  const length = (size: number, fixed: number, base: number, code8: number, code16: number): void => {
    if (size < fixed) byte(base | size);
    else if (code8 > 0 && size < 0x100) {
      byte(code8);
      byte(size);
    } else if (size < 0x10000) u16(code16, size);
    else u32(code16 + 1, size);
  };
  const raw = (chunk: Uint8Array): void => {
    room(chunk.length);
    bytes.set(chunk, at);
    at += chunk.length;
  };
  const number = (value: number): void => {
    if (value >= 0 && value <= 0xffffffff && value % 1 === 0) {
      if (value < 0x80) byte(value);
      else if (value < 0x100) {
        byte(0xcc);
        byte(value);
      } else if (value < 0x10000) u16(0xcd, value);
      else u32(0xce, value);
    } else if (value < 0 && value >= -0x80000000 && value % 1 === 0) {
      if (value >= -0x20) byte(value + 0x100);
      else if (value >= -0x80) {
        byte(0xd0);
        byte(value + 0x100);
      } else if (value >= -0x8000) u16(0xd1, value + 0x10000);
      else u32(0xd2, value + 0x100000000);
    } else {
      room(9);
      bytes[at] = 0xcb;
      view.setFloat64(at + 1, value);
      at += 9;
    }
  };
  const write = (item: Packable): void => {
    if (item === null || item === undefined) byte(0xc0);
    else if (typeof item === "boolean") byte(item ? 0xc3 : 0xc2);
    else if (typeof item === "number") number(item);
    else if (typeof item === "string") {
      const text = encoder.encode(item);
      length(text.length, 0x20, 0xa0, 0xd9, 0xda);
      raw(text);
    } else if (item instanceof Uint8Array) {
      length(item.length, 0, 0, 0xc4, 0xc5);
      raw(item);
    } else if (isArray(item)) {
      length(item.length, 0x10, 0x90, 0, 0xdc);
      for (const entry of item) write(entry);
    } else {
      const entries = Object.entries(item).filter(([, entry]) => entry !== undefined);
      length(entries.length, 0x10, 0x80, 0, 0xde);
      for (const [name, entry] of entries) {
        write(name);
        write(entry);
      }
    }
  };
  write(value);
  return bytes.slice(0, at);
}

const isArray = (value: Packable): value is readonly Packable[] => Array.isArray(value);

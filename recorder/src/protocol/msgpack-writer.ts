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

/**
 * Packs one value. Strings are cut of nothing and maps keep their own order. As in JSON, an `undefined` that got
 * past the types is left out of a map and is nil in an array.
 */
export const pack = (value: Packable): Uint8Array<ArrayBuffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const put = (chunk: Uint8Array): void => {
    size += chunk.length;
    chunks.push(chunk);
  };
  /** A code, then a number in so many bytes: none, 1, 2 or 4, or 8 as float64. */
  const code = (first: number, number = 0, bytes = 0): void => {
    const view = new DataView(new ArrayBuffer(9));
    view.setUint8(0, first);
    if (bytes > 4) view.setFloat64(1, number);
    else view.setUint32(1, number << (32 - 8 * bytes));
    put(new Uint8Array(view.buffer, 0, 1 + bytes));
  };
  /**
   * A size or whole number in its shortest form: below `few` inside the code, else after `code8` or one of the two codes
   * that follow it. Arrays and maps have no form of 8 bits. A negative one gives the `measure` whose form holds it.
   */
  const sized = (number: number, few: number, fewCode: number, code8: number, measure = number): void => {
    const width = measure < 0x100 && code8 < 0xdb ? 0 : measure < 0x10000 ? 1 : 2;
    if (measure < few) code(fewCode + number);
    else code(code8 + width, number, 1 << width);
  };
  const write = (item: Packable): void => {
    if (typeof item === "number") {
      if (item >>> 0 === item) sized(item, 0x80, 0, 0xcc);
      else if ((item | 0) === item) sized(item, 0x40, 0, 0xd0, 2 * ~item);
      else code(0xcb, item, 8);
    } else if (typeof item === "string") {
      const text = new TextEncoder().encode(item);
      sized(text.length, 0x20, 0xa0, 0xd9);
      put(text);
    } else if (item instanceof Uint8Array) {
      sized(item.length, 0, 0, 0xc4);
      put(item);
    } else if (Array.isArray(item)) {
      sized(item.length, 0x10, 0x90, 0xdb);
      for (const entry of item) write(entry);
    } else if (typeof item === "object" && item) {
      const entries = Object.entries(item).filter(([, entry]) => entry !== undefined);
      sized(entries.length, 0x10, 0x80, 0xdd);
      for (const entry of entries.flat()) write(entry);
    } else code(item ? 0xc3 : item === false ? 0xc2 : 0xc0);
  };
  write(value);
  const bytes = new Uint8Array(size);
  for (const chunk of chunks.reverse()) {
    size -= chunk.length;
    bytes.set(chunk, size);
  }
  return bytes;
};

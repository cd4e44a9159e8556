import { Packr } from "msgpackr";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  decodeFrame,
  decodeFramesPage,
  decodeState,
  decodeUpload,
  MAX_FRAME_BYTES,
  MAX_FRAME_VALUES,
  MAX_FRAMES_PER_UPLOAD,
  MAX_MSGPACK_DEPTH,
  MAX_UPLOAD_BYTES,
  ProtocolError,
  pack,
  unpack,
} from "../../src/protocol/index.js";

const readers = { unpack, decodeFrame, decodeUpload, decodeState, decodeFramesPage };
const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};
const refused = (bytes: readonly number[] | Uint8Array): string =>
  codeOf(() => unpack(Uint8Array.from(bytes)));
const u32 = (value: number): number[] => [
  value >>> 24,
  (value >>> 16) & 255,
  (value >>> 8) & 255,
  value & 255,
];

describe("hostile msgpack", () => {
  const RealFunction = globalThis.Function;
  let compiled = 0;
  beforeEach(() => {
    compiled = 0;
    globalThis.Function = new Proxy(RealFunction, {
      construct: (target, args) => {
        compiled += 1;
        return Reflect.construct(target, args);
      },
    });
  });
  afterEach(() => {
    globalThis.Function = RealFunction;
  });

  it("never reaches the code compiler of records, which msgpackr alone would run", () => {
    const record = [0x96, 0xd4, 0x72, 0x40, 0x91, 0xa1, 0x61, 1, 0x40, 2, 0x40, 3, 0x40, 4, 0x40, 5, 0x40, 6];
    expect(new Packr({ useRecords: false }).unpack(Uint8Array.from(record))).toHaveLength(6);
    expect(compiled).toBe(1);
    compiled = 0;
    for (const read of Object.values(readers)) {
      expect(codeOf(() => read(Uint8Array.from(record)))).toBe("invalid");
    }
    expect(compiled).toBe(0);
  });

  it("refuses every extension, of every size and type", () => {
    for (let type = 0; type < 256; type++) {
      for (const [code, size] of [
        [0xd4, 1],
        [0xd5, 2],
        [0xd6, 4],
        [0xd7, 8],
        [0xd8, 16],
      ] as const) {
        expect(refused([code, type, ...new Array<number>(size).fill(0x91)])).toBe("invalid");
      }
      expect(refused([0xc7, 2, type, 0x90, 0x90])).toBe("invalid");
      expect(refused([0xc8, 0, 2, type, 0x90, 0x90])).toBe("invalid");
      expect(refused([0xc9, 0, 0, 0, 2, type, 0x90, 0x90])).toBe("invalid");
    }
    expect(refused([0xc1])).toBe("invalid");
  });

  it("refuses integers that a number would round, and reads those it holds exactly", () => {
    const int = (code: number, value: bigint): Uint8Array => {
      const bytes = new Uint8Array(9);
      bytes[0] = code;
      new DataView(bytes.buffer).setBigInt64(1, value);
      return bytes;
    };
    for (const value of [2n ** 53n, 2n ** 60n, 2n ** 64n - 1n])
      expect(refused(int(0xcf, value))).toBe("invalid");
    for (const value of [2n ** 53n, 2n ** 62n, -(2n ** 53n), -(2n ** 63n)]) {
      expect(refused(int(0xd3, value))).toBe("invalid");
    }
    for (const value of [0n, 1n, 2n ** 32n, 2n ** 53n - 1n]) {
      expect(unpack(int(0xcf, value))).toBe(Number(value));
      expect(unpack(int(0xd3, value))).toBe(Number(value));
      expect(unpack(int(0xd3, -value)) === Number(-value)).toBe(true);
    }
  });

  it("answers a bomb of depth with malformed, not with a stack overflow", () => {
    for (const code of [0x91, 0x81]) {
      const bomb = new Uint8Array(MAX_FRAME_BYTES).fill(code);
      expect(refused(bomb)).toMatch(/malformed|invalid/);
      for (const read of Object.values(readers))
        expect(codeOf(() => read(bomb))).toMatch(/malformed|invalid/);
    }
    const maps = Uint8Array.from(new Array(300_000).fill([0x81, 0xa0]).flat());
    expect(refused(maps)).toBe("malformed");
  });

  it("reads the deepest nesting allowed, and refuses one more", () => {
    const nested = (depth: number): Uint8Array => Uint8Array.from([...new Array(depth).fill(0x91), 0xc0]);
    expect(codeOf(() => unpack(nested(MAX_MSGPACK_DEPTH)))).toBe("read");
    expect(codeOf(() => unpack(nested(MAX_MSGPACK_DEPTH + 1)))).toBe("malformed");
  });

  it("refuses lengths beyond the bytes there are before it takes memory for them", () => {
    for (const code of [0xc6, 0xdb, 0xdd, 0xdf]) {
      for (const size of [0xffffffff, 0x80000000, 0x7fffffff, 100]) {
        expect(refused([code, ...u32(size), 1, 2, 3])).toBe("malformed");
      }
    }
    for (const code of [0xc5, 0xda, 0xdc, 0xde]) expect(refused([code, 0xff, 0xff, 1])).toBe("malformed");
    for (const code of [0xc4, 0xd9]) expect(refused([code, 0xff, 1])).toBe("malformed");
    for (const code of [0x8f, 0x9f, 0xbf]) expect(refused([code, 1])).toBe("malformed");
  });

  it("bounds the objects that a body of small values can make", () => {
    const many = (size: number): Uint8Array => Uint8Array.from([0xdd, ...u32(size)]);
    const flood = new Uint8Array(MAX_FRAME_BYTES).fill(0x90);
    flood.set(many(MAX_FRAME_BYTES - 5));
    const before = process.memoryUsage().heapUsed;
    expect(codeOf(() => decodeFrame(flood))).toBe("too_large");
    expect(codeOf(() => decodeUpload(flood))).toBe("too_large");
    expect(codeOf(() => unpack(flood))).toBe("too_large");
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 * 1024);
    expect(codeOf(() => unpack(pack([1, 2, 3]), 4))).toBe("read");
    expect(codeOf(() => unpack(pack([1, 2, 3, 4]), 4))).toBe("too_large");
    expect(MAX_FRAME_VALUES).toBeGreaterThan(16 + 100 * (1 + 4 + 64));
  });

  it("refuses names of maps that are no strings", () => {
    expect(refused([0x81, 0x01, 0x01])).toBe("invalid");
    expect(refused([0x81, 0xc4, 1, 1, 1])).toBe("invalid");
    expect(refused([0x81, 0x90, 1])).toBe("invalid");
    expect(refused([0x82, 0xa1, 0x61, 1, 0xc0, 1])).toBe("invalid");
  });

  it("lets no name reach a prototype", () => {
    const attack = (name: string): Uint8Array => {
      const bytes = new TextEncoder().encode(name);
      return Uint8Array.from([0x81, 0xa0 | bytes.length, ...bytes, 0x81, 0xa4, 0x65, 0x76, 0x69, 0x6c, 1]);
    };
    for (const name of ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"]) {
      const value = unpack(attack(name)) as object;
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect((value as { evil?: unknown }).evil).toBeUndefined();
      expect(({} as { evil?: unknown }).evil).toBeUndefined();
    }
  });

  it("takes the last of two entries of one name", () => {
    expect(unpack(Uint8Array.from([0x82, 0xa1, 0x61, 1, 0xa1, 0x61, 2]))).toEqual({ a: 2 });
  });

  it("refuses strings that are not UTF-8, of every length", () => {
    const bad = [[0xff], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82]];
    for (const tail of bad) {
      for (const length of [0, 10, 25, 70, 300]) {
        const text = [...new Array<number>(length).fill(0x61), ...tail];
        expect(refused([0xda, text.length >> 8, text.length & 255, ...text])).toBe("malformed");
        expect(refused([0x81, 0xda, text.length >> 8, text.length & 255, ...text, 1])).toBe("malformed");
      }
    }
  });

  it("refuses a frame or an upload one byte over its limit before reading it", () => {
    expect(codeOf(() => decodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1)))).toBe("too_large");
    expect(codeOf(() => decodeFrame(new Uint8Array(MAX_FRAME_BYTES)))).toBe("malformed");
    expect(codeOf(() => decodeUpload(new Uint8Array(MAX_UPLOAD_BYTES + 1)))).toBe("too_large");
    expect(codeOf(() => decodeUpload(new Uint8Array(MAX_UPLOAD_BYTES)))).toBe("malformed");
  });

  it("stays usable after any refusal", () => {
    for (let index = 0; index < 100; index++) refused([0x92, 0xd4, 0x72, 0x40]);
    expect(unpack(pack(["ok", MAX_FRAMES_PER_UPLOAD]))).toEqual(["ok", MAX_FRAMES_PER_UPLOAD]);
  });
});

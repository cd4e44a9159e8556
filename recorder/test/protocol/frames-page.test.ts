import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeFramesPage,
  encodeFramesPage,
  type Packable,
  ProtocolError,
  pack,
} from "../../src/protocol/index.js";

const count = fc.maxSafeInteger().map(Math.abs);
const page = fc.record({
  frames: fc.array(
    fc.record({
      seqNum: count,
      timestampMs: count,
      offsetMs: fc.integer(),
      bytes: fc.uint8Array({ maxLength: 300 }),
    }),
  ),
  next: count,
  tail: count,
  closed: fc.boolean(),
  dropped: count,
});
const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeFramesPage(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};

describe("a page of frames", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(page, (value) => {
        const read = decodeFramesPage(encodeFramesPage(value));
        const bare = (frames: typeof read.frames) =>
          frames.map((frame) => ({ ...frame, bytes: [...frame.bytes] }));
        expect({ ...read, frames: bare(read.frames) }).toEqual({ ...value, frames: bare(value.frames) });
      }),
    );
  });

  it("of another version is told apart, and of another shape refused", () => {
    const of = (...fields: Packable[]): string => codeOf(pack(fields));
    const frame = [0, 0, 0, new Uint8Array(1)] as Packable;
    expect(of(1, [frame], 1, 1, false, 0)).toBe("read");
    expect(of(2, [frame], 1, 1, false, 0)).toBe("unsupported_version");
    const bad: Packable[][] = [
      [1, null, 1, 1, false, 0],
      [1, [null], 1, 1, false, 0],
      [1, [[0, 0, 0, "bytes"]], 1, 1, false, 0],
      [1, [["0", 0, 0, new Uint8Array(1)]], 1, 1, false, 0],
      [1, [[0, Number.NaN, 0, new Uint8Array(1)]], 1, 1, false, 0],
      [1, [[0, 0, null, new Uint8Array(1)]], 1, 1, false, 0],
      [1, [], null, 1, false, 0],
      [1, [], 1, Number.POSITIVE_INFINITY, false, 0],
      [1, [], 1, 1, 0, 0],
      [1, [], 1, 1, false],
    ];
    for (const fields of bad) expect(codeOf(pack(fields))).toBe("invalid");
    expect(codeOf(pack({}))).toBe("invalid");
  });
});

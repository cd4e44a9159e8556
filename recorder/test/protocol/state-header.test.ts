import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeState,
  encodeState,
  type Packable,
  ProtocolError,
  pack,
  type SessionState,
  STATE_VERSION,
  unpack,
  type WindowId,
  type WriterId,
} from "../../src/protocol/index.js";
import { states } from "./golden.js";

const id = fc.stringMatching(/^[A-Za-z0-9_-]{8,32}$/);
const count = fc.maxSafeInteger().map(Math.abs);
const ms = fc.oneof(
  count,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
);
const state: fc.Arbitrary<SessionState> = fc.record({
  writers: fc.array(
    fc.record({ writer: id.map((w) => w as WriterId), lastNumber: count, offsetMs: ms, seenMs: ms }),
    { maxLength: 40 },
  ),
  windows: fc.array(
    fc.record({
      window: id.map((w) => w as WindowId),
      checkoutSeqNum: count,
      checkoutMs: ms,
      checkoutBytes: count,
      bytesAtCheckout: count,
      seenMs: ms,
    }),
    { maxLength: 20 },
  ),
  lateRuns: fc.array(
    fc.record({
      window: id.map((w) => w as WindowId),
      fromSeqNum: count,
      toSeqNum: count,
      firstMs: ms,
      lastMs: ms,
    }),
    { maxLength: 20 },
  ),
  totals: fc.record({
    frames: count,
    events: count,
    bytes: count,
    firstMs: ms,
    lastMs: ms,
    inputMs: fc.option(ms, { nil: undefined }),
  }),
});
const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeState(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};

describe("a state header", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(state, (value) => {
        expect(decodeState(encodeState(value))).toEqual(value);
      }),
    );
  });

  it("of garbage, or cut, or continued, is refused", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => codeOf(bytes) !== "read"));
    fc.assert(
      fc.property(state, fc.nat(), (value, at) => {
        const bytes = encodeState(value);
        expect(codeOf(bytes.subarray(0, at % bytes.length))).toBe("malformed");
        expect(codeOf(Uint8Array.from([...bytes, 0]))).toBe("malformed");
      }),
    );
  });

  it("tells another version apart", () => {
    for (const version of [0, STATE_VERSION + 1, "1", null]) {
      expect(codeOf(pack([version, [], [], [], []]))).toBe("unsupported_version");
    }
  });

  it("with any part of the wrong shape is refused", () => {
    const good = unpack(encodeState(states.state as SessionState)) as Packable[];
    const replaced = (index: number, value: Packable): Uint8Array =>
      pack(good.map((entry, at) => (at === index ? value : entry)));
    for (let part = 1; part <= 4; part++) {
      for (const value of [null, 5, "rows", {}, [5], [[]], [[1, 2, 3]], [null]] as Packable[]) {
        expect(codeOf(replaced(part, value))).toBe("invalid");
      }
    }
    for (let part = 1; part <= 3; part++) {
      const row = (good[part] as Packable[][])[0] ?? [];
      for (let column = 0; column < row.length; column++) {
        for (const value of [null, "", "short-1", [], Number.NaN, Number.POSITIVE_INFINITY] as Packable[]) {
          expect(codeOf(replaced(part, [row.map((cell, at) => (at === column ? value : cell))]))).toBe(
            "invalid",
          );
        }
      }
      expect(codeOf(replaced(part, [[...row, 1]]))).toBe("invalid");
    }
    expect(codeOf(pack(good.slice(0, 4)))).toBe("invalid");
    expect(codeOf(pack([...good, null]))).toBe("invalid");
    expect(codeOf(pack({}))).toBe("invalid");
  });
});

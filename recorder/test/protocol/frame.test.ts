import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeFrame,
  encodeFrame,
  FRAME_VERSION,
  type Frame,
  MAX_BODY_BYTES,
  MAX_FRAME_BYTES,
  MAX_FRAME_SPAN_MS,
  MAX_TIME_MS,
  type Packable,
  ProtocolError,
  pack,
  unpack,
} from "../../src/protocol/index.js";
import { frame } from "./arbitrary.js";
import { frames } from "./golden.js";

const codeOf = (bytes: Uint8Array): string => {
  try {
    decodeFrame(bytes);
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};
const fieldsOf = (value: Frame): Packable[] => unpack(encodeFrame(value)) as Packable[];
const base = frames["frame-dom-json"];
const lost = frames["frame-lost"];
/** The code that a frame gets with one field of its array replaced. */
const withField = (index: number, value: Packable, from: Frame = base): string =>
  codeOf(pack(fieldsOf(from).map((field, at) => (at === index ? value : field))));

describe("a frame", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(frame, (value) => {
        expect(decodeFrame(encodeFrame(value))).toEqual(value);
      }),
      { numRuns: 1000 },
    );
  });

  it("is refused when cut at any byte", () => {
    fc.assert(
      fc.property(frame, (value) => {
        const bytes = encodeFrame(value);
        for (let end = 0; end < bytes.length; end++) {
          if (codeOf(bytes.subarray(0, end)) !== "malformed") return false;
        }
        return true;
      }),
      { numRuns: 60 },
    );
  });

  it("is refused when a byte follows it", () => {
    fc.assert(
      fc.property(
        frame,
        fc.uint8Array({ minLength: 1, maxLength: 9 }),
        (value, extra) => codeOf(Uint8Array.from([...encodeFrame(value), ...extra])) === "malformed",
      ),
    );
  });

  it("with any bytes changed is refused, or means the same after it is written again", () => {
    let read = 0;
    let runs = 0;
    fc.assert(
      fc.property(
        frame,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 12, maxLength: 12 }),
        (value, changes) => {
          const bytes = encodeFrame(value);
          for (const [at, byte] of changes) {
            runs += 1;
            const changed = Uint8Array.from(bytes);
            // Most of a frame is its body, where a change means nothing: change the envelope as often.
            changed[at % (runs % 2 === 0 ? bytes.length : Math.min(80, bytes.length))] = byte;
            if (codeOf(changed) !== "read") continue;
            read += 1;
            const once = decodeFrame(changed);
            const again = decodeFrame(encodeFrame(once));
            expect(again).toEqual(again.lastMs === once.lastMs ? once : { ...once, lastMs: again.lastMs });
            // A first time near 0 beside a large span is the one place where a float cannot hold both.
            expect(Math.abs(again.lastMs - once.lastMs)).toBeLessThan(1e-6);
          }
        },
      ),
      { numRuns: 2500 },
    );
    expect(runs).toBeGreaterThanOrEqual(20_000);
    expect(read).toBeGreaterThan(runs / 20);
    expect(read).toBeLessThan((runs * 19) / 20);
  });

  it("of random bytes is refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => codeOf(bytes) !== "read"),
      { numRuns: 5000 },
    );
  });

  it("has a body that is a view, not a copy", () => {
    const bytes = encodeFrame(base);
    expect(decodeFrame(bytes).body.buffer).toBe(bytes.buffer);
  });

  it("whose clock was set back spans nothing", () => {
    const read = decodeFrame(encodeFrame({ ...base, lastMs: base.firstMs - 5_000 }));
    expect(read.lastMs).toBe(read.firstMs);
  });
});

describe("a frame's fields", () => {
  const wrong: readonly (readonly [string, number, readonly Packable[]])[] = [
    ["writer", 1, [null, 5, "", "short-1", "a".repeat(33), "with space1", "ünicode-id", ["writer-01"]]],
    ["number", 2, [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "1", null]],
    ["window", 3, [null, 5, "", "short-1", "a".repeat(33), "with\nnewline", new Uint8Array(8)]],
    ["kind", 4, [-1, 5, 0.5, "dom", null, true, Number.NaN, "length"]],
    ["first time", 5, [-1, Number.NaN, Number.POSITIVE_INFINITY, MAX_TIME_MS + 1, "0", null]],
    ["span", 6, [-1, Number.NaN, Number.POSITIVE_INFINITY, "0", null]],
    ["input time", 7, [-1, Number.NaN, MAX_TIME_MS + 1, "0", false]],
    ["checkout", 8, [0, 1, null, "true"]],
    ["codec", 9, [-1, 3, 0.5, "json", null]],
    ["key id", 10, ["", "k".repeat(65), 5, false]],
    ["events", 11, [-1, 0.5, Number.NaN, 2 ** 53, "1", null]],
    ["raw bytes", 12, [-1, 0.5, Number.NaN, "1", null]],
    ["facts", 13, [null, {}, "", [null], [[]], [["click", 0, "t"]], [["nothing", 0, "t", null]]]],
    ["loss", 14, [[], [1, 1, 0, 0, 0], false, 0, {}]],
    ["body", 15, [null, "text", [1, 2], 5]],
  ];

  it.each(wrong)("refuse what is no %s", (_, index, values) => {
    for (const value of values) expect(withField(index, value)).toBe("invalid");
  });

  it("are sixteen", () => {
    expect(codeOf(pack(fieldsOf(base).slice(0, 15)))).toBe("invalid");
    expect(codeOf(pack([...fieldsOf(base), null]))).toBe("invalid");
    expect(codeOf(pack({}))).toBe("invalid");
    expect(codeOf(pack(null))).toBe("invalid");
  });

  it("begin with the version, and another version is told apart from a wrong frame", () => {
    for (const version of [0, FRAME_VERSION + 1, 255, "1", null]) {
      expect(withField(0, version)).toBe("unsupported_version");
    }
    expect(codeOf(pack([FRAME_VERSION + 1]))).toBe("unsupported_version");
    expect(codeOf(pack([]))).toBe("unsupported_version");
  });

  it("hold a loss with kind lost, and only then", () => {
    expect(codeOf(encodeFrame({ ...base, kind: "lost" }))).toBe("invalid");
    expect(codeOf(encodeFrame({ ...lost, kind: "dom" }))).toBe("invalid");
    expect(codeOf(encodeFrame(lost))).toBe("read");
  });

  it("refuse a loss whose parts are wrong", () => {
    const good: readonly Packable[] = [1, 1, 0, 5, 6];
    expect(withField(14, good, lost)).toBe("read");
    const bad: readonly (readonly [number, Packable])[] = [
      [0, -1],
      [1, 0.5],
      [2, 5],
      [2, "overflow"],
      [3, -1],
      [4, MAX_TIME_MS + 1],
    ];
    for (const [at, value] of bad) {
      expect(
        withField(
          14,
          good.map((entry, index) => (index === at ? value : entry)),
          lost,
        ),
      ).toBe("invalid");
    }
    expect(withField(14, good.slice(0, 4), lost)).toBe("invalid");
    expect(withField(14, [...good, 1], lost)).toBe("invalid");
  });

  it("may span the longest time, and not a millisecond more", () => {
    expect(withField(6, MAX_FRAME_SPAN_MS)).toBe("read");
    expect(withField(6, MAX_FRAME_SPAN_MS + 1)).toBe("too_large");
  });

  it("may claim the largest body, and not a byte more", () => {
    expect(withField(12, MAX_BODY_BYTES)).toBe("read");
    expect(withField(12, MAX_BODY_BYTES + 1)).toBe("too_large");
  });

  it("may be as large as a frame may be, and not a byte more", () => {
    const around = encodeFrame({ ...base, body: new Uint8Array(70_000) }).length - 70_000;
    const largest = { ...base, body: new Uint8Array(MAX_FRAME_BYTES - around) };
    expect(encodeFrame(largest)).toHaveLength(MAX_FRAME_BYTES);
    expect(codeOf(encodeFrame(largest))).toBe("read");
    const larger = { ...base, body: new Uint8Array(MAX_FRAME_BYTES - around + 1) };
    expect(codeOf(encodeFrame(larger))).toBe("too_large");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clipUtf8, utf8Length } from "../../src/protocol/index.js";

const encoder = new TextEncoder();
/** Code units of every kind, halves of pairs included. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }), fc.nat(0x7f)))
    .map((units) => String.fromCharCode(...units)),
);

describe("utf8Length", () => {
  it("counts as TextEncoder writes", () => {
    fc.assert(
      fc.property(anyText, (text) => utf8Length(text) === encoder.encode(text).length),
      { numRuns: 2000 },
    );
  });

  it("counts every code unit, alone and before a letter, as TextEncoder writes", () => {
    for (let unit = 0; unit <= 0xffff; unit++) {
      const text = `${String.fromCharCode(unit)}a`;
      if (utf8Length(text) !== encoder.encode(text).length) throw new Error(unit.toString(16));
    }
  });
});

describe("clipUtf8", () => {
  it("gives the longest prefix that fits, never half a character", () => {
    fc.assert(
      fc.property(anyText, fc.nat(60), (text, maxBytes) => {
        const clipped = clipUtf8(text, maxBytes);
        expect(text.startsWith(clipped)).toBe(true);
        expect(encoder.encode(clipped).length).toBeLessThanOrEqual(maxBytes);
        const [next = ""] = text.slice(clipped.length);
        if (next !== "") expect(encoder.encode(clipped + next).length).toBeGreaterThan(maxBytes);
        // What follows does not begin with the second half of a pair whose first half was kept.
        expect(encoder.encode(clipped).length + encoder.encode(text.slice(clipped.length)).length).toBe(
          encoder.encode(text).length,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it("gives nothing for no room", () => {
    for (const maxBytes of [0, -1, Number.NEGATIVE_INFINITY]) expect(clipUtf8("abc", maxBytes)).toBe("");
    expect(clipUtf8("💳", 3)).toBe("");
    expect(clipUtf8("", 0)).toBe("");
  });
});

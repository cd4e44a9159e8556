import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ColourCounter } from "../../src/capture/colours.js";

describe("colours", () => {
  it("are counted as a set would count them, up to one past the limit", () => {
    const counter = new ColourCounter();
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: 64, maxLength: 64 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 64 }),
        (colours, limit, kinds) => {
          const words = Uint32Array.from(colours, (_, at) => colours[at % kinds] ?? 0);
          const count = counter.count(words, 8, { x: 0, y: 0, width: 8, height: 8 }, limit);
          expect(count).toBe(Math.min(new Set(words).size, limit + 1));
        },
      ),
    );
  });

  it("are those of the part alone", () => {
    const words = Uint32Array.from({ length: 100 }, (_, at) => at);
    expect(new ColourCounter().count(words, 10, { x: 3, y: 2, width: 4, height: 5 }, 512)).toBe(20);
  });

  it("are counted right at the limit of exactness, and one past it", () => {
    const counter = new ColourCounter();
    const part = { x: 0, y: 0, width: 64, height: 64 };
    for (const [kinds, count] of [
      [511, 511],
      [512, 512],
      [513, 513],
      [4096, 513],
    ] as const) {
      const words = Uint32Array.from({ length: 4096 }, (_, at) => 0xff000000 + (at % kinds) * 251);
      expect(counter.count(words, 64, part, 512)).toBe(count);
    }
  });
});

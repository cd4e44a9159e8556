import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blacken } from "../../src/capture/masking.js";
import { BLACK, wordsOf } from "../../src/capture/raw-image.js";
import { plain } from "./synthetic.js";

describe("what is blackened", () => {
  it("is every pixel that an area touches, and no other", () => {
    const place = fc.double({ min: -30, max: 60, noNaN: true });
    const size = fc.double({ min: 0.01, max: 90, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.record({ x: place, y: place, width: size, height: size }), { maxLength: 4 }),
        (areas) => {
          const image = plain(40, 30);
          blacken(image, areas);
          wordsOf(image).forEach((word, at) => {
            const x = at % 40;
            const y = Math.floor(at / 40);
            const touched = areas.some(
              (area) =>
                area.x < x + 1 && area.x + area.width > x && area.y < y + 1 && area.y + area.height > y,
            );
            expect(word === BLACK).toBe(touched);
          });
        },
      ),
    );
  });
});

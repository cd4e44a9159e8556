import { describe, expect, it } from "vitest";
import { DECODED_AT_ONCE, DECODED_PIXELS_AT_ONCE } from "../../../src/export/limits.js";
import { atOnce } from "../../../src/export/video/picture.js";

const sized = (...heights: readonly number[]) => heights.map((height) => ({ width: 1, height }));

describe("what is decoded side by side", () => {
  it("is so many rectangles, and so many pixels, and never fewer than one", () => {
    const small = sized(...Array.from({ length: DECODED_AT_ONCE + 1 }, () => 1));
    expect(atOnce(small).map((list) => list.length)).toEqual([DECODED_AT_ONCE, 1]);
    const full = sized(DECODED_PIXELS_AT_ONCE - 1, 1, 1);
    expect(atOnce(full).map((list) => list.length)).toEqual([2, 1]);
    const huge = sized(1, DECODED_PIXELS_AT_ONCE + 1, DECODED_PIXELS_AT_ONCE + 1, 1);
    expect(atOnce(huge).map((list) => list.length)).toEqual([1, 1, 1, 1]);
    expect(atOnce(huge).flat()).toEqual(huge);
    expect(atOnce([])).toEqual([]);
  });
});

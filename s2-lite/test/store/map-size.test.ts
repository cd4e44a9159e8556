import { describe, expect, it } from "vitest";
import { chooseMapBytes, fitsMap, nearsMapEnd } from "../../src/store/map-size.js";

const MIB = 1_048_576;

describe("the map", () => {
  it("is larger than any disk where the address space is not limited", () => {
    expect(chooseMapBytes(0, undefined)).toBe(2 ** 40);
    expect(chooseMapBytes(2 ** 35, undefined)).toBe(2 ** 40);
  });

  it("takes half of what is left of a limited address space", () => {
    expect(chooseMapBytes(0, 1_000 * MIB)).toBe(500 * MIB);
    expect(chooseMapBytes(0, 2 ** 50)).toBe(2 ** 40);
  });

  it("that would not hold the file, or next to nothing, is refused with what would help", () => {
    expect(() => chooseMapBytes(500 * MIB, 1_000 * MIB)).toThrow("ulimit -v");
    expect(chooseMapBytes(400 * MIB, 1_000 * MIB)).toBe(500 * MIB);
    expect(() => chooseMapBytes(0, 127 * MIB)).toThrow("ulimit -v");
    expect(chooseMapBytes(0, 128 * MIB)).toBe(64 * MIB);
  });

  it("that cannot grow is never filled to its end", () => {
    const use = (leftMib: number, reusableMib: number) => ({
      mapBytes: 500 * MIB,
      usedBytes: (500 - leftMib) * MIB,
      reusableBytes: reusableMib * MIB,
    });
    expect(fitsMap(use(34, 0), MIB)).toBe(true);
    expect(fitsMap(use(33, 0), MIB)).toBe(false);
    expect(fitsMap(use(33, 6), MIB)).toBe(true); // there is room within the file
    expect(fitsMap(use(17, 400), MIB)).toBe(false); // but in pieces: the file may grow all the same
    expect(fitsMap(use(5, 0), 1_000)).toBe(true); // what makes room
    expect(fitsMap(use(4, 0), 1_000)).toBe(false);
  });

  it("refuses small appends, too, while what deletes still fits many times over", () => {
    const mapBytes = 500 * MIB;
    const use = { mapBytes, usedBytes: 400 * MIB, reusableBytes: 0 };
    while (!nearsMapEnd(use) && fitsMap(use, 1_000)) use.usedBytes += 20_000; // what a small append may take
    for (let slices = 0; slices < 100; slices++) {
      expect(fitsMap(use, 65_536)).toBe(true);
      use.usedBytes += 2 * 65_536;
    }
    expect(nearsMapEnd(use)).toBe(true);
    expect(nearsMapEnd({ ...use, reusableBytes: 5 * MIB })).toBe(false);
  });
});

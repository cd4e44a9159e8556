import { describe, expect, it } from "vitest";
import { bytesInWords, countInWords } from "../src/words.js";

describe("a number in words", () => {
  it("has the word in its number", () => {
    expect([0, 1, 2].map((number) => countInWords(number, "stream"))).toEqual([
      "0 streams",
      "1 stream",
      "2 streams",
    ]);
  });

  it("has the unit that keeps it short", () => {
    const sizes = [0, 1, 1_023, 1_024, 1_536, 1_048_575, 1_048_576, 3 * 2 ** 30, 2 ** 50];
    expect(sizes.map(bytesInWords)).toEqual([
      "0 bytes",
      "1 byte",
      "1023 bytes",
      "1.0 KiB",
      "1.5 KiB",
      "1024.0 KiB",
      "1.0 MiB",
      "3.0 GiB",
      "1024.0 TiB",
    ]);
  });
});

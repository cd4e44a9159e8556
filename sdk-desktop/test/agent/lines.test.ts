import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_LINE_BYTES } from "../../src/agent/limits.js";
import { LineCutter } from "../../src/agent/lines.js";

describe("lines", () => {
  it("are the same however the bytes are cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replaceAll(/[\r\n\uFEFF]/g, " "))),
        fc.integer({ min: 1, max: 7 }),
        (texts, size) => {
          const bytes = Buffer.from(texts.map((text) => `${text}\n`).join(""));
          const cutter = new LineCutter();
          const lines = [];
          for (let at = 0; at < bytes.length; at += size)
            lines.push(...cutter.push(bytes.subarray(at, at + size)));
          expect(lines).toEqual(texts.map((text) => ({ text })));
        },
      ),
    );
  });

  it("end with \\r\\n as well, and none is what has no end", () => {
    expect(new LineCutter().push(Buffer.from("a\r\n\r\nb"))).toEqual([{ text: "a" }, { text: "" }]);
  });

  it("are told as too long past the limit, which is not held; the next one is whole", () => {
    const cutter = new LineCutter();
    const part = Buffer.alloc(64 * 1024, "x");
    for (let bytes = 0; bytes <= MAX_LINE_BYTES; bytes += part.length) expect(cutter.push(part)).toEqual([]);
    expect(cutter.push(Buffer.from("\nnext\n"))).toEqual([{ tooLong: true }, { text: "next" }]);
    const just = Buffer.alloc(MAX_LINE_BYTES, "y");
    expect(new LineCutter().push(Buffer.concat([just, Buffer.from("\n")]))).toEqual([
      { text: just.toString() },
    ]);
  });
});

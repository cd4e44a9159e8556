import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toS2LiteError } from "../../src/errors.js";
import { parseStrictJson, Unusable } from "../../src/wire/strict-json.js";

const parse = (text: string) => parseStrictJson(Buffer.from(text));

function codeOf(bytes: Buffer): string {
  try {
    parseStrictJson(bytes);
  } catch (error) {
    return toS2LiteError(error).code;
  }
  return "none";
}

/** Without prototypes, as the parser makes objects. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("strict JSON", () => {
  it("reads what JSON.parse reads, but for numbers that are no integers", () => {
    const noFloats = fc.jsonValue({ noUnicodeString: false }).filter((value) => {
      const text = JSON.stringify(value);
      return !/[.eE]\d|\d[eE]|-0\b|\d{16}/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ""));
    });
    fc.assert(
      fc.property(noFloats, fc.constantFrom(undefined, 1, "\t\r "), (value, space) => {
        fc.pre(!/\p{Surrogate}/u.test(JSON.stringify(value)) && !/\\ud[89a-f]/i.test(JSON.stringify(value)));
        expect(plain(parse(JSON.stringify(value, null, space)))).toEqual(plain(value));
      }),
    );
  });

  it("refuses what JSON.parse refuses, with a code of its own and never otherwise", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), fc.string({ maxLength: 2 }), (text, at, put) => {
        const cut = at % (text.length + 1);
        const damaged = text.slice(0, cut) + put + text.slice(cut + 1);
        let valid = true;
        try {
          JSON.parse(damaged);
        } catch {
          valid = false;
        }
        const code = codeOf(Buffer.from(damaged));
        if (!valid) expect([damaged, code]).toEqual([damaged, "bad_json"]);
        else expect(["none", "bad_json"]).toContain(code);
      }),
    );
  });

  it("keeps integers up to 2^64 and beyond exact, and takes floats for nothing usable", () => {
    const numbers = "[0,-1,9007199254740991,9007199254740992,18446744073709551615,18446744073709551616]";
    expect(parse(numbers)).toEqual([0, -1, 2 ** 53 - 1, 2n ** 53n, 2n ** 64n - 1n, 2n ** 64n]);
    for (const text of ["1.0", "1e2", "-0", "1E+2", "0.5", "9".repeat(400)])
      expect([text, parse(text)]).toEqual([text, expect.any(Unusable)]);
    for (const text of ["01", "+1", ".5", "1.", "1e", "-", "0x1", "NaN", "Infinity"])
      expect([text, codeOf(Buffer.from(text))]).toEqual([text, "bad_json"]);
  });

  it("spoils a field that comes twice, however it is written, and no other", () => {
    const text = '{"a":1,"b":2,"\\u0061":1,"__proto__":3,"constructor":4}';
    expect(Object.entries(parse(text) as object)).toEqual([
      ["a", expect.any(Unusable)],
      ["b", 2],
      ["__proto__", 3],
      ["constructor", 4],
    ]);
    expect("toString" in (parse(text) as object)).toBe(false);
    expect(Object.values(parse('{"__proto__":1,"__proto__":1}') as object)).toEqual([expect.any(Unusable)]);
  });

  it("refuses text that is not Unicode, and nesting without end", () => {
    for (const bytes of [
      Buffer.from([0x22, 0xff, 0x22]),
      Buffer.from('"\\ud800"'),
      Buffer.from('"\\udc00\\ud800"'),
    ])
      expect(codeOf(bytes)).toBe("bad_json");
    expect(parse('"\\ud83d\\ude00"')).toBe("😀");
    expect(codeOf(Buffer.from("[".repeat(4_000_000)))).toBe("bad_json");
    expect(codeOf(Buffer.from(`${"[".repeat(1_000)}0${"]".repeat(1_000)}`))).toBe("none");
    expect(codeOf(Buffer.from(`${"[".repeat(1_001)}0${"]".repeat(1_001)}`))).toBe("bad_json");
  });
});

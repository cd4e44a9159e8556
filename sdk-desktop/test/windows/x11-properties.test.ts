import { expect, test } from "vitest";
import { classesOf, groupOf, textsOf, wordsOf } from "../../src/windows/x11-properties.js";

const UTF8 = 300;
const STRING = 31;
const text = (type: number, ...bytes: readonly (string | number)[]) => ({
  type,
  format: 8,
  data: Buffer.concat(
    bytes.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from([part]))),
  ),
});
const words = (...values: readonly number[]) => {
  // As it arrives: somewhere within a larger buffer.
  const data = Buffer.alloc(values.length * 4 + 3);
  for (const [at, value] of values.entries()) data.writeUInt32LE(value, 3 + at * 4);
  return { type: 6, format: 32, data: data.subarray(3) };
};

test("a text is read in the encoding that it states", () => {
  expect(textsOf(text(UTF8, "März 漢字"), UTF8)).toEqual(["März 漢字"]);
  expect(textsOf(text(STRING, "M", 0xe4, "rz"), UTF8)[0]).toBe("März");
});

test("a text that is in another encoding than it states is read in both", () => {
  expect(textsOf(text(STRING, "März"), UTF8)).toEqual(["März", "MÃ¤rz"]);
});

test("a text that states UTF-8 and is none, or none in parts, is read in both", () => {
  expect(textsOf(text(UTF8, "M", 0xe4, "rz"), UTF8)).toContain("März");
  expect(textsOf(text(UTF8, 0xff, " Börse"), UTF8)).toContain("\ufffd Börse");
  expect(textsOf(text(STRING, 0xff, " Börse"), UTF8)).toContain("\ufffd Börse");
});

test("escape sequences and zeros are no part of a text", () => {
  expect(textsOf(text(400, 0x1b, 0x2d, 0x41, "Bank", 0x1b, 0x25, 0x47, "!", 0), UTF8)).toEqual(["Bank!"]);
  expect(textsOf(text(400, "Bank", 0x1b), UTF8)).toEqual(["Bank"]);
});

test("what is no text, or empty, is none", () => {
  expect(textsOf(undefined, UTF8)).toEqual([]);
  expect(textsOf(text(STRING), UTF8)).toEqual([]);
  expect(textsOf(words(1), UTF8)).toEqual([]);
});

test("a class has two parts, whether or not it ends as it should", () => {
  expect(classesOf(text(STRING, "navigator", 0, "Firefox", 0))).toEqual(["navigator", "Firefox"]);
  expect(classesOf(text(STRING, "navigator", 0, "Firefox"))).toEqual(["navigator", "Firefox"]);
  expect(classesOf(text(STRING, "lone"))).toEqual(["lone"]);
  expect(classesOf(text(STRING, "m", 0xfc, "ller", 0, "M", 0xfc, "ller", 0))).toEqual([
    "müller",
    "Müller",
    "m\ufffdller",
    "M\ufffdller",
  ]);
  expect(classesOf(text(STRING, "a", 0, "Bücher", 0))).toEqual(["a", "Bücher", "BÃ¼cher"]);
  expect(classesOf(text(STRING, 0, 0))).toEqual([]);
  expect(classesOf(undefined)).toEqual([]);
});

test("words are read wherever they lie in memory", () => {
  expect(wordsOf(words(1, 0xffff_ffff))).toEqual([1, 0xffff_ffff]);
  expect(wordsOf(text(STRING, "abcd"))).toEqual([]);
});

test("a group counts when it is said to be given", () => {
  expect(groupOf(words(64, 0, 0, 0, 0, 0, 0, 0, 77))).toBe(77);
  expect(groupOf(words(3, 0, 0, 0, 0, 0, 0, 0, 77))).toBeUndefined();
  expect(groupOf(words(64))).toBeUndefined();
});

import { describe, expect, it } from "vitest";
import {
  MAX_FACT_DETAIL_ENTRIES,
  MAX_FACT_DETAIL_VALUE_BYTES,
  MAX_FACT_TEXT_BYTES,
  MAX_FACTS_PER_FRAME,
  MAX_TIME_MS,
  ProtocolError,
  parseFact,
  parseFacts,
} from "../../src/protocol/index.js";

const codeOf = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
  return "read";
};
const tuple = (changes: { at?: unknown; text?: unknown; detail?: unknown } = {}): unknown => [
  "click",
  "at" in changes ? changes.at : 5,
  "text" in changes ? changes.text : "Pay",
  "detail" in changes ? changes.detail : null,
];
const fact = (changes?: Parameters<typeof tuple>[0]): string => codeOf(() => parseFact(tuple(changes)));
const entries = (count: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, index]));

describe("a fact", () => {
  it("has a known type, a time, a text and a detail", () => {
    expect(parseFact(tuple({ detail: { a: "b", c: 1, d: false } }))).toEqual({
      type: "click",
      atMs: 5,
      text: "Pay",
      detail: { a: "b", c: 1, d: false },
    });
    expect(Object.keys(parseFact(tuple()))).toEqual(["type", "atMs", "text"]);
    for (const value of [
      null,
      {},
      "click",
      [],
      ["click", 5, "t"],
      ["click", 5, "t", null, 1],
      [0, 5, "t", null],
    ]) {
      expect(codeOf(() => parseFact(value))).toBe("invalid");
    }
  });

  it("has a time that a clock can show", () => {
    for (const at of [0, 0.5, MAX_TIME_MS]) expect(fact({ at })).toBe("read");
    for (const at of [-1, MAX_TIME_MS + 1, Number.NaN, Number.POSITIVE_INFINITY, "5", null]) {
      expect(fact({ at })).toBe("invalid");
    }
  });

  it("may have the longest text in bytes of UTF-8, and not a byte more", () => {
    expect(fact({ text: "a".repeat(MAX_FACT_TEXT_BYTES) })).toBe("read");
    expect(fact({ text: "a".repeat(MAX_FACT_TEXT_BYTES + 1) })).toBe("too_large");
    expect(fact({ text: "💳".repeat(MAX_FACT_TEXT_BYTES / 4) })).toBe("read");
    expect(fact({ text: `${"💳".repeat(MAX_FACT_TEXT_BYTES / 4)}a` })).toBe("too_large");
    expect(fact({ text: 5 })).toBe("invalid");
  });

  it("may have the most entries of detail, and not one more", () => {
    expect(fact({ detail: entries(MAX_FACT_DETAIL_ENTRIES) })).toBe("read");
    expect(fact({ detail: entries(MAX_FACT_DETAIL_ENTRIES + 1) })).toBe("too_large");
  });

  it("may have the longest value and name in its detail, and not a byte more", () => {
    expect(fact({ detail: { a: "é".repeat(MAX_FACT_DETAIL_VALUE_BYTES / 2) } })).toBe("read");
    expect(fact({ detail: { a: `é${"é".repeat(MAX_FACT_DETAIL_VALUE_BYTES / 2)}` } })).toBe("too_large");
    expect(fact({ detail: { ["n".repeat(MAX_FACT_DETAIL_VALUE_BYTES / 2)]: 1 } })).toBe("read");
    expect(fact({ detail: { ["n".repeat(MAX_FACT_DETAIL_VALUE_BYTES / 2 + 1)]: 1 } })).toBe("too_large");
  });

  it("has nothing in its detail but strings, booleans and finite numbers", () => {
    for (const value of [null, Number.NaN, Number.POSITIVE_INFINITY, [], {}, new Uint8Array(1), undefined]) {
      expect(fact({ detail: { a: value } })).toBe("invalid");
    }
    for (const detail of [5, "text", true, [], new Uint8Array(1)]) expect(fact({ detail })).toBe("invalid");
  });

  it("keeps a name that means something to JavaScript as a mere name", () => {
    const detail = JSON.parse('{"__proto__":"x","constructor":"y"}') as Record<string, string>;
    const parsed = parseFact(tuple({ detail }));
    expect(Object.getPrototypeOf(parsed.detail)).toBe(Object.prototype);
    expect(Object.entries(parsed.detail ?? {})).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });
});

describe("a frame's facts", () => {
  it("may be the most, and not one more", () => {
    expect(parseFacts(new Array(MAX_FACTS_PER_FRAME).fill(tuple()))).toHaveLength(MAX_FACTS_PER_FRAME);
    expect(codeOf(() => parseFacts(new Array(MAX_FACTS_PER_FRAME + 1).fill(tuple())))).toBe("too_large");
    expect(codeOf(() => parseFacts("none"))).toBe("invalid");
  });
});

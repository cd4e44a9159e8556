import { describe, expect, test } from "vitest";
import { matchesWindow, readWindowMatch } from "../../src/privacy/match.js";

const window = { titles: ["Online Banking – März", "banking"], apps: ["navigator", "Firefox"] };

describe("what a rule means", () => {
  test.each([
    ["a text in a title", "online bank"],
    ["a text in any of the titles", "banking"],
    ["a text in either name of the app", "NAVIGATOR"],
    ["a text in any case, beyond ASCII", "MÄRZ"],
    ["a text whose letters are put together otherwise", "Ma\u0308rz"],
    ["a pattern", /^Online.*rz$/],
    ["a pattern that ignores case", /FIREFOX/i],
    ["a title and an app", { title: "banking", app: "firefox" }],
    ["an app alone", { app: /^Firefox$/ }],
  ])("%s", (_, match) => {
    expect(matchesWindow(match, window)).toBe(true);
  });

  test.each([
    ["a text that is nowhere", "mail"],
    ["a pattern in another case", /FIREFOX/],
    ["a title of one and an app of another", { title: "banking", app: "chrome" }],
    ["a title that is the app's name", { title: "firefox" }],
    ["an app that is in the title", { app: "banking" }],
  ])("not: %s", (_, match) => {
    expect(matchesWindow(match, window)).toBe(false);
  });

  test("a pattern that remembers where it stopped matches every time", () => {
    for (const pattern of [/bank/gi, /Banking/y, { title: /bank/gi }])
      for (let turn = 0; turn < 4; turn++) expect(matchesWindow(pattern, window)).toBe(true);
  });
});

describe("a rule that was written down", () => {
  test("is a text, a pattern, or an object of them", () => {
    expect(readWindowMatch("Bank")).toEqual({ outcome: "read", match: "Bank" });
    expect(readWindowMatch("/^bank$/i")).toEqual({ outcome: "read", match: /^bank$/i });
    expect(readWindowMatch(/x/)).toEqual({ outcome: "read", match: /x/ });
    expect(readWindowMatch({ title: "/a.b/", app: "c" })).toEqual({
      outcome: "read",
      match: { title: /a.b/, app: "c" },
    });
    expect(readWindowMatch("/")).toEqual({ outcome: "read", match: "/" });
  });

  test.each([
    ["an empty text", ""],
    ["spaces", "  "],
    ["a pattern that does not compile", "/(/"],
    ["flags that there are not", "/bank/q"],
    ["a number", 7],
    ["nothing", null],
    ["a list", ["bank"]],
    ["an object without either", {}],
    ["a word that is spelled wrong", { titel: "bank" }],
    ["one more word than there are", { title: "bank", application: "x" }],
    ["an empty title", { title: "" }],
    ["a pattern that does not compile in an object", { app: "/[/" }],
  ])("is invalid when it is %s", (_, value) => {
    expect(readWindowMatch(value)).toMatchObject({ outcome: "invalid" });
  });
});

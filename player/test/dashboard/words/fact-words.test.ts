import type { Fact } from "@reeltime/recorder/protocol";
import { describe, expect, it } from "vitest";
import { factRowSize } from "../../../src/dashboard/model/fact-row.js";
import { describeFact } from "../../../src/dashboard/words/fact-words.js";

const fact = (type: Fact["type"], text: string, detail?: Fact["detail"]): Fact => ({
  type,
  atMs: 0,
  text,
  ...(detail === undefined ? {} : { detail }),
});

describe("a fact in words", () => {
  it("says that the first page was opened and the next ones gone to", () => {
    const page = fact("navigation", "https://shop.example/cart", { title: "Cart" });
    expect(describeFact(page, true)).toMatchObject({ verb: "Opened", subject: "Cart", more: "/cart" });
    expect(describeFact(page)).toMatchObject({ verb: "Went to" });
    expect(describeFact(fact("navigation", "https://shop.example/cart"))).toMatchObject({
      subject: "/cart",
      more: "",
    });
  });

  it("speaks of windows and apps where it happened on a screen", () => {
    const window = fact("navigation", "Invoice 2041", { title: "Invoice 2041", app: "Ledger" });
    expect(describeFact(window, true)).toMatchObject({
      verb: "Began in",
      subject: "Invoice 2041",
      more: "Ledger",
      icon: "window",
    });
    const terminal = fact("navigation", "bash - Terminal", { title: "bash - Terminal", app: "terminal" });
    expect(describeFact(terminal)).toMatchObject({
      verb: "Switched to",
      subject: "bash - Terminal",
      more: "",
    });
    expect(describeFact(fact("navigation", "Terminal"), false, true)).toMatchObject({
      verb: "Switched to",
      subject: "Terminal",
    });
    const click = fact("click", "Invoice 2041 — Ledger", { title: "Invoice 2041", app: "Ledger" });
    expect(describeFact(click)).toMatchObject({
      verb: "Clicked in",
      subject: "Invoice 2041",
      more: "Ledger",
    });
    expect(describeFact(fact("click", "— Ledger", { title: "", app: "Ledger" }))).toMatchObject({
      subject: "Ledger",
    });
  });

  it("names what was clicked, and how often in rage", () => {
    expect(describeFact(fact("click", "Pay"))).toMatchObject({ verb: "Clicked", subject: "Pay" });
    expect(describeFact(fact("click", " "))).toMatchObject({ subject: "the page" });
    expect(describeFact(fact("rage", "Pay", { count: 6 }))).toMatchObject({
      verb: "Rage-clicked",
      more: "6 times",
      colour: "rage",
    });
  });

  it("says where an error came from: its file, else its stack", () => {
    const at = { file: "https://shop.example/a.js", line: 88, column: 14 };
    expect(describeFact(fact("error", "x is undefined", at)).more).toBe("/a.js:88:14");
    const stack = "TypeError: x is undefined\n    at pay (https://shop.example/a.js:1:2)\n    at main";
    expect(describeFact(fact("error", "x is undefined", { stack })).more).toBe(
      "at pay (https://shop.example/a.js:1:2)",
    );
  });

  it("lists what an event carries, and who was identified", () => {
    expect(describeFact(fact("custom", "order", { total: 214, paid: false })).more).toBe(
      "total: 214 · paid: false",
    );
    expect(describeFact(fact("identify", "7", { name: "Maja", plan: "pro" }))).toMatchObject({
      subject: "Maja",
      more: "plan: pro",
    });
    expect(describeFact(fact("identify", "7")).subject).toBe("7");
  });

  it("knows its height before it is drawn, and leaves room for a long error only", () => {
    const short = describeFact(fact("click", "Pay"));
    expect(factRowSize(short, false)).toEqual({ subjectLines: 1, moreLines: 0, heightPx: 32 });
    expect(factRowSize(short, true).heightPx).toBe(44);
    const long = "A very long message that says in many words what went wrong";
    expect(factRowSize(describeFact(fact("error", long)), false).subjectLines).toBe(2);
    expect(factRowSize(describeFact(fact("click", long)), false).subjectLines).toBe(1);
  });
});

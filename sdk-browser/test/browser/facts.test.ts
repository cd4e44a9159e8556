import { describe, expect, it } from "vitest";
import type { StoredFrame } from "../collector.js";
import { call, stage, useStage, write } from "./stage.js";

useStage();

describe("facts", () => {
  it("say where the visitor went, who they are, what the page reports and what broke", async () => {
    stage.site.head =
      "<script>function breakIt() { setTimeout(() => { throw new Error('thrown') }) }</script>";
    stage.site.init = { user: { id: "u-1", name: "Ada", admin: true } };
    const page = await stage.open(await stage.visitor(), "/first?plan=team");
    await stage.recording();
    await page.evaluate(() => {
      history.pushState({}, "", "/about");
      document.title = "About";
    });
    await call(page, "event", "paid", { amount: 12.5, currency: "EUR", nested: { a: 1 } });
    await page.evaluate(() => {
      console.error("went wrong", { code: 7 }, new TypeError("bad"));
      (window as unknown as { breakIt: () => void }).breakIt();
      void Promise.reject(new Error("rejected"));
    });
    const facts = (): StoredFrame["facts"] => stage.collector.frames.flatMap((frame) => frame.facts);
    await stage.collector.until("both errors and the address", () =>
      ["thrown", "rejected", "/about"].every((text) => facts().some((fact) => fact.text.includes(text))),
    );
    const of = (type: string): readonly unknown[] => facts().filter((fact) => fact.type === type);
    expect(of("identify")).toMatchObject([{ text: "u-1", detail: { name: "Ada", admin: true } }]);
    expect(of("custom")).toMatchObject([
      { text: "paid", detail: { amount: 12.5, currency: "EUR", nested: '{"a":1}' } },
    ]);
    expect(of("navigation")).toMatchObject([
      { text: `${stage.origin}/first?plan=team`, detail: { title: "/first?plan=team" } },
      { text: `${stage.origin}/about`, detail: { title: "About" } },
    ]);
    expect(of("console")).toMatchObject([{ text: 'went wrong {"code":7} TypeError: bad' }]);
    expect(of("error")).toHaveLength(2);
    expect(of("error")).toContainEqual(
      expect.objectContaining({
        text: "Error: rejected",
        detail: { stack: expect.stringContaining("rejected") },
      }),
    );
    expect(of("error")).toContainEqual(
      expect.objectContaining({
        text: "Uncaught Error: thrown",
        detail: {
          source: expect.stringMatching(/^http.*:\d+:\d+$/),
          stack: expect.stringContaining("thrown"),
        },
      }),
    );
  });

  it("call five clicks on one spot a rage click", async () => {
    stage.site.body = () => "<button id=dead>Buy</button>";
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await page.click("#dead", { clickCount: 5 });
    await stage.collector.until("rage", () =>
      stage.collector.frames.some(({ facts }) => facts.some(({ type }) => type === "rage")),
    );
    await page.click("#dead", { clickCount: 4 });
    await write(page, "calm");
    await stage.stored("calm");
    const facts = stage.collector.frames.flatMap((frame) => frame.facts);
    expect(facts.filter(({ type }) => type === "rage")).toMatchObject([{ text: "Buy" }]);
    expect(facts.filter(({ type }) => type === "click")).toHaveLength(9);
  });

  it("keep the last user input apart from what the page does by itself", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await write(page, "by itself");
    await stage.stored("by itself");
    expect(stage.collector.frames.every(({ inputMs }) => inputMs === undefined)).toBe(true);
    await page.evaluate(() =>
      document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true })),
    );
    await page.mouse.move(5, 5);
    const before = Date.now();
    await page.keyboard.press("a");
    await write(page, "then");
    await stage.stored("then");
    expect(stage.holds("then")?.inputMs).toBeGreaterThanOrEqual(before);
  });
});

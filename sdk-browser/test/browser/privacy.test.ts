import { describe, expect, it } from "vitest";
import { everythingSent, type Reeltime, stage, useStage } from "./stage.js";

useStage();

/** Every secret has this in it, so that no upload may. */
const SECRET = "s3cr3t";
const PAGE = `
  <form id="form">
    <label>E-mail <input id="email" name="email" type="email" value="${SECRET}-preset@example.com"></label>
    <label>Password <input id="password" type="password" name="password"></label>
    <input type="hidden" name="csrf" value="${SECRET}-csrf">
    <label>Note <textarea id="note" name="note">${SECRET}-in-textarea</textarea></label>
    <select id="plan" name="plan"><option>Free</option><option value="${SECRET.slice(0, 2)}">Team</option></select>
    <input id="late" name="late">
    <textarea id="bare">${SECRET}-in-bare-textarea</textarea>
    <div id="editor" role="textbox" class="rr-mask" contenteditable>${SECRET}-in-editor</div>
  </form>
  <p class="rr-mask">Account <b id="masked">${SECRET}-masked</b></p>
  <div class="rr-block"><button id="blocked" aria-label="${SECRET}-blocked-label">${SECRET}-blocked</button></div>
  <button id="mixed">Pay <span class="rr-mask">${SECRET}-price</span> now</button>
  <button id="pay">Pay now</button>`;

async function liveThroughIt(init: object = {}): Promise<void> {
  stage.site.body = () => PAGE;
  stage.site.init = init;
  const page = await stage.open(await stage.visitor());
  await stage.recording();
  await page.fill("#email", `${SECRET}-typed@example.com`);
  await page.fill("#password", `${SECRET}-password`);
  await page.fill("#note", `${SECRET}-note`);
  await page.focus("#plan");
  await page.keyboard.press("ArrowDown");
  await page.click("#bare");
  await page.keyboard.type("x");
  await page.click("#editor");
  await page.click("#masked");
  await page.click("#blocked");
  // Beside the part that is masked.
  await page.click("#mixed", { position: { x: 8, y: 8 } });
  await page.evaluate((secret) => {
    const late = document.getElementById("late") as HTMLInputElement;
    late.value = `${secret}-by-script`;
    late.setAttribute("value", `${secret}-by-attribute`);
    const more = document.createElement("input");
    more.type = "hidden";
    more.value = `${secret}-added`;
    document.body.append(more);
    const masked = document.getElementById("masked");
    if (masked) masked.textContent = `${secret}-masked-again`;
  }, SECRET);
  await page.click("#pay");
  const { collector } = stage;
  await collector.until("the last click", () =>
    collector.frames.some(({ facts }) => facts.some(({ text }) => text === "Pay now")),
  );
  await page.evaluate(() => {
    document.body.append("the very end");
    location.href = "/elsewhere";
  });
  await collector.until("the end", () =>
    JSON.stringify(collector.frames.map(({ list }) => list)).includes("the very end"),
  );
}

describe("by default", () => {
  it("sends nothing that was typed, hidden in a field, masked or blocked", async () => {
    await liveThroughIt();
    expect(everythingSent(stage.collector)).not.toContain(SECRET);
    expect(stage.collector.frames.length).toBeGreaterThan(1);
  });

  it("says in words what was clicked and which fields were filled", async () => {
    await liveThroughIt();
    const facts = stage.collector.frames.flatMap((frame) => frame.facts);
    const texts = (type: string): readonly string[] =>
      facts.filter((fact) => fact.type === type).map(({ text }) => text);
    expect(texts("input")).toEqual(["E-mail", "Password", "Note", "plan", "textarea#bare"]);
    expect(texts("click")).toEqual([
      "textarea#bare",
      ...Array.from({ length: 3 }, () => "a masked element"),
      "Pay now",
      "Pay now",
    ]);
  });
});

describe("an editor that is not masked", () => {
  it("is named, and none of its text is a fact", async () => {
    stage.site.body = () =>
      `<div id="editor" aria-label="Message" contenteditable>draft</div><div id="plain" contenteditable>draft</div>`;
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    for (const id of ["#editor", "#plain"]) {
      await page.click(id);
      await page.keyboard.type("words");
    }
    const facts = (): readonly string[] =>
      stage.collector.frames.flatMap((frame) => frame.facts.map(({ text }) => text));
    await stage.collector.until(
      "the second editor",
      () => facts().filter((text) => text === "div#plain").length === 2,
    );
    expect(facts().join()).not.toMatch(/draft|words/);
    expect(facts().filter((text) => text === "Message")).toHaveLength(2);
  });
});

describe("a mask of the page's that fails", () => {
  it("masks everything", async () => {
    stage.site.head = "<script>window.fails = () => { throw new Error('no') }</script>";
    stage.site.body = () => `<p class="rr-mask">${SECRET}</p><input value="${SECRET}">`;
    const context = await stage.visitor();
    stage.site.init = { autoStart: false };
    const page = await stage.open(context);
    await page.evaluate((apiHost) => {
      const w = window as unknown as { reeltime: Reeltime; fails: () => string };
      w.reeltime("init", {});
      Object.assign(w, { apiHost });
    }, stage.collector.origin);
    expect(stage.collector.opened).toHaveLength(0);
    stage.site.head = `<script>window.reeltime = function () { (reeltime.q = reeltime.q || []).push(arguments) };
      reeltime("init", { projectKey: "pk_fails", apiHost: "${stage.collector.origin}",
        maskTextFn: () => { throw new Error("no") }, maskInputFn: () => 7 })</script>`;
    await page.reload();
    await stage.recording();
    expect(everythingSent(stage.collector)).not.toContain(SECRET);
    expect(stage.errors).toEqual([]);
  });
});

describe("a bad setting", () => {
  for (const [what, init] of [
    ["maskAllInputs is no boolean", { maskAllInputs: "yes" }],
    ["a selector is none", { maskTextSelector: "p[" }],
    ["a selector is a number", { blockSelector: 7 }],
    ["a class is no class", { blockClass: "md:hide me" }],
    ["a mask is misspelt", { maskAllInput: true }],
    ["a block is misspelt", { blockSelectors: ".x" }],
    ["maskInputOptions is no map of booleans", { maskInputOptions: { email: "yes" } }],
    ["maskTextFn is no function", { maskTextFn: "hide" }],
    ["there is no project key", { projectKey: "" }],
  ] as const) {
    it(`stops the recording, with one warning: ${what}`, async () => {
      stage.site.init = init;
      stage.site.body = () => SECRET;
      const page = await stage.open(await stage.visitor());
      await page.waitForFunction(() => (window as { reeltime?: { ready?: boolean } }).reeltime?.ready);
      await page.evaluate(() => {
        const { reeltime } = window as unknown as { reeltime: Reeltime };
        reeltime("start");
        reeltime("resume");
        reeltime("event", "after");
      });
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
      expect(stage.collector.bodies).toHaveLength(0);
      expect(stage.warnings).toEqual([`Reeltime does not record: see the setting ${Object.keys(init)[0]}.`]);
      expect(stage.errors).toEqual([]);
    });
  }
});

describe("settings of the page's", () => {
  it("unmask inputs when told to, but never passwords", async () => {
    stage.site.init = { maskAllInputs: false, maskInputOptions: { email: true, password: false } };
    stage.site.body = () =>
      `<input id="plain"><input id="email" type="email"><input id="password" type="password">`;
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await page.fill("#plain", "in-clear");
    await page.fill("#email", `${SECRET}-mail`);
    await page.fill("#password", `${SECRET}-password`);
    const { collector } = stage;
    await collector.until("the text", () => everythingSent(collector).includes("in-clear"));
    await collector.until(
      "all three",
      () =>
        collector.frames.flatMap(({ facts }) => facts).filter(({ type }) => type === "input").length === 3,
    );
    expect(everythingSent(collector)).not.toContain(SECRET);
  });

  it("mask addresses wherever they are said", async () => {
    stage.site.head = `<script>window.reeltime = function () { (reeltime.q = reeltime.q || []).push(arguments) };
      reeltime("init", { projectKey: "pk_url", apiHost: "${stage.collector.origin}", maskUrl: (url) => url.split("?")[0] })</script>`;
    const page = await stage.open(await stage.visitor(), `/reset?token=${SECRET}`);
    await stage.recording();
    await page.evaluate((secret) => history.pushState({}, "", `/next?token=${secret}`), SECRET);
    const { collector } = stage;
    await collector.until("the next address", () =>
      collector.frames.some(({ facts }) =>
        facts.some(({ type, text }) => type === "navigation" && text.endsWith("/next")),
      ),
    );
    const said = JSON.stringify([
      collector.opened,
      collector.frames.map(({ facts }) => facts),
      collector.frames.map(({ list }) => list.filter(({ type }) => type === 4)),
    ]);
    // The page's own title holds the address here, as few do.
    expect(said.replaceAll(`"title":"/reset?token=${SECRET}"`, "")).not.toContain(SECRET);
  });
});

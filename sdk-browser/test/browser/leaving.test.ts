import { describe, expect, it } from "vitest";
import { stage, useStage, write } from "./stage.js";

useStage();

describe("a page that goes away", () => {
  it("sends what just happened", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await page.evaluate(() => {
      document.body.append("the last words");
      location.href = "/next";
    });
    await stage.stored("the last words");
    expect(stage.collector.requests.filter(({ method }) => method === "OPTIONS")).toEqual([]);
    stage.expectWhole();
  });

  it("sends its first checkout even when it leaves before that was compressed or a session was known", async () => {
    const context = await stage.visitor();
    stage.site.body = () => "first words";
    const page = await stage.open(context);
    await stage.recording();
    // A page whose session is known already, left at its first moment.
    stage.site.body = () =>
      "<script>addEventListener('load', () => setTimeout(() => { document.body.append('short life'); location.href = '/after' }, 0))</script>";
    const before = stage.collector.frames.length;
    await page.goto(`${stage.origin}/short`).catch(() => undefined);
    stage.site.body = () => "";
    await page.waitForURL("**/after");
    await stage.recording(2);
    expect(stage.collector.frames.length).toBeGreaterThan(before);
    stage.expectWhole();
  });

  it("leaves what is over the keepalive budget to the next load, under the old writer", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const [writer] = stage.collector.frames.map((frame) => frame.writer);
    stage.collector.fault = (url) => (url.endsWith("/frames") ? { status: 503 } : undefined);
    await page.evaluate(() => {
      for (let part = 0; part < 8; part++) {
        const text = Array.from(crypto.getRandomValues(new Uint8Array(30_000)), (byte) =>
          byte.toString(16),
        ).join("");
        const node = document.createElement("p");
        node.textContent = `part ${part}: ${text}`;
        document.body.append(node);
      }
    });
    await stage.collector.until(
      "a refused upload",
      () => stage.collector.requests.filter(({ url }) => url.endsWith("/frames")).length > 1,
    );
    await page.evaluate(() => {
      document.body.append("and the end");
      location.href = "/next";
    });
    await page.waitForURL("**/next");
    stage.collector.fault = undefined;
    await stage.stored("part 7");
    await stage.stored("and the end");
    expect(stage.holds("part 7")?.writer).toBe(writer);
    expect(stage.holds("and the end")?.writer).toBe(writer);
    stage.expectWhole();
    expect(stage.collector.frames.some(({ lost }) => lost)).toBe(false);
  });

  it("goes on with a checkout when it comes back from the back-forward cache", async () => {
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    const [writer] = stage.collector.frames.map((frame) => frame.writer);
    await page.evaluate(() => {
      dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }));
      document.body.append("while away");
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
    });
    await stage.recording(2);
    expect(new Set(stage.collector.frames.map((frame) => frame.writer))).toEqual(new Set([writer]));
    stage.expectWhole();
  });
});

describe("without a network", () => {
  it("loses nothing when the page goes away from the net and comes back", async () => {
    const context = await stage.visitor();
    const page = await stage.open(context);
    await stage.recording();
    await context.setOffline(true);
    for (let turn = 0; turn < 5; turn++) {
      await write(page, `offline ${turn}`);
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 300)));
    }
    expect(stage.holds("offline 0")).toBeUndefined();
    await context.setOffline(false);
    await stage.stored("offline 4");
    for (let turn = 0; turn < 5; turn++) expect(stage.holds(`offline ${turn}`)).toBeDefined();
    expect(stage.collector.frames.some(({ lost }) => lost)).toBe(false);
    stage.expectWhole();
    expect(stage.errors).toEqual([]);
  });

  it("records in memory when storage throws", async () => {
    stage.site.head = `<script>for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError") } })</script>`;
    const page = await stage.open(await stage.visitor());
    await stage.recording();
    await write(page, "without storage");
    await stage.stored("without storage");
    expect(stage.errors).toEqual([]);
  });
});

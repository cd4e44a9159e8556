import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { launchChromium } from "../../../scripts/chromium.mjs";
import { startCollector } from "../collector.js";

test("smoke", async () => {
  const { snippetBundle } = await import("../../../scripts/build-sdk.mjs");
  const c = await startCollector();
  c.script = await snippetBundle();
  const site = createServer((q, r) => {
    r.setHeader("content-type", "text/html");
    r.end(`<!doctype html><title>Hi</title><script>
  !function(w,d,u){w.reeltime=w.reeltime||function(){(w.reeltime.q=w.reeltime.q||[]).push(arguments)};
  var s=d.createElement("script");s.async=1;s.src=u+"/recorder.js";d.head.appendChild(s)}(window,document,"${c.origin}");
  reeltime("init", { projectKey: "pk_x", apiHost: "${c.origin}" });
</script><body><button id=b>Pay</button><input name=email>`);
  });
  await new Promise<void>((r) => site.listen(0, "127.0.0.1", () => r()));
  const origin = `http://shop.localhost:${(site.address() as AddressInfo).port}`;
  const b = await launchChromium();
  const p = await b.newPage();
  p.on("console", (m) => console.log(m.text()));
  p.on("pageerror", (e) => console.log("ERR", e));
  await p.goto(origin);
  await c.until("checkout", () => c.frames.some((f) => f.checkout));
  await p.click("#b");
  await p.fill("input", "secret");
  await c.until("click", () => c.frames.some((f) => f.facts.some((x) => x.type === "click")));
  await c.until("input", () => c.frames.some((f) => f.facts.some((x) => x.type === "input")));
  await p.evaluate(() => (window as any).reeltime("stop"));
  await c.until("closed", () => c.closed.size > 0);
  console.log(
    c.frames
      .map((f) =>
        [
          f.number,
          f.kind,
          f.events,
          f.codec,
          f.rawBytes,
          f.body.length,
          f.checkout,
          JSON.stringify(f.facts),
        ].join(" "),
      )
      .join("\n"),
  );
  console.log(c.requests);
  await b.close();
  await c.stop();
  site.close();
});
